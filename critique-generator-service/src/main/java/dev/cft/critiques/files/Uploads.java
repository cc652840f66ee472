package dev.cft.critiques.files;

import dev.cft.critiques.files.Upload.Part;
import dev.cft.critiques.files.Upload.Status;
import dev.cft.service.errors.ApiException;
import dev.cft.store.RandomId;
import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.files.StoredFile;
import dev.cft.store.files.StoredFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Files that come in parts: a connection that breaks costs a part, not the file.
@Component
class Uploads {
  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

  private final UploadRows rows;
  private final ArtifactStore artifacts;
  private final StoredFiles files;
  private final UploadCheck check;
  private final UploadProperties properties;
  private final InstantSource clock;

  Uploads(
      UploadRows rows,
      ArtifactStore artifacts,
      StoredFiles files,
      UploadCheck check,
      UploadProperties properties,
      InstantSource clock) {
    this.rows = rows;
    this.artifacts = artifacts;
    this.files = files;
    this.check = check;
    this.properties = properties;
    this.clock = clock;
  }

  Upload begin(UploadRequests.Create request, Purpose purpose) {
    if (request.bytes() > properties.maxBytes().toBytes()) {
      throw ApiException.tooLarge(
          "file_too_large",
          "bytes may be %d at most, was %d."
              .formatted(properties.maxBytes().toBytes(), request.bytes()),
          "bytes");
    }
    forgetOverdue();
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var upload =
        new Upload(
            RandomId.next("upload_"),
            FileName.of(request.filename()),
            purpose.wireName(),
            request.bytes(),
            Status.PENDING,
            null,
            now,
            now.plus(properties.keep()),
            List.of());
    rows.insert(upload, request.mimeType());
    return upload;
  }

  private void forgetOverdue() {
    for (var id : rows.overdue(clock.instant())) {
      if (rows.end(id, Status.EXPIRED, null)) {
        removeBytes(id);
      }
    }
  }

  Upload get(String id) {
    return rows.find(id).orElseThrow(() -> ApiException.notFound("upload", id));
  }

  Part add(String id, InputStream content, long bytes) {
    pending(id);
    if (bytes == 0) {
      throw ApiException.badRequest("empty_part", "The part 'data' has no bytes.", "data");
    }
    var part =
        new Part(RandomId.next("part_"), id, bytes, clock.instant().truncatedTo(ChronoUnit.MICROS));
    try {
      artifacts.put(key(part), content);
    } catch (IOException e) {
      throw new UncheckedIOException("the part cannot be stored: " + e.getMessage(), e);
    }
    if (!rows.add(part)) {
      removeBytes(id);
      throw ended(get(id));
    }
    return part;
  }

  /// Makes a file of parts, in the order in which they are named.
  StoredFile complete(String id, List<String> partIds, @Nullable String md5) {
    var upload = pending(id);
    var parts = PartedContent.of(upload, partIds);
    try (var content = open(parts)) {
      check.check(upload.filename(), content, Purpose.of(upload.purpose()).orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException("the parts cannot be read", e);
    }
    var stored = store(upload, parts, md5);
    if (!rows.end(id, Status.COMPLETED, stored.id())) {
      files.delete(stored.id());
      throw ended(get(id));
    }
    removeBytes(id);
    return stored;
  }

  private StoredFile store(Upload upload, PartedContent parts, @Nullable String md5) {
    try (var content = new Md5Stream(open(parts))) {
      var stored = files.create(upload.filename(), upload.purpose(), content);
      var sum = content.hex();
      if (md5 != null && !md5.equalsIgnoreCase(sum)) {
        files.delete(stored.id());
        throw ApiException.badRequest(
            "checksum_mismatch",
            "The parts together have the MD5 %s, not %s; they are kept, the upload is still open."
                .formatted(sum, md5),
            "md5");
      }
      return stored;
    } catch (IOException e) {
      throw new UncheckedIOException("the parts cannot be read", e);
    }
  }

  private InputStream open(PartedContent parts) {
    return parts.open(part -> {
      try {
        return artifacts.open(key(part));
      } catch (IOException e) {
        throw new UncheckedIOException("a part cannot be read", e);
      }
    });
  }

  Upload cancel(String id) {
    pending(id);
    if (rows.end(id, Status.CANCELLED, null)) {
      removeBytes(id);
    }
    return get(id);
  }

  private Upload pending(String id) {
    var upload = get(id);
    if (upload.status() == Status.PENDING && upload.expiresAt().isBefore(clock.instant())) {
      forgetOverdue();
      throw ended(get(id));
    }
    if (upload.status() != Status.PENDING) {
      throw ended(upload);
    }
    return upload;
  }

  private static ApiException ended(Upload upload) {
    return ApiException.conflict(
        "upload_ended",
        "The upload %s is %s; begin another with POST /v1/uploads."
            .formatted(upload.id(), upload.status().name().toLowerCase(java.util.Locale.ROOT)),
        null);
  }

  private static String key(Part part) {
    return "uploads/%s/%s".formatted(part.uploadId(), part.id());
  }

  private void removeBytes(String id) {
    try {
      artifacts.delete("uploads/" + id);
    } catch (IOException left) {
      LOG.warn("Parts of {} stay in the artifact store, unused: {}", id, left.toString());
    }
  }
}

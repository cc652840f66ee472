package dev.cft.store.files;

import dev.cft.store.Columns;
import dev.cft.store.Page;
import dev.cft.store.RandomId;
import dev.cft.store.Sha256;
import dev.cft.store.artifacts.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.domain.Limit;

/// [StoredFiles] whose bytes lie in the artifact store.
final class ArtifactFiles implements StoredFiles {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactFiles.class);

  private final FileRows rows;
  private final ArtifactStore artifacts;
  private final InstantSource clock;

  ArtifactFiles(FileRows rows, ArtifactStore artifacts, InstantSource clock) {
    this.rows = rows;
    this.artifacts = artifacts;
    this.clock = clock;
  }

  @Override
  public StoredFile create(String filename, String purpose, InputStream content) {
    var id = RandomId.next("file-");
    var sha256 = new Sha256();
    var counted = new CountedStream(new DigestInputStream(content, sha256.digest()));
    put(id, counted);
    try {
      var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
      var file =
          new StoredFile(
              id,
              Columns.text(filename),
              Columns.text(purpose),
              counted.count(),
              sha256.hex(),
              now,
              null);
      return rows.save(new FileEntity(file)).file();
    } catch (RuntimeException unrecorded) {
      removeBytes(id);
      throw unrecorded;
    }
  }

  @Override
  public Optional<StoredFile> find(String id) {
    return rows.findById(id).map(FileEntity::file);
  }

  @Override
  public InputStream open(String id) {
    if (!rows.existsById(id)) {
      throw new NoSuchElementException("no file '%s'".formatted(id));
    }
    try {
      return artifacts.open(key(id));
    } catch (IOException e) {
      throw new UncheckedIOException("the content of %s cannot be read".formatted(id), e);
    }
  }

  @Override
  public Page<StoredFile> list(
      @Nullable String purpose, @Nullable String after, int limit, boolean newestFirst) {
    return Page.of(entities(purpose, after, Limit.of(limit + 1), newestFirst), limit)
        .map(FileEntity::file);
  }

  @Override
  public boolean delete(String id) {
    if (!rows.existsById(id)) {
      return false;
    }
    rows.deleteById(id);
    removeBytes(id);
    return true;
  }

  private List<FileEntity> entities(
      @Nullable String purpose, @Nullable String after, Limit limit, boolean newestFirst) {
    if (after == null) {
      return newestFirst ? rows.newest(purpose, limit) : rows.oldest(purpose, limit);
    }
    var last =
        find(after)
            .orElseThrow(
                () -> new IllegalArgumentException("no file '%s' to list after".formatted(after)));
    return newestFirst
        ? rows.before(purpose, last.createdAt(), last.id(), limit)
        : rows.after(purpose, last.createdAt(), last.id(), limit);
  }

  private void put(String id, InputStream content) {
    try {
      artifacts.put(key(id), content);
    } catch (IOException e) {
      throw new UncheckedIOException("the file cannot be stored: " + e.getMessage(), e);
    }
  }

  private void removeBytes(String id) {
    try {
      artifacts.delete(key(id));
    } catch (IOException left) {
      LOG.warn("The bytes of {} stay in the artifact store, unused: {}", id, left.toString());
    }
  }

  private static String key(String id) {
    return "files/" + id;
  }
}

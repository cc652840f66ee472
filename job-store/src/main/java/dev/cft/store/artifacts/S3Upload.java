package dev.cft.store.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// Sends content of unknown length: in one request if it is small, else in parts. A part is held in
/// memory, so that it can be sent again.
final class S3Upload {
  private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);

  /// S3's own limit.
  private static final int MOST_PARTS = 10_000;

  private final S3Client client;
  private final String bucket;
  private final int partBytes;

  S3Upload(S3Client client, String bucket, int partBytes) {
    this.client = client;
    this.bucket = bucket;
    this.partBytes = partBytes;
  }

  void put(String object, InputStream content) throws IOException {
    try {
      var first = content.readNBytes(partBytes);
      if (first.length < partBytes) {
        client.putObject(put -> put.bucket(bucket).key(object), RequestBody.fromBytes(first));
      } else {
        putInParts(object, first, content);
      }
    } catch (SdkException broken) {
      throw S3Artifacts.failed("write", object, broken);
    }
  }

  private void putInParts(String object, byte[] first, InputStream content) throws IOException {
    var upload =
        client.createMultipartUpload(create -> create.bucket(bucket).key(object)).uploadId();
    try {
      var parts = sendParts(object, upload, first, content);
      client.completeMultipartUpload(complete ->
          complete
              .bucket(bucket)
              .key(object)
              .uploadId(upload)
              .multipartUpload(all -> all.parts(parts)));
    } catch (IOException | RuntimeException broken) {
      abort(object, upload);
      throw broken;
    }
  }

  private List<CompletedPart> sendParts(
      String object, String upload, byte[] first, InputStream content) throws IOException {
    var parts = new ArrayList<CompletedPart>();
    for (var bytes = first; bytes.length > 0; bytes = content.readNBytes(partBytes)) {
      if (parts.size() == MOST_PARTS) {
        throw new IOException(
            "%s is larger than %d parts of %d bytes; raise cft.artifacts.s3.part-size"
                .formatted(object, MOST_PARTS, partBytes));
      }
      parts.add(sendPart(object, upload, parts.size() + 1, bytes));
    }
    return parts;
  }

  private CompletedPart sendPart(String object, String upload, int number, byte[] bytes) {
    var sent =
        client.uploadPart(
            part -> part.bucket(bucket).key(object).uploadId(upload).partNumber(number),
            RequestBody.fromBytes(bytes));
    return CompletedPart.builder().partNumber(number).eTag(sent.eTag()).build();
  }

  private void abort(String object, String upload) {
    try {
      client.abortMultipartUpload(abort -> abort.bucket(bucket).key(object).uploadId(upload));
    } catch (SdkException left) {
      LOG.warn(
          "Parts of {} stay in the bucket until its lifecycle rule removes them: {}",
          object,
          left.getMessage());
    }
  }
}

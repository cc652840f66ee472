package dev.cft.store.artifacts;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// `cft.artifacts`: where artifacts are kept.
///
/// @param dir the folder of the local store; with S3, of the copies of what was downloaded
/// @param s3 set to keep artifacts in a bucket
@ConfigurationProperties(value = "cft.artifacts", ignoreUnknownFields = false)
record ArtifactsProperties(@DefaultValue(".data/artifacts") Path dir, @Nullable S3 s3) {
  /// A bucket of S3, or of a server that speaks its protocol.
  ///
  /// @param prefix before every key; empty for none
  /// @param endpoint of a server that is not Amazon's
  /// @param accessKeyId with `secretAccessKey`; where they are not set, AWS's usual places are
  ///   looked at: environment, profile, container and instance credentials
  /// @param partSize files larger than this are sent in parts of this size, each held in memory; at
  ///   least 5 MB, as S3 wants
  /// @param timeout of one request
  record S3(
      String bucket,
      @DefaultValue("") String prefix,
      @Nullable URI endpoint,
      @DefaultValue("us-east-1") String region,
      @Nullable String accessKeyId,
      @Nullable String secretAccessKey,
      @DefaultValue("16MB") DataSize partSize,
      @DefaultValue("60s") Duration timeout) {
    private static final DataSize SMALLEST_PART = DataSize.ofMegabytes(5);

    S3 {
      if (bucket.isBlank()) {
        throw new IllegalArgumentException("cft.artifacts.s3.bucket must be set");
      }
      if ((accessKeyId == null) != (secretAccessKey == null)) {
        throw new IllegalArgumentException(
            "cft.artifacts.s3.access-key-id and .secret-access-key must be set together");
      }
      if (partSize.compareTo(SMALLEST_PART) < 0) {
        throw new IllegalArgumentException(
            "cft.artifacts.s3.part-size must be at least 5MB, was " + partSize);
      }
    }

    /// Without the secret.
    @Override
    public String toString() {
      return "S3[bucket=%s, prefix=%s, endpoint=%s, region=%s]"
          .formatted(bucket, prefix, endpoint, region);
    }
  }
}

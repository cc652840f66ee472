package dev.cft.store.artifacts;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// The S3 client as the settings want it.
final class S3Clients {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /// Our choice: the SDK backs off up to 20 s between tries, so five span a restart of the server.
  private static final int TRIES = 5;

  private S3Clients() {}

  static S3Client of(ArtifactsProperties.S3 s3) {
    var client =
        S3Client.builder()
            .region(Region.of(s3.region()))
            .credentialsProvider(credentials(s3))
            .forcePathStyle(s3.endpoint() != null)
            // Servers other than Amazon's do not all know the trailing checksums of 2025.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(config ->
                config
                    .apiCallAttemptTimeout(s3.timeout())
                    .retryStrategy(
                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                            .maxAttempts(TRIES)
                            .build()))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT)
                    .socketTimeout(s3.timeout()));
    if (s3.endpoint() != null) {
      client.endpointOverride(s3.endpoint());
    }
    return client.build();
  }

  private static AwsCredentialsProvider credentials(ArtifactsProperties.S3 s3) {
    var id = s3.accessKeyId();
    var secret = s3.secretAccessKey();
    return id == null || secret == null
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret));
  }
}

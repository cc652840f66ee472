package dev.cft.store.artifacts;

import java.io.IOException;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/// The [ArtifactStore].
@AutoConfiguration
@EnableConfigurationProperties(ArtifactsProperties.class)
class ArtifactsAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  ArtifactStore artifactStore(ArtifactsProperties properties) throws IOException {
    var s3 = properties.s3();
    return s3 == null
        ? new LocalArtifacts(properties.dir())
        : new S3Artifacts(S3Clients.of(s3), s3, properties.dir().resolve("copies"));
  }
}

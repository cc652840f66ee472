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
    return new LocalArtifacts(properties.dir());
  }
}

package dev.cft.store.files;

import dev.cft.store.artifacts.ArtifactStore;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/// [StoredFiles] everywhere.
@AutoConfiguration
class FilesAutoConfiguration {
  @Bean
  StoredFiles storedFiles(FileRows rows, ArtifactStore artifacts, InstantSource clock) {
    return new ArtifactFiles(rows, artifacts, clock);
  }
}

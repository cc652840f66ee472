package dev.cft.eval.models;

import dev.cft.store.artifacts.ArtifactStore;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The models' beans.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ModelSettings.class)
class ModelConfiguration {
  @Bean
  LoadedModels loadedModels(ArtifactStore artifacts, ModelSettings settings) {
    return new LoadedModels(artifacts, settings);
  }

  @Bean(destroyMethod = "shutdownNow")
  ScheduledExecutorService idleModelSweeper(LoadedModels models, ModelSettings settings) {
    var sweeper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("idle-models").factory());
    var every = Math.max(1, settings.idleUnload().toMillis() / 4);
    var _ = sweeper.scheduleWithFixedDelay(models::unloadIdle, every, every, TimeUnit.MILLISECONDS);
    return sweeper;
  }
}

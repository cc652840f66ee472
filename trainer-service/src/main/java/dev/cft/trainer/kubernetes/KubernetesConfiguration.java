package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.Jobs;
import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.TrainerProperties;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.InstantSource;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The cluster as the place to train, where the operator says so.
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "cft.trainer.launcher", havingValue = "kubernetes")
class KubernetesConfiguration {
  @Bean
  Cluster cluster(TrainerProperties properties) {
    KubernetesSettings settings = settings(properties);
    KubernetesClient client = client(settings);
    String namespace = settings.namespace() == null ? client.getNamespace() : settings.namespace();
    return new Cluster(
        client,
        Objects.requireNonNullElse(namespace, "default"),
        settings.queue(),
        settings.runtime() != null);
  }

  private static KubernetesClient client(KubernetesSettings settings) {
    var builder = new KubernetesClientBuilder();
    if (settings.kubeconfig() != null) {
      builder.withConfig(Config.fromKubeconfig(settings.kubeconfig().toFile()));
    }
    return builder.build();
  }

  @Bean
  KubernetesLauncher kubernetesLauncher(TrainerProperties properties, Cluster cluster) {
    return new KubernetesLauncher(settings(properties), cluster);
  }

  @Bean
  Reconciliation reconciliation(
      KubernetesLauncher launcher, Cluster cluster, Jobs jobs, InstantSource clock) {
    return new Reconciliation(launcher, cluster, jobs, clock);
  }

  private static KubernetesSettings settings(TrainerProperties properties) {
    return Objects.requireNonNull(properties.kubernetes());
  }
}

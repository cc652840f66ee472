package dev.cft.trainer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.launching.LaunchOrder;
import dev.cft.trainer.runs.RunFolder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class JobManifestTest {
  private static final KubernetesSettings.Pod POD =
      new KubernetesSettings.Pod(
          "example.com/cft/trainer:1",
          "IfNotPresent",
          List.of("registry"),
          "java",
          "/app/service.jar",
          DataSize.ofGigabytes(1),
          "12",
          "100Gi",
          "16Gi",
          List.of(new KubernetesSettings.Mount("cft-artifacts", "/var/lib/cft")),
          List.of("hub-token"),
          Map.of(),
          Duration.ofMinutes(5),
          10001);

  @Test
  void a_job_asks_for_its_gpus_on_nodes_that_have_them() {
    PodSpec pod = pod(job(null, 2, 0));

    assertThat(container(pod).getResources().getLimits())
        .containsEntry("nvidia.com/gpu", new Quantity("2"))
        .containsEntry("memory", new Quantity("200Gi"));
    assertThat(container(pod).getResources().getRequests())
        .containsEntry("nvidia.com/gpu", new Quantity("2"))
        .containsEntry("cpu", new Quantity("24"));
    assertThat(pod.getNodeSelector())
        .containsEntry("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3");
    assertThat(pod.getTolerations())
        .extracting(Toleration::getKey, Toleration::getOperator)
        .containsExactly(org.assertj.core.api.Assertions.tuple("nvidia.com/gpu", "Exists"));
  }

  @Test
  void a_pod_has_the_run_folders_volume_shared_memory_and_secrets() {
    PodSpec pod = pod(job(null, 1, 0));

    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getPersistentVolumeClaim() != null)
        .extracting(volume -> volume.getPersistentVolumeClaim().getClaimName())
        .containsExactly("cft-artifacts");
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getName().equals("shm"))
        .extracting(Volume::getEmptyDir)
        .allSatisfy(shm -> assertThat(shm.getMedium()).isEqualTo("Memory"));
    assertThat(container(pod).getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .containsExactly("/dev/shm", "/tmp", "/var/lib/cft");
    assertThat(container(pod).getEnvFrom())
        .extracting(from -> from.getSecretRef().getName())
        .containsExactly("hub-token");
  }

  @Test
  void a_pod_is_no_root_has_no_token_and_time_for_its_last_checkpoint() {
    PodSpec pod = pod(job(null, 1, 0));

    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
    assertThat(container(pod).getSecurityContext().getCapabilities().getDrop())
        .containsExactly("ALL");
    assertThat(container(pod).getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(300);
  }

  @Test
  void without_a_queue_a_priority_is_a_priority_class() {
    Job job = job(null, 1, 20);

    assertThat(pod(job).getPriorityClassName()).isEqualTo("cft-high");
    assertThat(job.getSpec().getSuspend()).isFalse();
    assertThat(pod(job(null, 1, -1)).getPriorityClassName()).isNull();
  }

  @Test
  void with_a_queue_it_is_kueues_and_kueue_lets_the_job_begin() {
    Job job = job("cft-train", 1, 20);

    assertThat(job.getMetadata().getLabels())
        .containsEntry("kueue.x-k8s.io/queue-name", "cft-train")
        .containsEntry("kueue.x-k8s.io/priority-class", "cft-high");
    assertThat(job.getSpec().getSuspend()).isTrue();
    assertThat(pod(job).getPriorityClassName()).isNull();
  }

  @Test
  void a_pod_has_the_image_of_its_engine_where_that_has_one() {
    var llamaFactory = "example.com/cft/trainer-llama-factory:1";

    assertThat(container(pod(job(null, 1, 0))).getImage()).isEqualTo("example.com/cft/trainer:1");
    assertThat(container(pod(job(null, 1, 0, llamaFactory))).getImage()).isEqualTo(llamaFactory);
  }

  private static Job job(@Nullable String queue, int gpus, int priority) {
    return job(queue, gpus, priority, null);
  }

  private static Job job(
      @Nullable String queue, int gpus, int priority, @Nullable String engineImage) {
    var settings =
        new KubernetesSettings(
            null,
            null,
            64,
            new KubernetesSettings.Node(
                8,
                DataSize.ofGigabytes(79),
                "nvidia.com/gpu",
                "NVIDIA-H100-80GB-HBM3",
                Map.of(),
                List.of("nvidia.com/gpu")),
            POD,
            queue,
            null,
            new TreeMap<>(Map.of(0, "cft-usual", 10, "cft-high")),
            3,
            Duration.ofDays(1));
    var folder = new RunFolder(Path.of("/var/lib/cft/runs/ftjob-1"));
    return new JobManifest(settings)
        .of(
            new LaunchOrder(
                new JobId("ftjob-1"), gpus, priority, "dev.cft.lm.cli.Train", engineImage, folder));
  }

  private static PodSpec pod(Job job) {
    return job.getSpec().getTemplate().getSpec();
  }

  private static Container container(PodSpec pod) {
    return pod.getContainers().getFirst();
  }
}

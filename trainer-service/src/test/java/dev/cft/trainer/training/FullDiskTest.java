package dev.cft.trainer.training;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A run folder on a disk of a few megabytes.
class FullDiskTest {
  private static final int DISK = 4 << 20;

  @TempDir Path root;
  private Path disk;

  @BeforeEach
  void mountDisk() throws Exception {
    disk = Files.createDirectories(root.resolve("disk"));
    assumeThat(mount(disk)).as("a small disk can be mounted here").isTrue();
    TinyCheckpoint.write(root.resolve("bases/tiny"));
  }

  @AfterEach
  void unmountDisk() throws Exception {
    new ProcessBuilder("umount", disk.toString()).start().waitFor();
  }

  @Test
  void a_job_waits_for_room_before_it_takes_a_slot() throws Exception {
    try (var service = TestService.start(Shared.in(root), "cft.trainer.runs-dir=" + disk)) {
      Path ballast = Files.write(disk.resolve("ballast"), new byte[DISK - 200_000]);
      String id = service.createJob(job(service, 1));

      JsonNode waiting = awaitReason(service, id, "free space");
      assertThat(waiting.path("queue").path("reason").asString())
          .contains("the run's checkpoints need about")
          .contains("the disk has")
          .contains("of free space: raise checkpoint_steps");
      Files.delete(ballast);

      JsonNode job = service.await(id, "succeeded", "failed");
      assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    }
  }

  @Test
  void a_disk_that_fills_up_under_a_run_makes_it_wait_and_changes_nothing() throws Exception {
    try (var service = TestService.start(Shared.in(root), "cft.trainer.runs-dir=" + disk)) {
      JsonNode undisturbed = service.await(service.createJob(job(service, 150)), "succeeded");
      String id = service.createJob(job(service, 150));
      service.await(id, job -> job.path("progress").path("done").asInt() > 0);
      Path ballast = disk.resolve("ballast");
      fill(ballast);

      awaitReason(service, id, "space left");
      Files.delete(ballast);

      JsonNode job = service.await(id, "succeeded", "failed");
      assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
      assertThat(job.path("result").path("model_hash"))
          .isEqualTo(undisturbed.path("result").path("model_hash"));
    }
  }

  private static JsonNode awaitReason(TestService service, String id, String words) {
    return service.await(id, job -> job.path("queue").path("reason").asString("").contains(words));
  }

  private static void fill(Path ballast) throws IOException {
    try (var out =
        Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var block = new byte[4096];
      for (int i = 0; i < 2 * DISK / block.length; i++) {
        out.write(block);
      }
      throw new AssertionError("the disk takes more than it has");
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private static String job(TestService service, int steps) {
    return """
    {"model": "tiny", "training_file": "%s", "seed": 3, "keep": {"resumable": false, "last": 1},
     "method": {"type": "supervised", "supervised": {"hyperparameters":
       {"max_steps": %d, "batch_size": 4, "checkpoint_steps": 10}}}}\
    """
        .formatted(service.upload(questions(8)), steps);
  }

  private static boolean mount(Path disk) throws InterruptedException {
    try {
      return new ProcessBuilder(
                  "mount", "-t", "tmpfs", "-o", "size=" + DISK, "tmpfs", disk.toString())
              .start()
              .waitFor()
          == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }
}

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A run folder on a disk of one megabyte, most of it taken.
class FullDiskTest {
  private static final int DISK = 1 << 20;
  private static final int BALLAST = 850_000;

  @TempDir Path root;

  @Test
  void a_job_waits_on_a_full_disk_and_goes_on_when_there_is_room() throws Exception {
    Path disk = Files.createDirectories(root.resolve("disk"));
    assumeThat(mount(disk)).as("a small disk can be mounted here").isTrue();
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    try (var service = TestService.start(Shared.in(root), "cft.trainer.runs-dir=" + disk)) {
      Path ballast = Files.write(disk.resolve("ballast"), new byte[BALLAST]);
      String id =
          service.createJob(
              "{\"model\": \"tiny\", \"training_file\": \"%s\"}"
                  .formatted(service.upload(questions(8))));

      JsonNode waiting =
          service.await(id, job -> job.path("queue").path("reason").asString("").contains("space"));
      assertThat(waiting.path("queue").path("reason").asString())
          .contains("The run folder cannot be written")
          .contains("No space left on device");

      Files.delete(ballast);
      JsonNode job = service.await(id, "succeeded", "failed");
      assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
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

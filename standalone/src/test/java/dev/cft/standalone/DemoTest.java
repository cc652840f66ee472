package dev.cft.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The demo at a hundredth of its size; its figures are in docs/experiments.md.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DemoTest {
  private static final String[] SMALL = {
    "--seeds", "1", "--questions", "80", "--train-rows", "32", "--test-problems", "20"
  };

  @TempDir Path dir;

  @Test
  void a_demo_cut_off_by_kill_9_is_continued_by_the_next_and_ends_with_the_table()
      throws Exception {
    try (var cutOff = PlatformProcess.start(dir, "demo", SMALL)) {
      awaitLine(cutOff, "Critiques         1 of  1 done");
      cutOff.kill();
    }

    try (var next = PlatformProcess.start(dir, "demo", SMALL)) {
      assertThat(next.exitCode()).as(next.output()).isZero();
      assertThat(next.output())
          .contains("Going on with experiment exp-")
          .containsPattern("base +untrained")
          .containsPattern("sft-noisy +responses +32")
          .containsPattern("sft-verified +verified responses +32")
          .containsPattern("cft +critiques +32")
          .contains("95 % interval")
          .contains("How to read this table")
          .contains("./cft up --data-dir " + dir);
    }
  }

  private static void awaitLine(PlatformProcess process, String text) throws Exception {
    for (long end = System.nanoTime() + Duration.ofMinutes(4).toNanos();
        !process.output().contains(text); ) {
      assertThat(System.nanoTime()).as(process.output()).isLessThan(end);
      Thread.sleep(50);
    }
  }
}

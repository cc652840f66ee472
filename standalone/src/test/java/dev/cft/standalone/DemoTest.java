package dev.cft.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The demo at a hundredth of its size; its figures are in docs/experiments.md. Then OpenAI's
/// Python client, where `CFT_OPENAI_PYTHON` names a Python that has it.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoTest {
  private static final String[] SMALL = {
    "--seeds", "1", "--questions", "80", "--train-rows", "32", "--test-problems", "20"
  };

  @TempDir static Path dir;

  @Test
  @Order(1)
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

  @Test
  @Order(2)
  void the_python_client_of_openai_trains_and_asks_the_demo_s_base() throws Exception {
    String python = System.getenv("CFT_OPENAI_PYTHON");
    assumeThat(python).as("CFT_OPENAI_PYTHON names no Python that has openai").isNotNull();
    try (var platform = PlatformProcess.up(dir)) {
      var flow = new ProcessBuilder(python, "../benchmarks/openai-client/flow.py");
      flow.environment().put("CFT_URL", platform.address());
      flow.environment().put("CFT_KEY", Files.readString(dir.resolve("operator.key")).strip());
      Process client = flow.redirectErrorStream(true).start();
      String told = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(client.waitFor()).as(told).isZero();
      assertThat(told).contains("files.delete").doesNotContain("FAILED");
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

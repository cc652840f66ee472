package dev.cft.trainer.usage;

import static dev.cft.trainer.testing.Rows.questions;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class UsageTest {
  @TempDir static Path root;
  private static TestService service;
  private static String job;

  @BeforeAll
  static void start() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    service =
        TestService.start(
            Shared.in(root), "cft.trainer.local.slots=2", "cft.trainer.gpu-hour-price=2.5");
    job =
        service.createJob(
            """
            {"model": "tiny", "training_file": "%s", "gpus": 2,
             "hyperparameters": {"max_steps": 3, "batch_size": 4}}\
            """
                .formatted(service.upload(questions(8))));
    service.await(job, "succeeded");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void what_a_job_had_is_counted_over_all_its_slots() {
    JdbcClient jdbc = service.bean(JdbcClient.class);
    BigDecimal seconds =
        jdbc.sql("select 2 * extract(epoch from until - since) from slot_usage where job_id = :job")
            .param("job", job)
            .query(BigDecimal.class)
            .single();

    Usage.Amount amount = service.bean(Usage.class).of(new JobId(job));

    assertThat(seconds).isPositive();
    assertThat(amount.gpuHours().doubleValue() * 3600)
        .isCloseTo(seconds.doubleValue(), org.assertj.core.api.Assertions.within(0.01));
    assertThat(requireNonNull(amount.cost()).doubleValue())
        .isCloseTo(
            2.5 * amount.gpuHours().doubleValue(), org.assertj.core.api.Assertions.within(1e-4));
    assertThat(service.job(job).path("usage").path("gpu_hours").decimalValue())
        .isEqualByComparingTo(amount.gpuHours());
  }

  @Test
  void usage_is_told_by_job_and_by_key() {
    service
        .bean(JdbcClient.class)
        .sql(
            """
            insert into slot_usage (job_id, slots, gpus, since, until)
            values (:job, 8, true, '2001-01-01T00:00:00Z', '2001-01-01T01:30:00Z')\
            """)
        .param("job", job)
        .update();

    JsonNode byJob = service.get("/usage?start_time=978307200&end_time=978312600").body();
    JsonNode byKey = service.get("/usage?group_by=key&end_time=978310800").body();

    JsonNode line = byJob.path("data").path(0);
    assertThat(line.path("id").asString()).isEqualTo(job);
    assertThat(line.path("gpu_hours").asDouble()).isEqualTo(12);
    assertThat(line.path("cost").asDouble()).isEqualTo(30);
    assertThat(byKey.path("data").path(0).path("gpu_hours").asDouble()).isEqualTo(8);
    assertThat(byKey.path("data").path(0).path("jobs").asInt()).isEqualTo(1);
    service
        .bean(JdbcClient.class)
        .sql("delete from slot_usage where since < '2002-01-01'")
        .update();
  }

  @Test
  void bad_questions_are_answered_with_what_is_allowed() {
    assertThat(service.get("/usage?group_by=node").error())
        .isEqualTo("group_by was 'node'; allowed: job, key");
    assertThat(service.get("/usage?start_time=20&end_time=10").status()).isEqualTo(400);
  }
}

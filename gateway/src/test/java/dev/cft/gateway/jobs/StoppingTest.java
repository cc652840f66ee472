package dev.cft.gateway.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.gateway.GatewayApplication;
import dev.cft.service.testing.TestHttp;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.CritiquesSpec;
import dev.cft.store.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// A gateway that is told to stop while clients wait.
class StoppingTest {
  private static final String KEY = "sk-cft-operator-of-the-tests-000";

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void open_streams_end_long_before_the_gateway_would_cut_them() throws Exception {
    var gateway = start();
    try {
      var job =
          gateway
              .getBean(Jobs.class)
              .submit(
                  NewJob.of(
                      JobKind.CRITIQUES,
                      new CritiquesSpec("ds-1", "arithmetic", null, null, null)));
      var port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
      var request =
          TestHttp.at(port, KEY)
              .with("Accept", "text/event-stream")
              .request("GET", "/v1/jobs/" + job.id() + "/events", BodyPublishers.noBody());
      var answer = TestHttp.client().send(request, BodyHandlers.ofInputStream());
      try (var stream = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
        assertThat(stream.readLine()).isEqualTo("retry: 2000");

        gateway.close();

        assertThat(stream.lines()).noneMatch(line -> line.startsWith("event: done"));
      }
    } finally {
      gateway.close();
    }
  }

  private static ConfigurableApplicationContext start() {
    return new SpringApplicationBuilder(GatewayApplication.class, TestDatabase.class)
        .run(
            "--spring.config.name=gateway",
            "--server.port=0",
            "--spring.lifecycle.timeout-per-shutdown-phase=10m",
            "--cft.operator-key=" + KEY);
  }
}

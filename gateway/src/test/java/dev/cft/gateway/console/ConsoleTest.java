package dev.cft.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.gateway.GatewayTest;
import dev.cft.service.testing.TestHttp;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.specs.CritiquesSpec;
import dev.cft.store.specs.EvaluationSpec;
import dev.cft.store.specs.ExperimentSpec;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.ResponsesSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.By;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

@Import(ConsoleTest.Handlers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.Random.class)
class ConsoleTest extends GatewayTest {
  private static final String REPORT =
      """
      # cft-against-sft

      | arm | seeds | accuracy | 95 % interval | against base |
      |---|---:|---:|---:|---:|
      | base | 3 | 12.4 % | 10.1 – 14.7 | |
      | sft-noisy | 3 | 18.9 % | 16.0 – 21.8 | +6.5 |
      | **cft** | 3 | **24.2 %** | 21.3 – 27.1 | **+11.8** |

      - Means over 3 seeds; Student's t with 2 degrees of freedom.
      """;

  @Autowired Training training;

  private Browser browser;

  @TestConfiguration(proxyBeanMethods = false)
  static class Handlers {
    @Bean
    Training training() {
      return new Training();
    }

    @Bean
    JobHandler evaluations() {
      return new JobHandler() {
        @Override
        public JobKind kind() {
          return JobKind.EVALUATION;
        }

        @Override
        public Outcome run(JobRun run) {
          return new Outcome.Failed(
              new JobError("model_not_found", "There is no model 'cft-demo-bose'.", "model"));
        }
      };
    }
  }

  @BeforeAll
  void open() {
    browser = Browser.start();
  }

  @AfterAll
  void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void fresh() {
    training.rest = new CountDownLatch(1);
    browser.driver().get("about:blank");
    browser.complaints();
  }

  private void connected() {
    browser.driver().get("http://localhost:%d/#key=%s".formatted(port, OPERATOR));
    browser.waitFor("#live", "live");
  }

  @Test
  void the_page_asks_for_a_key_and_says_when_it_is_refused() {
    browser.driver().get("http://localhost:%d/".formatted(port));
    browser.driver().executeScript("sessionStorage.clear()");
    browser.driver().navigate().refresh();
    browser.until(() -> browser.get("#key-dialog").isDisplayed(), "the dialog is open");
    browser.screenshot("key");

    browser.get("#key-input").sendKeys("sk-cft-wrong");
    browser.get("#key-form button").click();
    browser.waitFor("#key-error", "unknown or revoked");
    browser.get("#key-input").sendKeys(OPERATOR);
    browser.get("#key-form button").click();

    browser.waitFor("#live", "live");
    assertThat(browser.get("#key-dialog").isDisplayed()).isFalse();
  }

  @Test
  void a_key_handed_over_leaves_the_address_at_once() {
    connected();

    assertThat(browser.driver().getCurrentUrl()).doesNotContain("key", OPERATOR);
  }

  @Test
  void a_job_appears_by_itself_and_changes_while_one_looks() {
    connected();

    var job =
        jobs.submit(
            NewJob.of(JobKind.FINE_TUNING, fineTuning()).with(Map.of("arm", "cft", "seed", "1")));
    var row = "tr[data-id='%s']".formatted(job.id());
    browser.waitFor(row, "running");
    browser.waitFor(row, "60 / 100 steps");
    browser.get(row + " a").click();
    browser.waitFor("#detail", "started on cpu");
    browser.waitFor("#detail", "train_loss");
    training.rest.countDown();

    browser.waitFor(row, "succeeded");
    browser.waitFor("#detail .status", "succeeded");
    browser.waitFor("#detail", "the learning rate was lowered");
    browser.waitFor("#detail", "ft:cft-demo-base:cft:1");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void a_job_is_cancelled_by_its_button() {
    connected();
    var job = jobs.submit(NewJob.of(JobKind.CRITIQUES, critiques()));
    browser.waitFor("tr[data-id='%s']".formatted(job.id()), "queued");

    browser.get("tr[data-id='%s'] a".formatted(job.id())).click();
    browser.get("#detail [data-action='cancel']").click();
    browser.driver().switchTo().alert().accept();

    browser.waitFor("#detail .status", "cancelled");
    browser.waitFor("tr[data-id='%s'] .status".formatted(job.id()), "cancelled");
  }

  @Test
  void words_of_users_are_never_markup() {
    var evil = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>";
    var job =
        jobs.submit(
            NewJob.of(JobKind.CRITIQUES, new CritiquesSpec(evil, evil, evil, null, null))
                .with(Map.of("name", evil, "arm", evil, evil, evil)));
    connected();

    browser.waitFor("tr[data-id='%s']".formatted(job.id()), "<script>window.hacked=1</script>");
    browser.get("tr[data-id='%s'] a".formatted(job.id())).click();
    browser.waitFor("#detail h2", "<script>");

    assertThat(browser.driver().executeScript("return window.hacked")).isNull();
    assertThat(browser.driver().findElements(By.cssSelector("#detail img, td img, main script")))
        .isEmpty();
    jobs.cancel(job.id());
  }

  @Test
  void an_experiment_shows_its_parts_and_its_table() {
    var experiment = experimentWithParts();
    EVAL.when(
        "/v1/experiments/%s/report".formatted(experiment),
        exchange -> {
          var bytes = REPORT.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/markdown");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
        });
    connected();

    browser.get("tr[data-id='%s'] a".formatted(experiment)).click();
    browser.waitFor("#detail table.report", "sft-noisy");
    browser.waitFor("#detail .parts", "There is no model 'cft-demo-bose'");
    browser.screenshot("experiment");

    browser.get("#detail .parts a").click();
    browser.waitFor("#detail", "train_loss");
    browser.screenshot("training");
    assertThat(browser.text("#detail .facts")).contains(experiment);
    browser
        .driver()
        .executeCdpCommand(
            "Emulation.setEmulatedMedia",
            Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    browser.screenshot("training-dark");
    browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
    training.rest.countDown();
  }

  @Test
  void the_api_page_describes_what_answers() {
    connected();
    browser.driver().get("http://localhost:%d/docs".formatted(port));

    browser.waitFor("#api", "/v1/jobs");
    browser.screenshot("docs");
    assertThat(browser.complaints())
        .noneMatch(complaint -> complaint.contains("Content Security Policy"));
  }

  @Test
  void pages_need_no_key_and_may_run_nothing_foreign() {
    var nobody = TestHttp.withoutKey(port);
    var page = nobody.get("/");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Security-Policy"))
        .contains("script-src 'self'")
        .doesNotContain("unsafe");
    assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(page.text()).doesNotContain("<script>", "onclick", "style=");
    assertThat(nobody.get("/assets/app.js").status()).isEqualTo(200);
    assertThat(nobody.get("/v3/api-docs/all").status()).isEqualTo(401);
    assertThat(nobody.get("/assets/../gateway.yml").status()).isIn(400, 401, 404);
  }

  private String experimentWithParts() {
    var responses =
        jobs.submit(
            NewJob.of(
                JobKind.RESPONSES,
                new ResponsesSpec("ds-1", "cft-demo-base", 4, 1, 1, 64, 1, null, List.of())));
    var spec =
        new ExperimentSpec(
            "cft-against-sft",
            "ds-1",
            "cft-demo-base",
            null,
            null,
            List.of(),
            List.of(),
            List.of(1L),
            new ExperimentSpec.Evaluation(0, 64, null, List.of()));
    var experiment =
        jobs.submit(NewJob.of(JobKind.EXPERIMENT, spec).needing(List.of(responses.id())));
    var of = Map.of("experiment", experiment.id().value(), "arm", "cft", "seed", "1");
    jobs.submit(NewJob.of(JobKind.FINE_TUNING, fineTuning()).with(of));
    jobs.submit(
        NewJob.of(
                JobKind.EVALUATION,
                new EvaluationSpec(
                    "eval_1", "cft seed 1", "cft-demo-bose", 0, 64, 1, null, List.of(), null))
            .with(of));
    return experiment.id().value();
  }

  private static FineTuningSpec fineTuning() {
    var method = new FineTuningSpec.Method("critique", null, null, null, null);
    return new FineTuningSpec("cft-demo-base", "ds-1", null, method, 1, "cft");
  }

  private static CritiquesSpec critiques() {
    return new CritiquesSpec("ds-1", "arithmetic", null, null, null);
  }
}

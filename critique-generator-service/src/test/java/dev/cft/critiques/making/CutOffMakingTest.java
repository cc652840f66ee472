package dev.cft.critiques.making;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.ServiceProcess;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.DatasetSpec;
import dev.cft.store.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// Jobs that make datasets, cancelled and killed in the middle.
@CritiqueServiceTest
class CutOffMakingTest {
  private static final int ROWS = 80_000;

  private static String file(Api api) {
    var lines =
        IntStream.range(0, ROWS)
            .mapToObj(i -> "{\"question\":\"q%d?\",\"response\":\"r%d\"}".formatted(i, i))
            .collect(Collectors.joining("\n"));
    return api.upload("user_data", lines).ok().text("id");
  }

  private static Api.Answer make(Api api, String file) {
    var operations = List.of(Map.of("type", "deduplicate"), Map.of("type", "shuffle", "seed", 3));
    return api.post(
        "/v1/datasets", Map.of("file", file, "operations", operations, "background", true));
  }

  private static JsonNode awaitSomeRows(Api api, String dataset) {
    return api.until(
        "/v1/datasets/" + dataset,
        made -> made.path("rows").asInt() > 0 || made.path("status").asString().equals("ready"));
  }

  @Test
  void a_service_killed_in_the_middle_makes_the_same_dataset_when_it_is_back(@TempDir Path folder)
      throws Exception {
    var database = TestDatabase.create();
    var quick = Map.of("cft.jobs.lease", "2s");
    String killed;
    JsonNode undisturbed;
    try (var service = ServiceProcess.start(database, quick, folder).awaitReady()) {
      var file = file(service.api());
      undisturbed = ready(service.api(), make(service.api(), file).text("id"));
      killed = make(service.api(), file).text("id");
      assertThat(awaitSomeRows(service.api(), killed).path("status").asString())
          .isEqualTo("writing");
      service.kill();
    }

    try (var next = ServiceProcess.start(database, quick, folder).awaitReady()) {
      var made = ready(next.api(), killed);

      assertThat(made.path("status").asString()).isEqualTo("ready");
      assertThat(made.path("rows").asInt()).isEqualTo(ROWS);
      assertThat(made.path("hash")).isEqualTo(undisturbed.path("hash"));
    }
  }

  private static JsonNode ready(Api api, String dataset) {
    return api.until(
        "/v1/datasets/" + dataset, made -> !made.path("status").asString().equals("writing"));
  }

  @Test
  void a_job_cancelled_in_the_middle_leaves_no_rows(
      @LocalServerPort int port, @Autowired Jobs jobs) {
    var api = new Api(port);
    var accepted = make(api, file(api));
    var dataset = accepted.text("id");
    assertThat(awaitSomeRows(api, dataset).path("status").asString()).isEqualTo("writing");

    jobs.cancel(new JobId(accepted.text("job")));

    api.until("/v1/datasets/" + dataset, left -> left.path("rows").asInt() == 0);
    assertThat(api.get("/v1/datasets/" + dataset).text("status")).isEqualTo("cancelled");
    assertThat(api.get("/v1/datasets/" + dataset + "/rows").status()).isEqualTo(404);
  }

  @Test
  void what_a_killed_service_left_of_a_job_cancelled_since_is_removed(
      @Autowired Jobs jobs, @Autowired Datasets datasets, @Autowired Leftovers leftovers) {
    var spec = new DatasetSpec("cut off", "file-gone", null, null, null);
    var neverDone = NewJob.of(JobKind.EVALUATION, spec);
    var job =
        jobs.submit(
                List.of(
                    neverDone, NewJob.of(JobKind.DATASET, spec).needing(List.of(neverDone.id()))))
            .getLast()
            .id();
    var dataset = DatasetIds.of(job);
    datasets.create(dataset, "cut off", StoreJson.mapper().createObjectNode());
    datasets.append(dataset, List.of(DatasetRow.question(0, "q?", null, "r")));

    leftovers.remove();
    assertThat(datasets.find(dataset)).isPresent();
    jobs.cancel(job);
    jobs.cancel(neverDone.id());
    leftovers.remove();

    assertThat(datasets.find(dataset)).isEmpty();
  }
}

package dev.cft.critiques.making;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.critiques.operations.Operation;
import dev.cft.critiques.operations.OperationJson;
import dev.cft.critiques.operations.Watch;
import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.store.RandomId;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.specs.DatasetSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@CritiqueServiceTest
class MakingTest {
  private Api api = new Api(0);

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  private static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            "{\"question\":\"q%d\",\"response\":\"r%d\",\"critique\":\"c%s\",\"verdict\":\"%s\",\"subject\":\"%s\"}"
                .formatted(
                    i,
                    i,
                    "x".repeat(i % 50),
                    i % 3 == 0 ? "right" : "wrong",
                    i % 2 == 0 ? "algebra" : "geometry"))
        .collect(Collectors.joining("\n"));
  }

  private JsonNode made(Object request) {
    return api.post("/v1/datasets", request).ok().json();
  }

  private JsonNode ready(String id) {
    return api.until(
        "/v1/datasets/" + id, dataset -> !dataset.path("status").asString().equals("writing"));
  }

  @Test
  void operations_are_done_in_their_order_and_written_down_with_their_counts() {
    var id = api.dataset(lines(600), Map.of());
    var request =
        Map.of(
            "from",
            id,
            "operations",
            List.of(
                Map.of("type", "filter", "verdict", "wrong", "subject", List.of("algebra")),
                Map.of("type", "longest", "rows", 100, "of", "critique"),
                Map.of("type", "sample", "rows", 10, "seed", 4)));

    var one = made(request);
    var two = made(request);

    assertThat(one.path("status").asString()).isEqualTo("ready");
    assertThat(one.path("rows").asInt()).isEqualTo(10);
    assertThat(one.path("hash")).isEqualTo(two.path("hash"));
    assertThat(one.path("name").asString()).isEqualTo("test (filter, longest, sample)");
    var steps = one.path("lineage").path("operations");
    assertThat(steps.path(0).path("rows_in").asInt()).isEqualTo(600);
    assertThat(steps.path(0).path("rows_out").asInt()).isEqualTo(200);
    assertThat(steps.path(1).path("rows_out").asInt()).isEqualTo(100);
    assertThat(steps.path(2).path("seed").asInt()).isEqualTo(4);
    var chain =
        api.get("/v1/datasets/" + one.path("id").asString() + "/lineage").ok().json().path("steps");
    assertThat(chain).hasSize(2);
    assertThat(chain.path(0).path("dataset").asString()).isEqualTo(id);
    assertThat(chain.path(0).path("lineage").path("filename").asString()).isEqualTo("rows.jsonl");
    assertThat(chain.path(1).path("hash")).isEqualTo(one.path("hash"));
  }

  @Test
  void a_job_makes_the_same_dataset_as_a_call_does() {
    var id = api.dataset(lines(300), Map.of());
    var operations =
        List.of(
            Map.of("type", "ratio", "right", 0.5, "seed", 2),
            Map.of("type", "shuffle", "seed", 3),
            Map.of("type", "build", "set", "cft"));
    var atOnce = made(Map.of("from", id, "operations", operations));

    var accepted =
        api.post("/v1/datasets", Map.of("from", id, "operations", operations, "background", true));

    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.json().path("status").asString()).isEqualTo("writing");
    var ready = ready(accepted.text("id"));
    assertThat(ready.path("hash")).isEqualTo(atOnce.path("hash"));
    assertThat(ready.path("job").asString()).startsWith("dsjob-");
    assertThat(ready.path("rows").asInt()).isEqualTo(200);
    var chat = api.get("/v1/datasets/" + accepted.text("id") + "/content?format=chat").ok().body();
    assertThat(chat.lines()).hasSize(200);
    assertThat(api.upload("fine-tune", chat).status()).isEqualTo(200);
  }

  @Test
  void a_job_may_name_one_that_has_not_finished() {
    var id = api.dataset(lines(120), Map.of());
    var sample = List.of(Map.of("type", "sample", "rows", 60));
    var first =
        api.post("/v1/datasets", Map.of("from", id, "operations", sample, "background", true));

    var second =
        api.post(
            "/v1/datasets",
            Map.of(
                "from",
                first.text("job"),
                "operations",
                List.of(Map.of("type", "filter", "verdict", "right"))));

    var made = ready(second.text("id"));
    assertThat(made.path("status").asString()).isEqualTo("ready");
    assertThat(made.path("lineage").path("dataset").asString()).isEqualTo(first.text("id"));
  }

  @Test
  void a_file_that_is_malformed_leaves_nothing_and_its_job_says_why() {
    var file = api.upload("user_data", "{\"question\":\"a\"}\n{\"question\":[]}\n").ok().text("id");

    var accepted = api.post("/v1/datasets", Map.of("file", file, "background", true));

    var failed = ready(accepted.text("id"));
    assertThat(failed.path("status").asString()).isEqualTo("failed");
    assertThat(failed.path("error").path("message").asString())
        .isEqualTo(
            "rows.jsonl: line 2: field 'question' must be text, got an array. Nothing was stored.");
    assertThat(api.get("/v1/datasets/" + accepted.text("id") + "/rows").status()).isEqualTo(404);
  }

  @Test
  void parts_of_a_split_and_a_mix_of_them_are_the_whole() {
    var id = api.dataset(lines(200), Map.of());

    var parts =
        api.post(
                "/v1/datasets/" + id + "/split",
                Map.of("parts", Map.of("train", 0.75, "test", 0.25), "seed", 1))
            .ok()
            .json()
            .path("data");
    var other = List.of(Map.of("from", parts.path(1).path("id").asString()));
    var mixed =
        made(
            Map.of(
                "from",
                parts.path(0).path("id").asString(),
                "operations",
                List.of(Map.of("type", "mix", "with", other), Map.of("type", "deduplicate"))));

    assertThat(parts).hasSize(2);
    assertThat(mixed.path("rows").asInt()).isEqualTo(200);
    assertThat(mixed.path("lineage").path("sources")).hasSize(2);
  }

  @Test
  void rows_are_decontaminated_against_the_operators_benchmarks() {
    var id =
        api.dataset(
            """
            {"question":"A farmer has twelve red barns and each of the barns holds forty two brown cows. How many?"}
            {"question":"What is 2+2?"}
            """,
            Map.of());

    var clean = api.post("/v1/datasets", Map.of("from", id, "operations", against("benchmarks")));
    var unknown =
        api.post("/v1/datasets", Map.of("from", id, "operations", against("benchmark:none")));

    assertThat(clean.ok().json().path("rows").asInt()).isEqualTo(1);
    assertThat(clean.json().path("lineage").path("operations").path(0).path("found_in"))
        .hasToString("{\"barns\":1}");
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.message()).isEqualTo("There is no benchmark 'none'; there are [barns].");
  }

  private static List<Map<String, Object>> against(String benchmark) {
    return List.of(Map.of("type", "decontaminate", "against", List.of(benchmark)));
  }

  @Test
  void wrong_operations_are_told_with_their_place() {
    var id = api.dataset("{\"question\":\"a\"}", Map.of());

    assertThat(told(id, Map.of("type", "filtre")))
        .startsWith("operations[0].type must be one of filter, sample, longest,")
        .endsWith("got \"filtre\".");
    assertThat(told(id, Map.of("type", "sample"), Map.of("type", "longest", "rows", 0)))
        .contains("operations[0]")
        .contains("needs either rows or share")
        .contains("operations[1].rows must be greater than or equal to 1");
    assertThat(told(id, Map.of("type", "longest", "rows", 5, "of", "critic")))
        .contains("operations[0].of")
        .contains("question, answer, response, critique, prompt, output");
    assertThat(told(id, Map.of("type", "sample", "rows", 5, "sede", 1)))
        .contains("operations[0].sede");
    assertThat(told(id, Map.of("type", "filter", "matches", Map.of("question", "(a"))))
        .contains("'(a' is no regular expression");
    assertThat(told(id, Map.of("type", "build", "set", "cft"), Map.of("type", "shuffle")))
        .contains("build must be the last operation");
    assertThat(api.post("/v1/datasets", Map.of("name", "x")).message())
        .startsWith("Name one of 'from'");
    assertThat(api.post("/v1/datasets", Map.of("from", "ds-none")).status()).isEqualTo(404);
    assertThat(
            api.post("/v1/datasets", Map.of("from", id, "fields", Map.of("question", "q")))
                .message())
        .isEqualTo("Only the fields of files can be mapped.");
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private String told(String id, Map<String, ?>... operations) {
    var answer = api.post("/v1/datasets", Map.of("from", id, "operations", List.of(operations)));
    assertThat(answer.status()).isEqualTo(400);
    return answer.message();
  }

  @Test
  void an_attempt_that_was_cut_off_is_gone_on_with_to_the_same_end(
      @Autowired DatasetMaker maker, @Autowired Datasets datasets) {
    var id = api.dataset(lines(1700), Map.of());
    var operations =
        List.<Operation>of(new Operation.Sample(1600, null, 1L), new Operation.Shuffle(2L));
    var spec =
        new DatasetSpec(
            "cut off",
            id,
            null,
            null,
            operations.stream().<JsonNode>map(OperationJson::write).toList());
    var cut = RandomId.next("ds-");

    assertThatThrownBy(() -> maker.make(order(cut, spec, new Falling())))
        .hasMessage("the power is gone");
    var half = datasets.find(cut).orElseThrow();
    var whole = maker.make(order(cut, spec, Watch.NONE));
    var atOnce = maker.make(order(RandomId.next("ds-"), spec, Watch.NONE));

    assertThat(half.complete()).isFalse();
    assertThat(half.rows()).isEqualTo(500);
    assertThat(whole.rows()).isEqualTo(1600);
    assertThat(whole.hash()).isEqualTo(atOnce.hash());
  }

  private static DatasetMaker.Order order(String id, DatasetSpec spec, Watch watch) {
    return new DatasetMaker.Order(id, spec, Map.of(), watch, Runnable::run);
  }

  /// Ends the work when the first rows were written.
  private static final class Falling implements Watch {
    private boolean isWriting;

    @Override
    public void stage(String words) {
      isWriting = words.equals("writing");
    }

    @Override
    public void rows(long done, long total) {
      if (isWriting) {
        throw new IllegalStateException("the power is gone");
      }
    }
  }

  @Test
  void statistics_tell_lengths_verdicts_and_subjects() {
    var id = api.dataset(lines(60), Map.of());

    var once = api.get("/v1/datasets/" + id + "/statistics").ok().json();
    var again = api.get("/v1/datasets/" + id + "/statistics").ok().json();

    assertThat(again).isEqualTo(once);
    assertThat(once.path("by_subject")).hasToString("{\"algebra\":30,\"geometry\":30}");
    assertThat(once.path("by_verdict")).hasToString("{\"right\":20,\"wrong\":40}");
    var lengths = once.path("characters").path("question");
    assertThat(lengths.path("shortest").asInt()).isEqualTo(2);
    assertThat(lengths.path("longest").asInt()).isEqualTo(3);
    assertThat(lengths.path("histogram")).hasToString("[{\"from\":2,\"to\":3,\"rows\":60}]");
  }
}

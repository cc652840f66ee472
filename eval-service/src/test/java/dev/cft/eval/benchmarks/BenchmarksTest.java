package dev.cft.eval.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.cft.eval.testing.Api;
import dev.cft.eval.testing.EvalServiceTest;
import dev.cft.eval.testing.World;
import dev.cft.store.Sha256;
import dev.cft.store.jobs.JobStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// Benchmarks from a folder and from a hub on this machine, with made-up rows.
@EvalServiceTest
class BenchmarksTest {
  private static final Path FOLDER = folder();
  private static final Map<String, byte[]> HUB = new ConcurrentHashMap<>();
  private static final HttpServer SERVER = hub();
  private static final String ROWS =
      IntStream.range(0, 5)
          .mapToObj(
              i -> "{\"problem\": \"%d + 1?\", \"solution\": \"so #### %d\"}\n".formatted(i, i + 1))
          .collect(Collectors.joining());

  @Autowired World world;
  @Autowired JdbcClient jdbc;
  Api api;

  private static Path folder() {
    try {
      return Files.createTempDirectory("benchmarks");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpServer hub() {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            var file = HUB.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(file == null ? 404 : 200, file == null ? -1 : file.length);
            if (file != null) {
              exchange.getResponseBody().write(file);
            }
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @DynamicPropertySource
  static void places(DynamicPropertyRegistry properties) {
    properties.add("cft.eval.benchmarks.data-dir", () -> FOLDER.resolve("data"));
    properties.add("cft.eval.benchmarks.definitions", () -> FOLDER.resolve("definitions"));
    properties.add("cft.eval.benchmarks.cache-dir", () -> FOLDER.resolve("cache"));
    properties.add(
        "cft.eval.benchmarks.hub", () -> "http://127.0.0.1:" + SERVER.getAddress().getPort());
  }

  @BeforeEach
  void connect() {
    api = world.api();
    world.model("tiny", 512);
  }

  private static void write(String file, String text) throws IOException {
    var path = FOLDER.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static String definition(String name, String source) {
    return """
    name: %s
    title: Sums
    sources:
      - %s
    fields:
      question: problem
      answer: {from: solution, after: "####"}
    prompts: math-cot
    stop: ["\\n\\n"]
    max_tokens: 4
    criteria:
      - {type: math, name: answer, grader: numeric, reference: "{{item.answer}}"}
    """
        .formatted(name, source);
  }

  @Test
  void the_built_in_definitions_are_well_formed() {
    var list = api.get("/v1/benchmarks").json().path("data");

    var names = list.valueStream().map(b -> b.path("id").asString()).toList();
    assertThat(names)
        .contains(
            "math-500",
            "minerva-math",
            "gsm8k",
            "olympiadbench",
            "aime24",
            "amc23",
            "theoremqa",
            "mmlu-pro",
            "gpqa-diamond",
            "ifeval",
            "mt-bench");
    list.valueStream()
        .filter(b -> b.path("origin").asString().equals("built-in"))
        .forEach(b -> assertThat(b.path("faults")).as(b.toString()).isEmpty());
  }

  @Test
  void a_copied_definition_in_the_folder_is_a_benchmark() throws Exception {
    write("data/sums.jsonl", ROWS);
    write("definitions/sums.yaml", definition("sums", "{file: sums.jsonl}"));

    var run = api.post("/v1/evals/sums/runs", "{\"model\": \"tiny\", \"limit\": 3}");

    assertThat(run.status()).as(run.text()).isEqualTo(201);
    var id = run.json().path("id").asString();
    assertThat(world.ended(id).status()).isEqualTo(JobStatus.SUCCEEDED);
    var item = api.get("/v1/evals/sums/runs/" + id + "/output_items").json().path("data").get(2);
    assertThat(item.path("datasource_item").path("answer").asString()).isEqualTo("3");
    assertThat(item.path("sample").path("input").get(0).path("content").asString())
        .startsWith("Please reason step by step");
    assertThat(item.path("sample").path("prompt").asString()).isEqualTo("chat");
    assertThat(item.path("sample").path("max_completion_tokens").asInt()).isEqualTo(4);
    var eval = api.get("/v1/evals/" + run.json().path("eval_id").asString()).json();
    assertThat(eval.path("benchmark").asString()).isEqualTo("sums");
    assertThat(eval.path("provenance").path("sha256").asString()).isEqualTo(Sha256.of(ROWS));
    assertThat(api.get("/v1/evals/sums").json().path("id")).isEqualTo(eval.path("id"));
  }

  @Test
  void a_pinned_file_is_fetched_from_the_hub_once_and_its_checksum_is_checked() throws Exception {
    HUB.put("/datasets/me/sums/resolve/abc123/test.jsonl", ROWS.getBytes(StandardCharsets.UTF_8));
    var source = "{hub: me/sums, revision: abc123, path: test.jsonl, sha256: %s}";
    write("definitions/fetched.yaml", definition("fetched", source.formatted(Sha256.of(ROWS))));
    write(
        "definitions/forged.yaml",
        definition("forged", source.formatted("a".repeat(64)).replace("abc123", "abc124")));
    HUB.put("/datasets/me/sums/resolve/abc124/test.jsonl", ROWS.getBytes(StandardCharsets.UTF_8));

    assertThat(api.get("/v1/benchmarks/fetched").json().path("data").asString())
        .isEqualTo("to_fetch");
    assertThat(
            api.post("/v1/evals", "{\"benchmark\": \"fetched\"}")
                .json()
                .path("items")
                .path("count")
                .asInt())
        .isEqualTo(5);
    HUB.clear();
    assertThat(api.post("/v1/evals", "{\"benchmark\": \"fetched\"}").status()).isEqualTo(201);
    assertThat(api.get("/v1/benchmarks/fetched").json().path("data").asString())
        .isEqualTo("fetched");

    HUB.put("/datasets/me/sums/resolve/abc124/test.jsonl", ROWS.getBytes(StandardCharsets.UTF_8));
    assertThat(api.post("/v1/evals", "{\"benchmark\": \"forged\"}").error())
        .startsWith(
            "fetch_failed | test.jsonl of dataset me/sums cannot be fetched from http://127.0.0.1")
        .contains("its SHA-256 is " + Sha256.of(ROWS) + " and must be aaa");
  }

  @Test
  void what_is_missing_or_malformed_is_told_with_what_to_do() throws Exception {
    write("definitions/absent.yaml", definition("absent", "{file: absent.jsonl}"));
    write("definitions/broken.yaml", definition("broken", "{file: broken.jsonl}"));
    write("data/broken.jsonl", "{\"problem\": \"1?\", \"solution\": \"#### 1\"}\n{oops\n[1]\n");
    write("definitions/wrong.yaml", "name: wrong\nsources: []\ncriteria: []\ncolour: red\n");

    assertThat(api.post("/v1/evals/absent/runs", "{\"model\": \"tiny\"}").error())
        .isEqualTo(
            "benchmark_data_missing | the data of benchmark 'absent' is not here; put absent.jsonl into the operator's benchmark data folder");
    assertThat(api.post("/v1/evals/gpqa-diamond/runs", "{\"model\": \"tiny\"}").error())
        .contains("put gpqa/gpqa_diamond.csv into the operator's benchmark data folder");
    assertThat(api.post("/v1/evals/broken/runs", "{\"model\": \"tiny\"}").error())
        .startsWith("malformed_data | broken.jsonl: line 2 is not JSON")
        .contains("line 3 is no JSON object");
    assertThat(api.post("/v1/evals/wrong/runs", "{\"model\": \"tiny\"}").error())
        .startsWith(
            "malformed_definition | the definition of benchmark 'wrong' (wrong.yaml) is malformed")
        .contains("criteria: must be an array", "sources: at least one", "colour: unknown field");
    assertThat(api.post("/v1/evals", "{\"benchmark\": \"nope\"}").error())
        .startsWith("benchmark_not_found");
  }

  @Test
  void gold_answers_that_cannot_be_read_are_listed_before_the_run() throws Exception {
    write("data/odd.jsonl", ROWS + "{\"problem\": \"what?\", \"solution\": \"#### a tree\"}\n");
    write("definitions/odd.yaml", definition("odd", "{file: odd.jsonl}"));

    var eval = api.post("/v1/evals", "{\"benchmark\": \"odd\"}").json();

    assertThat(eval.path("bad_golds")).hasSize(1);
    assertThat(eval.path("bad_golds").get(0).path("item").asInt()).isEqualTo(5);
    assertThat(eval.path("items").path("count").asInt()).isEqualTo(6);
  }

  @Test
  void texts_of_a_withheld_benchmark_stay_in_the_users_copy() throws Exception {
    var csv =
        "Record ID,Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2,Incorrect Answer 3\n"
            + IntStream.range(0, 198)
                .mapToObj(i ->
                    "rec%d,\"Secret, \"\"riddle\"\" %d?\",right%d,w%d,x%d,y%d\n"
                        .formatted(i, i, i, i, i, i))
                .collect(Collectors.joining());
    write("data/gpqa/gpqa_diamond.csv", csv);

    var run =
        api.post(
            "/v1/evals/gpqa-diamond/runs",
            "{\"model\": \"tiny\", \"limit\": 4, \"max_tokens\": 4}");

    assertThat(run.status()).as(run.text()).isEqualTo(201);
    var id = run.json().path("id").asString();
    assertThat(world.ended(id).status()).isEqualTo(JobStatus.SUCCEEDED);
    var eval = api.get("/v1/evals/gpqa-diamond").json();
    assertThat(eval.path("provenance").path("shuffle_seed").asLong()).isEqualTo(20250301);
    for (var text :
        jdbc.sql(
                "select item::text from eval_items union all select sample::text from eval_output_items where run_id = :id")
            .param("id", id)
            .query(String.class)
            .list()) {
      assertThat(text).doesNotContain("Secret", "right");
    }
    var items = api.get("/v1/evals/gpqa-diamond/runs/" + id + "/output_items").json().path("data");
    assertThat(items.get(0).path("datasource_item").path("id").asString()).isEqualTo("rec0");
    assertThat(items.get(0).path("sample").path("usage").path("prompt_tokens").asInt())
        .isGreaterThan(60);

    write("data/gpqa/gpqa_diamond.csv", csv.replace("right0,", "changed,"));
    var withChanged =
        api.post(
            "/v1/evals/" + run.json().path("eval_id").asString() + "/runs",
            "{\"model\": \"tiny\", \"limit\": 4}");
    assertThat(world.ended(withChanged.json().path("id").asString()).state().toString())
        .contains("benchmark_data_changed", "has changed since its eval was made");
    Files.delete(FOLDER.resolve("data/gpqa/gpqa_diamond.csv"));
  }

  @Test
  void a_benchmark_may_be_added_by_the_api_from_an_uploaded_file() throws Exception {
    var body =
        """
        {"name": "mine", "sources": [{"input": "%s"}], "fields": {"question": "problem", "answer": {"from": "solution", "after": "####"}},
         "prompts": [{"name": "plain", "families": ["LlamaForCausalLM"], "text": "Q: {{item.question}} A:"},
                     {"name": "qwen", "families": ["Qwen2ForCausalLM"], "text": "<|im_start|>{{item.question}}"}],
         "criteria": [{"type": "math", "grader": "numeric", "reference": "{{item.answer}}"}], "max_tokens": 3}
        """
            .formatted(world.file(ROWS));

    assertThat(api.post("/v1/benchmarks", body).status()).isEqualTo(201);

    var run = api.post("/v1/evals/mine/runs", "{\"model\": \"tiny\"}").json();
    assertThat(world.ended(run.path("id").asString()).status()).isEqualTo(JobStatus.SUCCEEDED);
    JsonNode sample =
        api.get("/v1/evals/mine/runs/%s/output_items".formatted(run.path("id").asString()))
            .json()
            .path("data")
            .get(0)
            .path("sample");
    assertThat(sample.path("input").toString())
        .isEqualTo("[{\"role\":\"prompt\",\"content\":\"Q: 0 + 1? A:\"}]");
    var mixed =
        api.post("/v1/evals/mine/runs", "{\"model\": \"tiny\", \"prompt\": \"qwen\"}").json();
    assertThat(world.ended(mixed.path("id").asString()).state().toString())
        .contains(
            "'qwen' is made for Qwen2ForCausalLM; the model is LlamaForCausalLM; prompts for it: plain");
    assertThat(api.post("/v1/evals/mine/runs", "{\"model\": \"tiny\", \"prompt\": \"x\"}").error())
        .contains("'x' is not known; the eval has plain, qwen");
    assertThat(api.delete("/v1/benchmarks/mine").status()).isEqualTo(200);
    assertThat(api.get("/v1/benchmarks/mine").status()).isEqualTo(404);
  }
}

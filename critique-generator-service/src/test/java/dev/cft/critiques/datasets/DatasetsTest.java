package dev.cft.critiques.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

@CritiqueServiceTest
class DatasetsTest {
  private static final String CRITIQUED =
      """
      {"question":"2+2?","answer":"4","response":"It is 4.","critique":"Yes. Conclusion: right [END]","verdict":"right","correct":true}
      {"question":"3+3?","answer":"6","response":"It is 7.","critique":"Hm. Conclusion: right [END]","verdict":"right","correct":false}
      {"question":"Über 5%?","answer":"6","response":"Nein","critique":"No. Conclusion: wrong [END]","verdict":"wrong","correct":false}
      {"question":"Plain?"}
      """;

  private Api api = new Api(0);

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  @Test
  void rows_are_mapped_counted_filtered_and_searched() {
    var id = api.dataset(CRITIQUED, Map.of());

    var dataset = api.get("/v1/datasets/" + id).ok().json();
    var statistics = api.get("/v1/datasets/" + id + "/statistics").ok().json();

    assertThat(dataset.path("rows").asInt()).isEqualTo(4);
    assertThat(dataset.path("status").asString()).isEqualTo("ready");
    assertThat(dataset.path("hash").asString()).hasSize(64);
    assertThat(dataset.path("lineage").path("operation").asString()).isEqualTo("import");
    assertThat(statistics.path("by_verdict")).hasToString("{\"right\":2,\"wrong\":1}");
    assertThat(statistics.path("by_status")).hasToString("{\"ok\":4}");
    assertThat(statistics.path("responses_right").asInt()).isEqualTo(1);
    assertThat(statistics.path("responses_wrong").asInt()).isEqualTo(2);
    assertThat(statistics.path("agreement").asDouble()).isEqualTo(2.0 / 3);
    assertThat(seqs(id, "verdict=right")).isEqualTo("[0, 1]");
    assertThat(seqs(id, "correct=false&verdict=wrong")).isEqualTo("[2]");
    assertThat(seqs(id, "q=%C3%9CBER%205%25")).isEqualTo("[2]");
    assertThat(seqs(id, "status=failed")).isEqualTo("[]");
    assertThat(seqs(id, "after=1&limit=1")).isEqualTo("[2]");
    assertThat(
            api.get("/v1/datasets/" + id + "/rows?limit=3")
                .ok()
                .json()
                .path("has_more")
                .asBoolean())
        .isTrue();
  }

  private String seqs(String id, String query) {
    var data = api.get("/v1/datasets/" + id + "/rows?" + query).ok().json().path("data");
    return IntStream.range(0, data.size())
        .mapToObj(i -> data.path(i).path("seq").asLong())
        .toList()
        .toString();
  }

  @Test
  void wrong_filters_are_told_what_there_is() {
    var id = api.dataset("{\"question\":\"a\"}", Map.of());

    assertThat(api.get("/v1/datasets/" + id + "/rows?verdict=maybe").message())
        .isEqualTo("verdict must be one of [right, wrong, unparsed], got 'maybe'.");
    assertThat(api.get("/v1/datasets/" + id + "/rows?after=x").message())
        .contains("after must be the seq of a row, got 'x'");
    assertThat(api.get("/v1/datasets/" + id + "/content?format=xml").message())
        .contains("format must be one of [jsonl, chat, alpaca, alpaca-json, parquet], got 'xml'");
    assertThat(api.get("/v1/datasets/ds-none").code()).isEqualTo("dataset_not_found");
  }

  @Test
  void a_row_that_cannot_be_mapped_leaves_nothing_behind() {
    var file = api.upload("user_data", "{\"problem\":\"a\"}\n{\"problem\":null}\n").ok().text("id");
    var before = api.get("/v1/datasets?limit=1000").ok().json().path("data").size();

    var answer =
        api.post("/v1/datasets", Map.of("file", file, "fields", Map.of("question", "problem")));
    var unknown =
        api.post("/v1/datasets", Map.of("file", file, "fields", Map.of("problem", "question")));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message())
        .isEqualTo(
            "rows.jsonl: line 2: field 'problem' must be text that is not blank, got null. Nothing was stored.");
    assertThat(unknown.message()).contains("'problem' is no field of a dataset row; allowed:");
    assertThat(api.get("/v1/datasets?limit=1000").ok().json().path("data")).hasSize(before);
    assertThat(api.post("/v1/datasets", Map.of("file", "file-none")).status()).isEqualTo(404);
    assertThat(api.post("/v1/datasets", "{\"file\":\"f\",\"feilds\":{}}").status()).isEqualTo(400);
  }

  @Test
  void training_rows_are_exported_as_chat_and_alpaca() {
    var id = api.dataset(CRITIQUED, Map.of());

    var chat = api.get("/v1/datasets/" + id + "/content?format=chat").ok().body().lines().toList();
    var alpaca =
        api.get("/v1/datasets/" + id + "/content?format=alpaca").ok().body().lines().toList();
    var jsonl = api.get("/v1/datasets/" + id + "/content").ok().body().lines().toList();

    assertThat(jsonl).hasSize(4);
    assertThat(chat)
        .hasSize(3)
        .first()
        .isEqualTo(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Please critique whether the following solution to the question is correct.\\n\\nQuestion:\\n2+2?\\n\\nSolution:\\nIt is 4.\"},{\"role\":\"assistant\",\"content\":\"Yes. Conclusion: right [END]\"}]}");
    assertThat(alpaca)
        .hasSize(3)
        .first()
        .isEqualTo(
            "{\"instruction\":\"Please critique whether the following solution to the question is correct.\",\"input\":\"Question:\\n2+2?\\n\\nSolution:\\nIt is 4.\",\"output\":\"Yes. Conclusion: right [END]\"}");
    assertThat(api.upload("fine-tune", String.join("\n", chat)).status()).isEqualTo(200);
    assertThat(api.upload("fine-tune", String.join("\n", alpaca)).status()).isEqualTo(200);
  }

  @Test
  void a_sample_is_the_seeds_and_a_filtered_set_knows_where_it_comes_from() {
    var lines =
        IntStream.range(0, 1000)
            .mapToObj(i -> "{\"question\":\"q%d\",\"correct\":%s}".formatted(i, i % 4 == 0))
            .collect(Collectors.joining("\n"));
    var id = api.dataset(lines, Map.of());

    var one = api.post("/v1/datasets/" + id + "/sample", Map.of("size", 50, "seed", 7)).ok().json();
    var two = api.post("/v1/datasets/" + id + "/sample", Map.of("size", 50, "seed", 7)).ok().json();
    var other =
        api.post("/v1/datasets/" + id + "/sample", Map.of("size", 50, "seed", 8)).ok().json();
    var right = api.post("/v1/datasets/" + id + "/filter", Map.of("correct", true)).ok().json();

    assertThat(one.path("rows").asInt()).isEqualTo(50);
    assertThat(one.path("hash")).isEqualTo(two.path("hash")).isNotEqualTo(other.path("hash"));
    assertThat(right.path("rows").asInt()).isEqualTo(250);
    assertThat(right.path("lineage").path("dataset").asString()).isEqualTo(id);
    assertThat(api.delete("/v1/datasets/" + right.path("id").asString()).status()).isEqualTo(200);
  }
}

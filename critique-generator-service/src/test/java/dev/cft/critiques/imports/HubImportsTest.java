package dev.cft.critiques.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.critiques.operations.OperationException;
import dev.cft.critiques.operations.Surroundings;
import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.RowLimits;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Verdict;
import dev.cft.store.parquet.ParquetColumn;
import dev.cft.store.parquet.ParquetFile;
import dev.cft.store.specs.DatasetSpec.HubFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.env.MockEnvironment;

class HubImportsTest {
  @TempDir Path cache;
  private @Nullable DatasetHub server;
  private final MockEnvironment environment = new MockEnvironment();

  @BeforeEach
  void serve() throws IOException {
    server = new DatasetHub();
    environment.setProperty("HF_ENDPOINT", server.address());
    environment.setProperty("HF_HUB_CACHE", cache.toString());
    environment.setProperty("HF_HOME", cache.toString());
  }

  @AfterEach
  void stop() {
    hub().close();
  }

  private DatasetHub hub() {
    return java.util.Objects.requireNonNull(server);
  }

  private Surroundings.Rows rows(HubFiles files, Map<String, String> fields) {
    return new HubImports(environment, RowLimits.USUAL)
        .rows(files, null, new FieldMapping(fields), _ -> {});
  }

  private static HubFiles files(String id, String... patterns) {
    return new HubFiles(id, "main", List.of(patterns), null);
  }

  private static List<DatasetRow> all(Surroundings.Rows rows) {
    var all = new ArrayList<DatasetRow>();
    rows.open().forEachRemaining(all::add);
    return all;
  }

  private static byte[] parquet(int from, int to) throws IOException {
    var columns = new LinkedHashMap<String, ParquetColumn.Type>();
    columns.put("instruction", ParquetColumn.Type.TEXT);
    columns.put("input", ParquetColumn.Type.TEXT);
    columns.put("output", ParquetColumn.Type.TEXT);
    var bytes = new ByteArrayOutputStream();
    try (var file = new ParquetFile(bytes, columns)) {
      for (var i = from; i < to; i++) {
        file.add(
            List.of(
                "Please critique whether the following solution to the question is correct.",
                "Question:\nq" + i + "\n\nSolution:\nr" + i,
                "c" + i + " Conclusion: wrong [END]"));
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void shards_are_read_in_order_pinned_to_a_commit_and_hashed() throws IOException {
    var first = parquet(0, 3);
    hub().put("lab/cft/50K/train-00000.parquet", first);
    hub().put("lab/cft/50K/train-00001.parquet", parquet(3, 5));
    hub().put("lab/cft/4K/train-00000.parquet", parquet(7, 8));

    var rows = rows(files("lab/cft", "50K/train-*.parquet"), Map.of());

    var all = all(rows);
    assertThat(all.stream().map(DatasetRow::question))
        .containsExactly("q0", "q1", "q2", "q3", "q4");
    assertThat(all.getFirst().verdict()).isEqualTo(Verdict.WRONG);
    assertThat(rows.total()).isEqualTo(5);
    var lineage = rows.lineage();
    assertThat(lineage.path("commit").asString()).isEqualTo(DatasetHub.COMMIT);
    assertThat(lineage.path("files").path("50K/train-00000.parquet").asString())
        .isEqualTo(DatasetHub.sha256(first));
    hub().requests.clear();
    assertThat(all(rows(files("lab/cft", "50K/train-*.parquet"), Map.of()))).hasSize(5);
    assertThat(hub().requests).noneMatch(request -> request.contains("storage"));
  }

  @Test
  void a_broken_download_goes_on_and_the_token_stays_with_the_hub() {
    var lines = "{\"query\":\"1+1?\",\"response\":\"2\",\"type\":\"GSM\"}\n".repeat(5000);
    hub().put("gated/set/rows.jsonl", lines.getBytes(StandardCharsets.UTF_8));
    var wanted = files("gated/set", "rows.jsonl");
    var fields = Map.of("question", "query", "response", "response", "subject", "type");

    assertThatThrownBy(() -> rows(wanted, fields))
        .isInstanceOf(OperationException.class)
        .hasMessageContaining("is gated")
        .hasMessageContaining("HF_TOKEN");
    environment.setProperty("HF_TOKEN", DatasetHub.TOKEN);
    hub().breaksNext = true;
    var all = all(rows(wanted, fields));

    assertThat(all).hasSize(5000);
    assertThat(String.valueOf(all.getFirst().extra())).isEqualTo("{\"subject\":\"GSM\"}");
    assertThat(hub().requests).anyMatch(request -> request.startsWith("GET storage bytes="));
    assertThat(hub().tokensAtStorage).isEmpty();
  }

  @Test
  void what_the_hub_lacks_and_what_is_not_as_promised_is_refused() {
    hub().put("lab/set/rows.jsonl", "{\"question\":\"a\"}\n".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> rows(files("lab/set", "*.parquet"), Map.of()))
        .hasMessageContaining("has no file '*.parquet'; it has [rows.jsonl]");
    assertThatThrownBy(() -> rows(files("lab/none", "x"), Map.of()))
        .isInstanceOf(OperationException.class);
    assertThatThrownBy(() ->
            rows(
                new HubFiles(
                    "lab/set", "main", List.of("*.jsonl"), Map.of("rows.jsonl", "0".repeat(64))),
                Map.of()))
        .hasMessageContaining("must have 0000");
  }

  @Test
  void every_known_set_has_what_is_needed_to_fetch_it() {
    var sets = new KnownSets().all();

    assertThat(sets).extracting(KnownSet::name).contains("webinstruct-cft-50k", "metamathqa");
    assertThat(sets)
        .allSatisfy(set -> {
          assertThat(set.files()).isNotEmpty();
          assertThat(new FieldMapping(set.fields() == null ? Map.of() : set.fields())).isNotNull();
        });
  }
}

package dev.cft.store.datasets;

import dev.cft.store.Sha256;
import dev.cft.store.StoreJson;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// SHA-256 over rows, each as canonical JSON (keys sorted, no spaces, no nulls) and a line feed, in
/// order.
final class DatasetHash {
  private static final JsonMapper CANONICAL =
      StoreJson.mapper()
          .rebuild()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(tools.jackson.databind.cfg.JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .build();

  private final Sha256 digest = new Sha256();
  private long rows;

  void add(DatasetRow row) {
    JsonNode json = CANONICAL.valueToTree(row);
    digest.add((CANONICAL.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
    rows++;
  }

  long rows() {
    return rows;
  }

  String hex() {
    return digest.hex();
  }
}

package dev.cft.eval.evals;

import static dev.cft.store.StoreJson.mapper;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;

/// Items by the hash of their content: the same benchmark is stored once.
@Repository
public class ItemSets {
  private static final int CHUNK = 1000;
  private static final String INSERT_SET =
      """
      insert into eval_item_sets (id, item_count, created_at) values (:id, :count, :at)
      on conflict do nothing
      """;
  private static final String INSERT_ITEMS =
      """
      insert into eval_items (set_id, seq, item)
      select :id, :from + ordinality - 1, value
      from json_array_elements(cast(:items as json)) with ordinality
      """;
  private static final String READ =
      """
      select seq, item from eval_items where set_id = :id and seq >= :from and seq < :to order by seq
      """;
  private static final String READ_PLACES =
      "select seq, item from eval_items where set_id = :id and seq = any(:places) order by seq";
  private static final String NAMED =
      """
      select seq, item ->> 'id' as name from eval_items
      where set_id = :id and item ->> 'id' = any(:names) order by seq desc
      """;
  private static final String COUNT = "select item_count from eval_item_sets where id = :id";

  private final JdbcClient jdbc;
  private final InstantSource clock;

  ItemSets(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /// An item with its place.
  public record Item(long seq, JsonNode value) {}

  /// Stores the items unless they are there, and tells their id.
  @Transactional
  public String store(List<? extends JsonNode> items) {
    return store(idOf(items), items);
  }

  /// Stores what may be kept of items whose texts are withheld: their ids and right letters.
  ///
  /// @return the id of the whole items
  @Transactional
  public String storeWithheld(List<? extends JsonNode> items) {
    return store(idOf(items), items.stream().map(ItemSets::redacted).toList());
  }

  private static JsonNode redacted(JsonNode item) {
    var kept = mapper().createObjectNode().put("withheld", true);
    for (var field : List.of("id", "answer", "n_options")) {
      if (item.has(field)) {
        kept.set(field, item.get(field));
      }
    }
    return kept;
  }

  /// The id that items have: a hash over them.
  public static String idOf(List<? extends JsonNode> items) {
    return "items-" + hash(items);
  }

  private String store(String id, List<? extends JsonNode> items) {
    var isNew =
        jdbc.sql(INSERT_SET)
                .param("id", id)
                .param("count", items.size())
                .param("at", clock.instant().atOffset(ZoneOffset.UTC))
                .update()
            > 0;
    for (var from = 0; isNew && from < items.size(); from += CHUNK) {
      var chunk = items.subList(from, Math.min(items.size(), from + CHUNK));
      jdbc.sql(INSERT_ITEMS)
          .param("id", id)
          .param("from", from)
          .param("items", mapper().writeValueAsString(chunk))
          .update();
    }
    return id;
  }

  /// How many items the set has; empty where there is no such set.
  public Optional<Long> count(String id) {
    return jdbc.sql(COUNT).param("id", id).query(Long.class).optional();
  }

  /// Items `from` ≤ seq < `to`, in order.
  public List<Item> read(String id, long from, long to) {
    return jdbc.sql(READ)
        .param("id", id)
        .param("from", from)
        .param("to", to)
        .query((row, _) -> new Item(row.getLong("seq"), mapper().readTree(row.getString("item"))))
        .list();
  }

  /// Items at those places, in order.
  public List<Item> read(String id, List<Long> places) {
    return jdbc.sql(READ_PLACES)
        .param("id", id)
        .param("places", places.toArray(Long[]::new))
        .query((row, _) -> new Item(row.getLong("seq"), mapper().readTree(row.getString("item"))))
        .list();
  }

  /// The places of the items that call themselves so, in their field `id`.
  public Map<String, Long> placesOf(String id, List<String> names) {
    var places = new HashMap<String, Long>();
    jdbc.sql(NAMED)
        .param("id", id)
        .param("names", names.toArray(String[]::new))
        .query(row -> {
          places.put(row.getString("name"), row.getLong("seq"));
        });
    return places;
  }

  private static String hash(List<? extends JsonNode> items) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var item : items) {
        digest.update(mapper().writeValueAsString(item).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

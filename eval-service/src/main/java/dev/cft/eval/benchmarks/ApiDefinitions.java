package dev.cft.eval.benchmarks;

import static dev.cft.store.StoreJson.mapper;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;

/// Definitions that users made by the API.
@Repository
class ApiDefinitions {
  private static final String ALL = "select name, definition from eval_benchmarks";
  private static final String PUT =
      """
      insert into eval_benchmarks (name, definition, created_by, created_at)
      values (:name, cast(:json as json), :by, :at)
      on conflict (name) do update set definition = excluded.definition,
        created_by = excluded.created_by, created_at = excluded.created_at
      """;
  private static final String DELETE = "delete from eval_benchmarks where name = :name";

  private final JdbcClient jdbc;
  private final InstantSource clock;

  ApiDefinitions(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  Map<String, JsonNode> all() {
    var all = new TreeMap<String, JsonNode>();
    jdbc.sql(ALL)
        .query(row -> {
          all.put(row.getString("name"), mapper().readTree(row.getString("definition")));
        });
    return all;
  }

  void put(String name, JsonNode definition, @Nullable String by) {
    jdbc.sql(PUT)
        .param("name", name)
        .param("json", definition.toString())
        .param("by", by)
        .param("at", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }

  boolean delete(String name) {
    return jdbc.sql(DELETE).param("name", name).update() > 0;
  }
}

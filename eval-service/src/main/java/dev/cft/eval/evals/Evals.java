package dev.cft.eval.evals;

import static dev.cft.store.StoreJson.mapper;

import dev.cft.store.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/// All evals.
@Repository
public class Evals {
  private static final String INSERT =
      """
      insert into evals (id, name, data_source_config, testing_criteria, input_messages, item_set,
        source, metadata, created_by, created_at, updated_at, profile)
      values (:id, :name, cast(:config as json), cast(:criteria as json), cast(:prompt as json),
        :itemSet, :source, cast(:metadata as jsonb), :createdBy, :at, :at, cast(:profile as json))
      on conflict (id) do update set deleted_at = null
      """;
  private static final String FIND = "select * from evals where id = :id and deleted_at is null";
  private static final String LIST =
      """
      select * from evals e where deleted_at is null
        and (cast(:after as text) is null or (e.created_at, e.id) %s
          (select a.created_at, a.id from evals a where a.id = :after))
      order by e.created_at %s, e.id %s limit :limit
      """;
  private static final String NEWEST = LIST.formatted("<", "desc", "desc");
  private static final String OLDEST = LIST.formatted(">", "asc", "asc");
  private static final String UPDATE =
      """
      update evals set name = :name, metadata = cast(:metadata as jsonb), updated_at = :at
      where id = :id and deleted_at is null
      """;
  private static final String DELETE =
      "update evals set deleted_at = :at where id = :id and deleted_at is null";

  private final JdbcClient jdbc;
  private final InstantSource clock;

  Evals(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /// Keeps a new eval. One made from the same benchmark and items has the same id and is there
  /// already.
  public void create(Eval eval) {
    jdbc.sql(INSERT)
        .param("id", eval.id())
        .param("name", eval.name())
        .param("config", eval.dataSourceConfig().toString())
        .param("criteria", eval.criteria().toString())
        .param("prompt", mapper().writeValueAsString(eval.prompt()))
        .param("itemSet", eval.itemSet())
        .param("source", eval.source())
        .param("metadata", mapper().writeValueAsString(eval.metadata()))
        .param("createdBy", eval.createdBy())
        .param("at", at(eval.createdAt()))
        .param("profile", mapper().writeValueAsString(eval.profile()))
        .update();
  }

  /// Whether users may call the eval so: by its id, or by its benchmark's name.
  public boolean isNamed(String id, String name) {
    return id.equals(name)
        || find(id).map(eval -> name.equals(eval.profile().benchmark())).orElse(false);
  }

  /// The eval of that id, unless deleted.
  public Optional<Eval> find(String id) {
    return jdbc.sql(FIND).param("id", id).query(Evals::read).optional();
  }

  Page<Eval> list(@Nullable String after, int limit, boolean newestFirst) {
    var rows =
        jdbc.sql(newestFirst ? NEWEST : OLDEST)
            .param("after", after)
            .param("limit", limit + 1)
            .query(Evals::read)
            .list();
    return new Page<>(rows.stream().limit(limit).toList(), rows.size() > limit);
  }

  void update(String id, String name, Map<String, String> metadata) {
    jdbc.sql(UPDATE)
        .param("id", id)
        .param("name", name)
        .param("metadata", mapper().writeValueAsString(metadata))
        .param("at", at(clock.instant()))
        .update();
  }

  boolean delete(String id) {
    return jdbc.sql(DELETE).param("id", id).param("at", at(clock.instant())).update() > 0;
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Eval read(ResultSet row, int number) throws SQLException {
    return new Eval(
        row.getString("id"),
        row.getString("name"),
        mapper().readTree(row.getString("data_source_config")),
        mapper().readTree(row.getString("testing_criteria")),
        mapper()
            .readValue(
                row.getString("input_messages"), new TypeReference<List<PromptMessage>>() {}),
        row.getString("item_set"),
        row.getString("source"),
        mapper().readValue(row.getString("metadata"), new TypeReference<Map<String, String>>() {}),
        row.getString("created_by"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
        row.getString("profile") == null
            ? EvalProfile.PLAIN
            : mapper().readValue(row.getString("profile"), EvalProfile.class));
  }
}

package dev.cft.eval.runs;

import static dev.cft.store.StoreJson.mapper;

import dev.cft.eval.evals.Criterion.Judgement;
import dev.cft.eval.evals.PromptMessage;
import dev.cft.store.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/// All runs and what became of their items.
@Repository
public class Runs {
  private static final String INSERT =
      """
      insert into eval_runs (run_id, eval_id, data_source, item_set, input_messages, top_p)
      values (:id, :eval, cast(:dataSource as json), :itemSet, cast(:prompt as json), :topP)
      on conflict do nothing
      """;
  private static final String FIND =
      "select * from eval_runs where run_id = :id and deleted_at is null";
  private static final String DELETE =
      "update eval_runs set deleted_at = :at where run_id = :id and deleted_at is null";
  private static final String DELETE_ITEMS = "delete from eval_output_items where run_id = :id";
  private static final String WRITE =
      """
      insert into eval_output_items (run_id, seq, item_seq, sample_no, status, score, truncated,
        no_answer, undecided, disputed, prompt_tokens, completion_tokens, results, sample, created_at)
      values (:run, :seq, :item, :sampleNo, :status, :score, :truncated, :noAnswer, :undecided,
        :disputed, :promptTokens, :completionTokens, cast(:results as json), cast(:sample as json), :at)
      """;
  private static final String WRITTEN = "select seq from eval_output_items where run_id = :id";
  private static final String ITEMS =
      """
      select * from eval_output_items where run_id = :id
        and (cast(:status as text) is null or status = :status)
        and (cast(:flag as text) is null
          or (:flag = 'truncated' and truncated)
          or (:flag = 'no_answer' and no_answer)
          or (:flag = 'undecided' and undecided)
          or (:flag = 'disputed' and disputed))
        and (cast(:text as text) is null
          or position(lower(:text) in lower(sample::text)) > 0
          or exists (
            select 1 from eval_runs r join eval_items i on i.set_id = r.item_set
            where r.run_id = :id and i.seq = item_seq
              and position(lower(:text) in lower(i.item::text)) > 0))
        and seq %s :after
      order by seq %s limit :limit
      """;
  private static final String OLDEST = ITEMS.formatted(">", "asc");
  private static final String NEWEST = ITEMS.formatted("<", "desc");
  private static final String ITEM =
      "select * from eval_output_items where run_id = :id and seq = :seq";
  private static final String COUNTS =
      """
      select count(*) filter (where status = 'error') errored,
        count(*) filter (where status = 'fail') failed,
        count(*) filter (where status = 'pass') passed,
        count(*) filter (where truncated) truncated,
        count(*) filter (where no_answer) no_answer,
        count(*) filter (where undecided) undecided,
        count(*) filter (where disputed) disputed,
        coalesce(sum(prompt_tokens), 0) prompt_tokens,
        coalesce(sum(completion_tokens), 0) completion_tokens
      from eval_output_items where run_id = :id
      """;
  private static final String DISPUTED =
      "select seq from eval_output_items where run_id = :id and disputed order by seq limit :limit";
  private static final String BY_CRITERION =
      """
      select r ->> 'name' criterion, count(*) filter (where (r ->> 'passed')::boolean) passed, count(*) total
      from eval_output_items, json_array_elements(results) r
      where run_id = :id group by 1 order by 1
      """;
  private static final String SCORED =
      "select item_seq, status, score, results from eval_output_items where run_id = :id order by seq";
  private static final String PASSED =
      "select seq, status = 'pass' passed from eval_output_items where run_id = :id and status <> 'error'";

  private final JdbcClient jdbc;
  private final InstantSource clock;

  Runs(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /// Passed and judged items of one criterion.
  record CriterionCount(String criterion, long passed, long total) {}

  /// Keeps what a run has besides its job; the caller submits the job in the same transaction.
  public void create(Run run) {
    jdbc.sql(INSERT)
        .param("id", run.id())
        .param("eval", run.evalId())
        .param("dataSource", run.dataSource().toString())
        .param("itemSet", run.itemSet())
        .param("prompt", mapper().writeValueAsString(run.prompt()))
        .param("topP", run.topP())
        .update();
  }

  /// The run of that id, unless deleted.
  public Optional<Run> find(String id) {
    return jdbc.sql(FIND).param("id", id).query(Runs::readRun).optional();
  }

  /// Forgets a run and its output items.
  boolean delete(String id) {
    var isDeleted =
        jdbc.sql(DELETE)
                .param("id", id)
                .param("at", clock.instant().atOffset(ZoneOffset.UTC))
                .update()
            > 0;
    jdbc.sql(DELETE_ITEMS).param("id", id).update();
    return isDeleted;
  }

  /// Writes output items; the caller holds the run's lease.
  void write(List<OutputItem> items) {
    for (var item : items) {
      jdbc.sql(WRITE)
          .param("run", item.runId())
          .param("seq", item.seq())
          .param("item", item.itemSeq())
          .param("sampleNo", item.sampleNo())
          .param("score", item.score())
          .param("status", item.status().wireName())
          .param("truncated", item.truncated())
          .param("noAnswer", item.hasVerdict("no_answer"))
          .param("undecided", item.hasVerdict("undecided"))
          .param("disputed", item.disputed())
          .param("promptTokens", item.sample().usage().promptTokens())
          .param("completionTokens", item.sample().usage().completionTokens())
          .param("results", mapper().writeValueAsString(item.results()))
          .param("sample", mapper().writeValueAsString(item.sample()))
          .param("at", item.createdAt().atOffset(ZoneOffset.UTC))
          .update();
    }
  }

  /// Which items are done.
  Set<Long> written(String runId) {
    return new HashSet<>(jdbc.sql(WRITTEN).param("id", runId).query(Long.class).list());
  }

  /// Output items before or after `after`, which is exclusive and may be null.
  Page<OutputItem> items(
      String runId, ItemFilter filter, @Nullable Long after, int limit, boolean newestFirst) {
    var rows =
        jdbc.sql(newestFirst ? NEWEST : OLDEST)
            .param("id", runId)
            .param("status", filter.status() == null ? null : filter.status().wireName())
            .param("flag", filter.outcome())
            .param("text", filter.text() == null ? null : asInJson(filter.text()))
            .param("after", after == null ? (newestFirst ? Long.MAX_VALUE : -1L) : after)
            .param("limit", limit + 1)
            .query(Runs::readItem)
            .list();
    return new Page<>(rows.stream().limit(limit).toList(), rows.size() > limit);
  }

  Optional<OutputItem> item(String runId, long seq) {
    return jdbc.sql(ITEM).param("id", runId).param("seq", seq).query(Runs::readItem).optional();
  }

  /// How the items ended so far.
  public RunCounts counts(String runId, long total) {
    return jdbc.sql(COUNTS)
        .param("id", runId)
        .query((row, _) ->
            new RunCounts(
                total,
                row.getLong("errored"),
                row.getLong("failed"),
                row.getLong("passed"),
                row.getLong("truncated"),
                row.getLong("no_answer"),
                row.getLong("undecided"),
                row.getLong("disputed"),
                row.getLong("prompt_tokens"),
                row.getLong("completion_tokens")))
        .single();
  }

  /// The first places about which graders disagree.
  List<Long> disputed(String runId, int limit) {
    return jdbc.sql(DISPUTED)
        .param("id", runId)
        .param("limit", limit)
        .query((row, _) -> row.getLong(1))
        .list();
  }

  /// A text as it stands inside a JSON string.
  private static String asInJson(String text) {
    var quoted = mapper().writeValueAsString(text);
    return quoted.substring(1, quoted.length() - 1);
  }

  List<CriterionCount> byCriterion(String runId) {
    return jdbc.sql(BY_CRITERION)
        .param("id", runId)
        .query((row, _) -> new CriterionCount(row.getString(1), row.getLong(2), row.getLong(3)))
        .list();
  }

  /// How every sample ended, in order.
  public List<ScoredSample> scored(String runId) {
    return jdbc.sql(SCORED)
        .param("id", runId)
        .query((row, _) ->
            new ScoredSample(
                row.getLong("item_seq"),
                row.getString("status").equals("pass"),
                row.getString("status").equals("error"),
                row.getDouble("score"),
                mapper()
                    .readValue(row.getString("results"), new TypeReference<List<Judgement>>() {})))
        .list();
  }

  /// Whether each generated item passed, by its place.
  public Map<Long, Boolean> passedBySeq(String runId) {
    var passed = new HashMap<Long, Boolean>();
    jdbc.sql(PASSED)
        .param("id", runId)
        .query((ResultSet row) -> {
          passed.put(row.getLong("seq"), row.getBoolean("passed"));
        });
    return passed;
  }

  private static Run readRun(ResultSet row, int number) throws SQLException {
    return new Run(
        row.getString("run_id"),
        row.getString("eval_id"),
        mapper().readTree(row.getString("data_source")),
        row.getString("item_set"),
        mapper()
            .readValue(
                row.getString("input_messages"), new TypeReference<List<PromptMessage>>() {}),
        row.getDouble("top_p"));
  }

  private static OutputItem readItem(ResultSet row, int number) throws SQLException {
    return new OutputItem(
        row.getString("run_id"),
        row.getLong("seq"),
        row.getLong("item_seq"),
        row.getInt("sample_no"),
        OutputItem.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        row.getObject("score", Double.class),
        mapper().readValue(row.getString("results"), new TypeReference<List<Judgement>>() {}),
        mapper().readValue(row.getString("sample"), OutputItem.SampleJson.class),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}

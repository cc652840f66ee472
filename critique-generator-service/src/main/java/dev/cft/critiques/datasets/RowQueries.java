package dev.cft.critiques.datasets;

import dev.cft.critiques.datasets.DatasetViews.StatisticsView;
import dev.cft.store.Columns;
import dev.cft.store.datasets.DatasetRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Filters and counts over the store's rows, done by Postgres.
@Component
class RowQueries {
  private static final String PAGE =
      """
      select row from dataset_rows
      where dataset_id = :dataset and seq > :after
        and (cast(:status as text) is null or row -> 'outcome' ->> 'status' = :status)
        and (cast(:verdict as text) is null or row ->> 'verdict' = :verdict)
        and (cast(:correct as text) is null or row ->> 'correct' = :correct)
        and (cast(:agrees as boolean) is null
          or row ->> 'verdict' in ('RIGHT', 'WRONG') and row ->> 'correct' is not null
            and ((row ->> 'verdict' = 'RIGHT') = (row ->> 'correct' = 'true')) = :agrees)
        and (cast(:search as text) is null
          or position(lower(:search) in lower(concat_ws(E'\\n',
            row ->> 'question', row ->> 'answer', row ->> 'response', row ->> 'critique'))) > 0)
      order by seq
      limit :limit
      """;

  private static final String COUNTS =
      """
      select lower(row -> 'outcome' ->> 'status') as status, row -> 'outcome' ->> 'reason' as reason,
        lower(row ->> 'verdict') as verdict, row ->> 'correct' as correct, count(*) as n
      from dataset_rows where dataset_id = :dataset
      group by 1, 2, 3, 4
      order by 1, 2, 3, 4
      """;

  private static final String LENGTHS =
      """
      select avg(length(row ->> 'question')) as question, avg(length(row ->> 'answer')) as answer,
        avg(length(row ->> 'response')) as response, avg(length(row ->> 'critique')) as critique
      from dataset_rows where dataset_id = :dataset
      """;

  private final JdbcClient jdbc;

  RowQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// Up to `limit` rows that pass the filter, with `seq` greater than `afterSeq`, in order.
  List<DatasetRow> page(String dataset, RowFilter filter, long afterSeq, int limit) {
    var correct = filter.correct();
    return jdbc.sql(PAGE)
        .param("dataset", dataset)
        .param("after", afterSeq)
        .param("status", filter.status() == null ? null : filter.status().name())
        .param("verdict", filter.verdict() == null ? null : filter.verdict().name())
        .param("correct", correct == null ? null : correct.toString())
        .param("agrees", filter.agrees())
        .param("search", filter.search())
        .param("limit", limit)
        .query((row, _) -> Columns.read(row, "row", DatasetRow.class))
        .list();
  }

  /// Rows that share everything that is counted.
  private record Group(
      String status,
      @Nullable String reason,
      @Nullable String verdict,
      @Nullable Boolean correct,
      long n) {
    boolean isCompared() {
      return correct != null && ("right".equals(verdict) || "wrong".equals(verdict));
    }

    boolean isAgreed() {
      return isCompared() && "right".equals(verdict) == Boolean.TRUE.equals(correct);
    }
  }

  StatisticsView statistics(String dataset) {
    var groups =
        jdbc.sql(COUNTS)
            .param("dataset", dataset)
            .query((row, _) -> {
              var correct = row.getString("correct");
              return new Group(
                  String.valueOf(row.getString("status")),
                  row.getString("reason"),
                  row.getString("verdict"),
                  correct == null ? null : Boolean.valueOf(correct),
                  row.getLong("n"));
            })
            .list();
    var byStatus = new LinkedHashMap<String, Long>();
    var byReason = new LinkedHashMap<String, Long>();
    var byVerdict = new LinkedHashMap<String, Long>();
    for (var group : groups) {
      byStatus.merge(group.status(), group.n(), Long::sum);
      var reason = group.reason();
      if (reason != null && group.status().equals("rejected")) {
        byReason.merge(reason, group.n(), Long::sum);
      }
      var verdict = group.verdict();
      if (verdict != null) {
        byVerdict.merge(verdict, group.n(), Long::sum);
      }
    }
    var compared = groups.stream().filter(Group::isCompared).mapToLong(Group::n).sum();
    var agreed = groups.stream().filter(Group::isAgreed).mapToLong(Group::n).sum();
    return new StatisticsView(
        "dataset.statistics",
        groups.stream().mapToLong(Group::n).sum(),
        byStatus,
        byReason,
        byVerdict,
        labelled(groups, true),
        labelled(groups, false),
        compared,
        compared == 0 ? null : (double) agreed / compared,
        lengths(dataset));
  }

  private static long labelled(List<Group> groups, boolean correct) {
    return groups.stream()
        .filter(group -> Boolean.valueOf(correct).equals(group.correct()))
        .mapToLong(Group::n)
        .sum();
  }

  private Map<String, Double> lengths(String dataset) {
    var means = new LinkedHashMap<String, Double>();
    jdbc.sql(LENGTHS)
        .param("dataset", dataset)
        .query()
        .singleRow()
        .forEach((field, mean) -> {
          if (mean instanceof Number number) {
            means.put(field.toLowerCase(Locale.ROOT), Math.round(number.doubleValue() * 10) / 10.0);
          }
        });
    return means;
  }
}

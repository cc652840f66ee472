package dev.cft.critiques.datasets;

import dev.cft.store.Columns;
import dev.cft.store.datasets.DatasetRow;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Filters over the store's rows, done by Postgres.
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
}

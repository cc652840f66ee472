package dev.cft.critiques.audits;

import dev.cft.critiques.audits.Agreement.Among;
import dev.cft.critiques.audits.Agreement.Cell;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Counts verdicts against labels, done by Postgres.
@Component
class Agreements {
  private static final String CELLS =
      """
      select coalesce(row -> 'extra' ->> 'teacher', '') as teacher, lower(row ->> 'verdict') as verdict,
        case row ->> 'correct' when 'true' then 'right' when 'false' then 'wrong' end as label, count(*) as n
      from dataset_rows where dataset_id = :dataset
      group by 1, 2, 3
      order by 1, 2, 3
      """;

  /// Each input row's verdicts, by all teachers and samples.
  private static final String AMONG =
      """
      select count(*) as rows, count(*) filter (where verdicts = 1) as unanimous
      from (
        select count(distinct row ->> 'verdict') as verdicts
        from dataset_rows
        where dataset_id = :dataset and row ->> 'verdict' in ('RIGHT', 'WRONG')
          and row -> 'extra' ->> 'input_seq' is not null
        group by row -> 'extra' ->> 'input_seq'
        having count(*) > 1) as several
      """;

  private final JdbcClient jdbc;

  Agreements(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Agreement of(String dataset) {
    var cells =
        jdbc.sql(CELLS)
            .param("dataset", dataset)
            .query((row, _) ->
                new Cell(
                    String.valueOf(row.getString("teacher")),
                    row.getString("label"),
                    row.getString("verdict"),
                    row.getLong("n")))
            .list();
    var teachers =
        cells.stream()
            .filter(cell -> !cell.teacher().isEmpty())
            .collect(
                Collectors.groupingBy(
                    Cell::teacher,
                    java.util.TreeMap::new,
                    Collectors.collectingAndThen(Collectors.toList(), Agreement.Part::of)));
    var among =
        jdbc.sql(AMONG)
            .param("dataset", dataset)
            .query((row, _) -> {
              var rows = row.getLong("rows");
              var same = row.getLong("unanimous");
              return new Among(rows, same, rows == 0 ? null : (double) same / rows);
            })
            .single();
    return new Agreement(
        "critique.agreement",
        dataset,
        cells.stream().mapToLong(Cell::n).sum(),
        Agreement.Part.of(cells),
        teachers,
        among.inputRows() == 0 ? null : among);
  }
}

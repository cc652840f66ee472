package dev.cft.critiques.datasets;

import dev.cft.critiques.datasets.DatasetViews.StatisticsView;
import dev.cft.store.Columns;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.Datasets;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Counts over datasets: a complete one is counted once.
@Component
class StatisticsStore {
  private static final String FIND =
      "select statistics from dataset_statistics where dataset_id = :dataset";

  private static final String KEEP =
      """
      insert into dataset_statistics (dataset_id, statistics) values (:dataset, :statistics::json)
      on conflict (dataset_id) do nothing
      """;

  private final JdbcClient jdbc;
  private final Datasets datasets;

  StatisticsStore(JdbcClient jdbc, Datasets datasets) {
    this.jdbc = jdbc;
    this.datasets = datasets;
  }

  StatisticsView of(Dataset dataset) {
    var kept =
        jdbc.sql(FIND)
            .param("dataset", dataset.id())
            .query((row, _) -> Columns.read(row, "statistics", StatisticsView.class))
            .optional();
    return kept.orElseGet(() -> count(dataset));
  }

  private StatisticsView count(Dataset dataset) {
    var statistics = new Statistics();
    datasets.iterate(dataset.id()).forEachRemaining(statistics::add);
    var view = statistics.view();
    if (dataset.complete()) {
      jdbc.sql(KEEP)
          .param("dataset", dataset.id())
          .param("statistics", Columns.json(view))
          .update();
    }
    return view;
  }
}

package dev.cft.critiques.datasets;

import dev.cft.critiques.datasets.DatasetViews.DatasetView;
import dev.cft.critiques.datasets.DatasetViews.Deleted;
import dev.cft.critiques.datasets.DatasetViews.RowView;
import dev.cft.critiques.datasets.DatasetViews.StatisticsView;
import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.Jobs;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Datasets: made, read, counted, derived, exported, deleted.
@RestController
@RequestMapping("/v1/datasets")
class DatasetsController {
  private final Datasets datasets;
  private final Jobs jobs;
  private final RowQueries queries;
  private final StatisticsStore statistics;

  DatasetsController(Datasets datasets, Jobs jobs, RowQueries queries, StatisticsStore statistics) {
    this.datasets = datasets;
    this.jobs = jobs;
    this.queries = queries;
    this.statistics = statistics;
  }

  @GetMapping
  ListResponse<DatasetView> list(PageRequest page) {
    if (page.after() != null) {
      find(page.after());
    }
    return ListResponse.of(
        datasets.list(page.after(), page.limit(), page.newestFirst()),
        DatasetView::of,
        DatasetView::id);
  }

  @GetMapping("/{id}")
  DatasetView get(@PathVariable String id) {
    var dataset = datasets.find(id);
    if (dataset.isEmpty() || !dataset.get().complete()) {
      var maker = maker(id);
      if (maker.isPresent()) {
        return dataset
            .map(there -> DatasetView.of(there).after(maker.get()))
            .orElseGet(() -> DatasetView.pending(maker.get()));
      }
    }
    return DatasetView.of(find(id));
  }

  private Optional<Job> maker(String id) {
    return DatasetIds.isOne(id) ? jobs.find(DatasetIds.maker(id)) : Optional.empty();
  }

  @DeleteMapping("/{id}")
  Deleted delete(@PathVariable String id) {
    if (!datasets.delete(id)) {
      throw ApiException.notFound("dataset", id);
    }
    return new Deleted(id, "dataset", true);
  }

  @GetMapping("/{id}/rows")
  ListResponse<RowView> rows(
      @PathVariable String id,
      @PageRequest.Limits(newestFirst = false) PageRequest page,
      @RequestParam(required = false) @Nullable String status,
      @RequestParam(required = false) @Nullable String verdict,
      @RequestParam(required = false) @Nullable Boolean correct,
      @RequestParam(required = false) @Nullable Boolean agrees,
      @RequestParam(name = "q", required = false) @Nullable String search) {
    find(id);
    var filter = RowFilter.of(status, verdict, correct, agrees, search);
    var rows = queries.page(id, filter, after(page), page.limit() + 1);
    var shown = rows.stream().limit(page.limit()).map(RowView::of).toList();
    return ListResponse.of(shown, rows.size() > page.limit(), RowView::id);
  }

  private static long after(PageRequest page) {
    if (page.newestFirst()) {
      throw ApiException.badRequest(
          "invalid_order", "Rows are listed in their own order only: order=asc.", "order");
    }
    try {
      return page.after() == null ? -1 : Long.parseLong(page.after());
    } catch (NumberFormatException _) {
      throw ApiException.badRequest(
          "invalid_after",
          "after must be the seq of a row, got '%s'.".formatted(page.after()),
          "after");
    }
  }

  @GetMapping("/{id}/statistics")
  StatisticsView statistics(@PathVariable String id) {
    return statistics.of(find(id));
  }

  @GetMapping("/{id}/lineage")
  LineageView lineage(@PathVariable String id) {
    return LineageView.of(find(id), datasets);
  }

  private Dataset find(String id) {
    return datasets.find(id).orElseThrow(() -> ApiException.notFound("dataset", id));
  }
}

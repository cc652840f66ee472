package dev.cft.critiques.audits;

import dev.cft.critiques.audits.Audit.Item;
import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.jobs.JobDesk;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.jobs.JobKind;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Whether critiques are right, by gold and by people.
@RestController
@RequestMapping("/v1/critiques")
class AuditsController {
  private static final int USUAL_SIZE = 100;

  private final Audits audits;
  private final Agreements agreements;
  private final Datasets datasets;
  private final JobDesk desk;

  AuditsController(Audits audits, Agreements agreements, Datasets datasets, JobDesk desk) {
    this.audits = audits;
    this.agreements = agreements;
    this.datasets = datasets;
    this.desk = desk;
  }

  /// @param input a dataset, or the critique job that writes it
  record Create(
      @NotBlank String input, @Nullable @Min(1) @Max(10_000) Integer size, @Nullable Long seed) {}

  record MarkRequest(
      @NotNull
          @Pattern(regexp = "agree|disagree|unsure", message = "must be agree, disagree or unsure")
          String mark,
      @Nullable @Size(max = 2_000) String note) {}

  /// Verdicts against labels, also while the job still runs.
  @GetMapping("/agreement")
  Agreement agreement(@RequestParam String input) {
    return agreements.of(dataset(input));
  }

  @PostMapping("/audits")
  Audit create(@RequestBody @Valid Create request) {
    var dataset = dataset(request.input());
    return audits
        .create(
            dataset,
            Objects.requireNonNullElse(request.size(), USUAL_SIZE),
            Objects.requireNonNullElse(request.seed(), 0L))
        .orElseThrow(() ->
            ApiException.unprocessable(
                "no_critiques", "No row of %s has a critique yet.".formatted(dataset), "input"));
  }

  @GetMapping("/audits")
  ListResponse<Audit> list(PageRequest page) {
    var found = audits.list(page.after(), page.limit() + 1);
    var shown = found.stream().limit(page.limit()).toList();
    return ListResponse.of(shown, found.size() > page.limit(), Audit::id);
  }

  @GetMapping("/audits/{id}")
  Audit get(@PathVariable String id) {
    return find(id);
  }

  @GetMapping("/audits/{id}/items")
  ListResponse<Item> items(
      @PathVariable String id, @PageRequest.Limits(newestFirst = false) PageRequest page) {
    var audit = find(id);
    var from = page.after() == null ? 0 : place(audit, page.after()) + 1;
    var items = audits.items(audit, from, page.limit());
    return ListResponse.of(items, from + page.limit() < audit.seqs().size(), Item::id);
  }

  /// Says what the caller thinks of a critique; a second time overwrites the first.
  @PutMapping("/audits/{id}/items/{seq}/mark")
  Item mark(
      @PathVariable String id,
      @PathVariable String seq,
      @RequestBody @Valid MarkRequest request,
      Caller caller) {
    var audit = find(id);
    var place = place(audit, seq);
    audits.mark(audit, audit.seqs().get(place), caller.id(), request.mark(), request.note());
    return audits.items(audit, place, 1).getFirst();
  }

  private static int place(Audit audit, String seq) {
    var place = audit.seqs().stream().map(String::valueOf).toList().indexOf(seq);
    if (place < 0) {
      throw ApiException.notFound("audit item", seq);
    }
    return place;
  }

  private Audit find(String id) {
    return audits.find(id).orElseThrow(() -> ApiException.notFound("audit", id));
  }

  private String dataset(String input) {
    var dataset =
        DatasetIds.isOne(input) ? input : DatasetIds.of(desk.find(JobKind.CRITIQUES, input).id());
    return datasets.find(dataset).orElseThrow(() -> ApiException.notFound("dataset", dataset)).id();
  }
}

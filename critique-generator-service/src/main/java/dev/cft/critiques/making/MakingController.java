package dev.cft.critiques.making;

import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.datasets.DatasetViews.DatasetView;
import dev.cft.critiques.imports.KnownSet;
import dev.cft.critiques.imports.KnownSets;
import dev.cft.critiques.jobs.Inputs;
import dev.cft.critiques.jobs.Metadata;
import dev.cft.critiques.operations.Operation;
import dev.cft.critiques.operations.OperationException;
import dev.cft.critiques.operations.OperationJson;
import dev.cft.critiques.operations.Operations;
import dev.cft.critiques.operations.Watch;
import dev.cft.critiques.rows.MalformedRowsException;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.store.RandomId;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.files.StoredFiles;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.DatasetSpec;
import jakarta.validation.Valid;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Datasets to be made: at once where that is quick, else by a job.
@RestController
@RequestMapping("/v1/datasets")
class MakingController {
  private final DatasetMaker maker;
  private final OperationReader reader;
  private final SourceChoice choice;
  private final Inputs inputs;
  private final Stores stores;
  private final MakingProperties properties;

  MakingController(
      DatasetMaker maker,
      OperationReader reader,
      SourceChoice choice,
      Inputs inputs,
      Stores stores,
      MakingProperties properties) {
    this.maker = maker;
    this.reader = reader;
    this.choice = choice;
    this.inputs = inputs;
    this.stores = stores;
    this.properties = properties;
  }

  /// What is read and written.
  @Component
  record Stores(Datasets datasets, StoredFiles files, Jobs jobs, KnownSets known) {}

  /// The published sets that can be named.
  @GetMapping("/known")
  ListResponse<KnownSet> known() {
    return ListResponse.whole(stores.known().all(), KnownSet::name);
  }

  @PostMapping
  ResponseEntity<DatasetView> create(@RequestBody @Valid MakeDataset request, Caller caller) {
    var source = choice.of(request);
    var operations = reader.read(request.operations());
    var spec =
        new DatasetSpec(
            name(request, source, operations),
            source.from(),
            source.hub(),
            source.fields(),
            operations.isEmpty()
                ? null
                : operations.stream().<JsonNode>map(OperationJson::write).toList());
    return make(request, spec, operations, caller);
  }

  private static String name(
      MakeDataset request, SourceChoice.Source source, List<Operation> operations) {
    if (request.name() != null) {
      return request.name();
    }
    var words = operations.stream().map(OperationJson::typeOf).toList();
    var name =
        words.isEmpty()
            ? source.name()
            : "%s (%s)".formatted(source.name(), String.join(", ", words));
    return name.substring(0, Math.min(200, name.length()));
  }

  private ResponseEntity<DatasetView> make(
      MakeDataset request, DatasetSpec spec, List<Operation> operations, Caller caller) {
    var all =
        Stream.concat(Stream.ofNullable(spec.from()), Operations.inputs(operations).stream())
            .distinct()
            .toList();
    var needs = all.stream().flatMap(id -> inputs.check(id).stream()).distinct().toList();
    var isQuick =
        !Boolean.TRUE.equals(request.background())
            && spec.hub() == null
            && needs.isEmpty()
            && all.stream().allMatch(this::isSmall);
    if (isQuick) {
      return ResponseEntity.ok(DatasetView.of(atOnce(spec)));
    }
    var id = JobId.next(JobKind.DATASET);
    var job =
        new NewJob(id, JobKind.DATASET, spec, 0, List.of(), Map.of(), null, false, 1)
            .needing(needs)
            .with(Metadata.checked(request.metadata()))
            .prioritised(Objects.requireNonNullElse(request.priority(), 0))
            .by(caller.id());
    return ResponseEntity.accepted().body(DatasetView.pending(stores.jobs().submit(job)));
  }

  private boolean isSmall(String id) {
    if (id.startsWith("file-")) {
      return stores
          .files()
          .find(id)
          .filter(file -> file.bytes() <= properties.bytesAtOnce().toBytes())
          .isPresent();
    }
    return stores
        .datasets()
        .find(id)
        .filter(dataset -> dataset.rows() <= properties.rowsAtOnce())
        .isPresent();
  }

  private Dataset atOnce(DatasetSpec spec) {
    var id = RandomId.next("ds-");
    try {
      return maker.make(new DatasetMaker.Order(id, spec, Map.of(), Watch.NONE, Runnable::run));
    } catch (MalformedRowsException e) {
      maker.forget(id);
      throw ApiException.badRequest("invalid_rows", String.valueOf(e.getMessage()), e.field());
    } catch (OperationException e) {
      maker.forget(id);
      throw ApiException.unprocessable(e.code(), String.valueOf(e.getMessage()), "operations");
    } catch (JobFailedException e) {
      maker.forget(id);
      throw ApiException.unprocessable(e.error().code(), e.error().message(), e.error().param());
    } catch (RuntimeException e) {
      maker.forget(id);
      throw e;
    }
  }

  @PostMapping("/{id}/sample")
  ResponseEntity<DatasetView> sample(
      @PathVariable String id, @RequestBody @Valid ShortRequests.Sample request, Caller caller) {
    return derived(
        id, request.name(), new Operation.Sample(request.size(), null, request.seed()), caller);
  }

  @PostMapping("/{id}/filter")
  ResponseEntity<DatasetView> filter(
      @PathVariable String id, @RequestBody @Valid ShortRequests.Filter request, Caller caller) {
    return derived(id, request.name(), request.operation(), caller);
  }

  private ResponseEntity<DatasetView> derived(
      String id, @Nullable String name, Operation operation, Caller caller) {
    if (!DatasetIds.isOne(id)) {
      throw ApiException.notFound("dataset", id);
    }
    var request =
        new MakeDataset(
            id,
            null,
            null,
            null,
            null,
            name,
            null,
            List.of(OperationJson.write(operation)),
            null,
            null,
            null);
    return create(request, caller);
  }

  /// The parts of a division, each a dataset.
  @PostMapping("/{id}/split")
  ListResponse<DatasetView> split(
      @PathVariable String id, @RequestBody @Valid ShortRequests.Split request, Caller caller) {
    var made =
        request.parts().keySet().stream()
            .map(part -> {
              var name = request.name() == null ? null : request.name() + " " + part;
              return Objects.requireNonNull(
                  derived(id, name, request.operation(part), caller).getBody());
            })
            .toList();
    return ListResponse.of(made, false, DatasetView::id);
  }
}

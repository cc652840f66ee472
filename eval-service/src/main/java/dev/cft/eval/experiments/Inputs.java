package dev.cft.eval.experiments;

import dev.cft.eval.models.ModelChoice;
import dev.cft.eval.models.ModelNames;
import dev.cft.eval.requests.Faults;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.files.StoredFiles;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.specs.ExperimentSpec;
import dev.cft.store.specs.ExperimentSpec.Arm;
import dev.cft.store.specs.FineTuningSpec.Method;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/// Checks that an experiment's input and base model are there and carry what its arms train on.
@Component
class Inputs {
  /// Rows looked at: enough to see which fields an input has (our choice).
  private static final int LOOKED_AT = 100;

  private final StoredFiles files;
  private final Datasets datasets;
  private final Jobs jobs;
  private final ModelNames models;

  Inputs(StoredFiles files, Datasets datasets, Jobs jobs, ModelNames models) {
    this.files = files;
    this.datasets = datasets;
    this.jobs = jobs;
    this.models = models;
  }

  /// Tells all faults; gives the jobs to wait for.
  Needed check(ExperimentSpec spec, Faults faults) {
    var forModel = baseModel(spec.baseModel(), faults);
    var maker = maker(spec.input());
    maker.ifPresent(job -> checkMaker(job, faults));
    if (!faults.has("input")) {
      var fields = maker.isPresent() ? Optional.<Set<String>>empty() : fields(spec.input(), faults);
      checkCarried(spec, fields, faults);
    }
    return new Needed(maker.map(job -> List.of(job.id())).orElse(List.of()), forModel);
  }

  private List<JobId> baseModel(String name, Faults faults) {
    if (name.isEmpty()) {
      return List.of();
    }
    return switch (models.choose(name)) {
      case ModelChoice.Ready _ -> List.of();
      case ModelChoice.Remote _ -> {
        faults.add("base_model", "'%s' is an endpoint, which cannot be trained".formatted(name));
        yield List.of();
      }
      case ModelChoice.Later(var job) -> List.of(job);
      case ModelChoice.None(var reason) -> {
        faults.add("base_model", reason);
        yield List.of();
      }
    };
  }

  private Optional<Job> maker(String input) {
    return JobId.kindOf(input)
        .filter(JobKind::makesDataset)
        .flatMap(_ -> jobs.find(new JobId(input)));
  }

  private static void checkMaker(Job job, Faults faults) {
    if (job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED) {
      faults.add("input", "job '%s' is %s".formatted(job.id(), job.status().wireName()));
    }
  }

  /// The fields that some of the first rows have.
  private Optional<Set<String>> fields(String input, Faults faults) {
    if (input.isEmpty()) {
      return Optional.empty();
    }
    var dataset = datasets.find(input);
    if (dataset.isPresent()) {
      if (!dataset.get().complete() || dataset.get().rows() == 0) {
        faults.add(
            "input",
            "dataset '%s' is %s"
                .formatted(input, dataset.get().complete() ? "empty" : "not complete yet"));
      }
      var fields = new HashSet<String>();
      datasets.rows(input, -1, LOOKED_AT).forEach(row -> fields.addAll(fieldsOf(row)));
      return Optional.of(fields);
    }
    if (files.find(input).isPresent()) {
      return fieldsOfFile(input, faults);
    }
    faults.add("input", "there is no dataset, file or job '%s'".formatted(input));
    return Optional.empty();
  }

  private static Set<String> fieldsOf(DatasetRow row) {
    return Set.copyOf(StoreJson.object(row).propertyNames());
  }

  private Optional<Set<String>> fieldsOfFile(String id, Faults faults) {
    var fields = new HashSet<String>();
    try (var lines =
        new BufferedReader(new InputStreamReader(files.open(id), StandardCharsets.UTF_8))) {
      var first = lines.lines().filter(Predicate.not(String::isBlank)).limit(LOOKED_AT).toList();
      for (var i = 0; i < first.size(); i++) {
        fields.addAll(StoreJson.mapper().readTree(first.get(i)).propertyNames());
      }
      if (first.isEmpty()) {
        faults.add("input", "file '%s' is empty".formatted(id));
      }
    } catch (JacksonException e) {
      // Not one object a line (an array, say): the services that read the file say what is wrong
      // with it.
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("file '%s' cannot be read".formatted(id), e);
    }
    return Optional.of(fields);
  }

  private static void checkCarried(
      ExperimentSpec spec, Optional<Set<String>> fields, Faults faults) {
    for (var i = 0; i < spec.arms().size(); i++) {
      var method = spec.arms().get(i).method();
      if (method != null) {
        lacking(spec, fields, method).ifPresent(fault(faults, i, spec.arms().get(i)));
      }
    }
  }

  private static Consumer<String> fault(Faults faults, int index, Arm arm) {
    return lacking ->
        faults.add("arms[%d]".formatted(index), "'%s' %s".formatted(arm.name(), lacking));
  }

  private static Optional<String> lacking(
      ExperimentSpec spec, Optional<Set<String>> fields, Method method) {
    if (Methods.needsCritiques(method) && spec.critiques() == null) {
      if (spec.responses() != null) {
        return Optional.of(
            "needs critiques of the new responses; add a `critiques` section with a teacher");
      }
      if (!carries(fields, Set.of("critique", "verdict", "messages", "output"))) {
        return Optional.of(
            "needs critiques, and the input's rows have none; add a `critiques` section with a teacher");
      }
    }
    if (Methods.needsResponses(method)
        && spec.responses() == null
        && !carries(fields, Set.of("response", "messages", "output"))) {
      return Optional.of(
          "needs responses, and the input's rows have none; add a `responses` section");
    }
    return Optional.empty();
  }

  private static boolean carries(Optional<Set<String>> fields, Set<String> anyOf) {
    return fields.isEmpty() || fields.get().stream().anyMatch(anyOf::contains);
  }
}

package dev.cft.trainer.finetuning;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.QueuePlace;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.store.specs.FineTuningSpec.Method;
import dev.cft.trainer.engines.Engines;
import dev.cft.trainer.usage.Usage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes [FineTuningJob]s of the store's jobs.
@Component
final class FineTuningJobViews {
  private static final List<String> OPENAI_HYPERPARAMETERS =
      List.of("n_epochs", "batch_size", "learning_rate_multiplier");

  private final Jobs jobs;
  private final Engines engines;
  private final Usage usage;
  private final InstantSource clock;

  FineTuningJobViews(Jobs jobs, Engines engines, Usage usage, InstantSource clock) {
    this.usage = usage;
    this.engines = engines;
    this.jobs = jobs;
    this.clock = clock;
  }

  FineTuningJob of(Job job) {
    FineTuningSpec spec = StoreJson.read(job.spec(), FineTuningSpec.class);
    ObjectNode hyperparameters = hyperparameters(spec.method().hyperparameters());
    End end = End.of(job.state());
    ObjectNode result = end.result();
    return new FineTuningJob(
        "fine_tuning.job",
        job.id().value(),
        spec.model(),
        job.createdAt().getEpochSecond(),
        end.at() == null ? null : end.at().getEpochSecond(),
        result == null ? null : result.path("fine_tuned_model").asString(),
        "org-cft",
        resultFiles(result),
        wireStatus(job.status()),
        spec.trainingFile(),
        spec.validationFile(),
        hyperparameters,
        method(spec.method(), hyperparameters),
        end.error(),
        spec.seed(),
        result == null ? null : result.path("trained_tokens").asLong(0),
        estimatedFinish(job),
        integrations(spec),
        job.metadata().isEmpty() ? null : Map.copyOf(job.metadata()),
        spec.suffix(),
        job.progress(),
        job.stage(),
        queue(job),
        job.needs().stream().map(JobId::value).toList(),
        job.priority(),
        job.attempts(),
        course(spec),
        job.slots(),
        engines.of(spec.placed().engine()).name(),
        spec.placed().preset(),
        usage.of(job.id()),
        result);
  }

  private static List<String> resultFiles(@Nullable ObjectNode result) {
    return result == null
        ? List.of()
        : result.path("result_files").valueStream().map(JsonNode::asString).toList();
  }

  private static List<JsonNode> integrations(FineTuningSpec spec) {
    List<JsonNode> given = spec.watched().integrations();
    return given == null ? List.of() : given;
  }

  private static @Nullable ObjectNode course(FineTuningSpec spec) {
    if (spec.course() == null) {
      return null;
    }
    ObjectNode json = StoreJson.object(spec.course());
    json.remove("integrations");
    return json;
  }

  /// OpenAI's word; `waiting` is its `queued`, with the reason in `queue`.
  static String wireStatus(JobStatus status) {
    return switch (status) {
      case VALIDATING -> "validating_files";
      case WAITING, QUEUED -> "queued";
      case RUNNING, PAUSING, PAUSED, SUCCEEDED, FAILED, CANCELLED -> status.wireName();
    };
  }

  private static ObjectNode hyperparameters(@Nullable Hyperparameters chosen) {
    ObjectNode json = StoreJson.object(chosen == null ? Hyperparameters.DEFAULTS : chosen);
    JsonNode epochs = json.path("n_epochs");
    if (epochs.canConvertToExactIntegral()) {
      json.put("n_epochs", epochs.asInt());
    }
    for (String name : OPENAI_HYPERPARAMETERS) {
      if (!json.has(name)) {
        json.put(name, "auto");
      }
    }
    return json;
  }

  private static ObjectNode method(Method method, ObjectNode hyperparameters) {
    ObjectNode json = StoreJson.mapper().createObjectNode().put("type", method.type());
    ObjectNode settings = json.putObject(method.type());
    settings.set("hyperparameters", hyperparameters);
    if (method.rows() != null) {
      settings.put("rows", method.rows());
    }
    if (method.target() != null) {
      settings.put("target", method.target());
    }
    if (method.maxRows() != null) {
      settings.put("max_rows", method.maxRows());
    }
    return json;
  }

  private @Nullable Long estimatedFinish(Job job) {
    return job.status().isFinal()
        ? null
        : jobs.remaining(job)
            .map(remaining -> clock.instant().plus(remaining).getEpochSecond())
            .orElse(null);
  }

  private @Nullable QueuePlace queue(Job job) {
    return switch (job.status()) {
      case WAITING, QUEUED -> jobs.queuePlace(job);
      case VALIDATING, RUNNING, PAUSING, PAUSED, SUCCEEDED, FAILED, CANCELLED -> null;
    };
  }

  /// How a job ended, as far as it did.
  private record End(@Nullable Instant at, @Nullable ObjectNode result, @Nullable JobError error) {
    static End of(JobState state) {
      return switch (state) {
        case JobState.Succeeded(var at, var result) -> new End(at, result, null);
        case JobState.Failed(var at, var error) -> new End(at, null, error);
        case JobState.Cancelled(var at) -> new End(at, null, null);
        case JobState.Validating(),
            JobState.Waiting(_),
            JobState.Queued(_, _),
            JobState.Running(_),
            JobState.Pausing(_),
            JobState.Paused() ->
            new End(null, null, null);
      };
    }
  }
}

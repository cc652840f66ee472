package dev.cft.trainer.finetuning;

import dev.cft.store.StoreJson;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.store.specs.FineTuningSpec.Method;
import dev.cft.store.specs.FineTuningSpec.Placement;
import dev.cft.trainer.engines.Engine;
import dev.cft.trainer.engines.Engines;
import dev.cft.trainer.finetuning.FineTuningRequest.MethodRequest;
import dev.cft.trainer.finetuning.FineTuningRequest.Settings;
import dev.cft.trainer.launching.Launcher;
import dev.cft.trainer.presets.Preset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Checks what a request asks of machines and engines, and fills in what its preset says.
@Component
final class Placements {
  private final Launcher launcher;
  private final Engines engines;

  Placements(Launcher launcher, Engines engines) {
    this.launcher = launcher;
    this.engines = engines;
  }

  /// The request with its preset's choices where it makes none.
  FineTuningRequest filled(FineTuningRequest request, Faults faults) {
    String name = request.preset();
    if (name == null) {
      return request;
    }
    Optional<Preset> preset = Preset.named(name);
    if (preset.isEmpty()) {
      faults.invalid("preset", "'" + name + "'", String.join(", ", Preset.names()));
      return request;
    }
    return filled(request, preset.get());
  }

  private static FineTuningRequest filled(FineTuningRequest request, Preset preset) {
    return new FineTuningRequest(
        request.model() == null ? preset.model() : request.model(),
        request.trainingFile(),
        request.validationFile(),
        request.suffix(),
        request.seed(),
        request.metadata(),
        filled(request.method(), request.hyperparameters(), preset),
        null,
        request.integrations(),
        request.priority(),
        request.gpus() == null
            ? JsonNodeFactory.instance.numberNode(preset.gpus())
            : request.gpus(),
        request.engine() == null ? preset.engine() : request.engine(),
        preset.name(),
        request.checkpointEval(),
        request.select(),
        request.earlyStopping(),
        request.keep(),
        request.rowLosses(),
        request.then(),
        request.dryRun());
  }

  private static MethodRequest filled(
      @Nullable MethodRequest method, @Nullable JsonNode older, Preset preset) {
    if (method == null) {
      Settings settings = filled(Settings.NONE, older, preset);
      return new MethodRequest(RequestCheck.CRITIQUE, null, settings, null, null);
    }
    return new MethodRequest(
        method.type(),
        filledIf(RequestCheck.SUPERVISED, method, method.supervised(), older, preset),
        filledIf(RequestCheck.CRITIQUE, method, method.critique(), older, preset),
        method.dpo(),
        method.reinforcement());
  }

  private static @Nullable Settings filledIf(
      String type,
      MethodRequest method,
      @Nullable Settings settings,
      @Nullable JsonNode older,
      Preset preset) {
    return type.equals(method.type())
        ? filled(settings == null ? Settings.NONE : settings, older, preset)
        : settings;
  }

  private static Settings filled(Settings settings, @Nullable JsonNode older, Preset preset) {
    ObjectNode all = StoreJson.object(preset.hyperparameters());
    JsonNode own = settings.hyperparameters() == null ? older : settings.hyperparameters();
    if (own != null && own.isObject()) {
      own.properties().forEach(entry -> all.set(entry.getKey(), entry.getValue()));
    }
    return new Settings(all, settings.rows(), settings.target(), settings.maxRows());
  }

  Placement placement(FineTuningRequest request, Method method, Faults faults) {
    String engine = request.engine();
    Hyperparameters chosen = method.hyperparameters();
    if (engine != null && engines.find(engine).isEmpty()) {
      faults.invalid(
          "engine",
          "'" + engine + "'",
          String.join(", ", engines.names()) + " (cft.trainer.engines, set by the operator)");
    } else if (chosen != null && chosen.trainsAdapters() && !engines.of(engine).trainsAdapters()) {
      faults.add(
          "invalid_value",
          "engine",
          "'%s' trains no adapters here; take engine djl, or finetuning_type full"
              .formatted(engines.of(engine).name()));
    }
    return new Placement(engine, request.preset());
  }

  /// GPUs, or slots of a CPU, that the job gets: 1 where nothing is asked.
  int gpus(FineTuningRequest request, Faults faults) {
    JsonNode asked = request.gpus();
    if (asked == null || asked.isNull()) {
      return 1;
    }
    int most = mostOf(request.engine());
    if (!asked.canConvertToExactIntegral()
        || !asked.canConvertToInt()
        || asked.asInt() < 1
        || asked.asInt() > most) {
      faults.invalid("gpus", asked, allowed(most));
      return 1;
    }
    launcher
        .refusal(asked.asInt())
        .ifPresent(reason -> faults.add("invalid_value", "gpus", reason));
    return asked.asInt();
  }

  private int mostOf(@Nullable String engine) {
    boolean isOfOneGpu =
        engine == null
            ? !engines.of(null).usesSeveralGpus()
            : !engines.find(engine).map(Engine::usesSeveralGpus).orElse(true);
    return launcher.hasGpus() && isOfOneGpu ? 1 : launcher.mostSlots();
  }

  private String allowed(int most) {
    if (launcher.hasGpus()) {
      return most == 1
          ? "1: this engine, or this trainer, uses one GPU"
          : "a whole number from 1 to %d, the most that one job can have here".formatted(most);
    }
    return "a whole number from 1 to %d, the slots of this machine's CPU".formatted(most);
  }
}

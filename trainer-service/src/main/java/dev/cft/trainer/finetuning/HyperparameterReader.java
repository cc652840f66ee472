package dev.cft.trainer.finetuning;

import dev.cft.store.StoreJson;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads `hyperparameters` of a request, gathering what is wrong with them.
final class HyperparameterReader {
  private final Faults faults;

  HyperparameterReader(Faults faults) {
    this.faults = faults;
  }

  /// Reads the object.
  ///
  /// @param at where it stands in the request, for messages
  /// @return the defaults where the field is missing or at fault
  Hyperparameters read(@Nullable JsonNode json, String at) {
    if (json == null || json.isNull()) {
      return Hyperparameters.DEFAULTS;
    }
    if (!json.isObject()) {
      faults.invalid(at, json, "an object with any of " + HyperparameterField.names());
      return Hyperparameters.DEFAULTS;
    }
    Hyperparameters read = StoreJson.read(taken(json, at), Hyperparameters.class);
    checkTogether(read, at);
    return read;
  }

  private ObjectNode taken(JsonNode json, String at) {
    ObjectNode taken = JsonNodeFactory.instance.objectNode();
    json.properties().forEach(entry -> take(entry.getKey(), entry.getValue(), at, taken));
    return taken;
  }

  private void take(String name, JsonNode value, String at, ObjectNode taken) {
    String param = at + "." + name;
    HyperparameterField.named(name)
        .ifPresentOrElse(
            field -> {
              if (value.isNull() || "auto".equals(value.asString(""))) {
                return;
              }
              if (field.takes(value)) {
                taken.set(name, value.canConvertToExactIntegral() ? whole(value) : value);
              } else {
                faults.invalid(param, value, field.allowed());
              }
            },
            () ->
                faults.add(
                    "unknown_parameter",
                    param,
                    "is unknown; allowed: " + HyperparameterField.names()));
  }

  /// `8.0` as `8`: clients without integers send whole numbers so.
  private static JsonNode whole(JsonNode value) {
    return JsonNodeFactory.instance.numberNode(value.asLong());
  }

  private void checkTogether(Hyperparameters read, String at) {
    Integer batch = read.batchSize();
    Integer micro = read.microBatchSize();
    if (batch != null && micro != null && batch % micro != 0) {
      faults.invalid(at + ".micro_batch_size", micro, "a divisor of batch_size, which is " + batch);
    }
    checkAdapters(read, at);
    if (read.warmupRatio() != null && read.warmupSteps() != null) {
      faults.add(
          "invalid_value", at + ".warmup_steps", "give warmup_steps or warmup_ratio, not both");
    }
  }

  private void checkAdapters(Hyperparameters read, String at) {
    boolean hasSetting =
        read.loraRank() != null
            || read.loraAlpha() != null
            || read.loraDropout() != null
            || read.loraTarget() != null;
    if (hasSetting && !read.trainsAdapters()) {
      faults.add(
          "invalid_value",
          at + ".finetuning_type",
          "lora_rank, lora_alpha, lora_dropout and lora_target go with finetuning_type \"lora\"");
    }
  }
}

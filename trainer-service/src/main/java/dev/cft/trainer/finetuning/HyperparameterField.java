package dev.cft.trainer.finetuning;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A hyperparameter that a request may set, with what it takes. `auto` means the default, as in
/// OpenAI's API.
record HyperparameterField(String wireName, Values values) {
  private static final List<HyperparameterField> ALL =
      List.of(
          new HyperparameterField("n_epochs", new Within(0, true, 1000, false)),
          new HyperparameterField("batch_size", new Whole(1, 65_536)),
          new HyperparameterField("learning_rate_multiplier", new Within(0, true, 1e6, false)),
          new HyperparameterField("micro_batch_size", new Whole(1, 4096)),
          new HyperparameterField("learning_rate", new Within(0, true, 1, false)),
          new HyperparameterField(
              "lr_scheduler_type",
              new OneOf(List.of("cosine", "linear", "constant", "constant_with_warmup"))),
          new HyperparameterField("warmup_ratio", new Within(0, false, 1, true)),
          new HyperparameterField("warmup_steps", new Whole(0, 1_000_000)),
          new HyperparameterField("weight_decay", new Within(0, false, 1, false)),
          new HyperparameterField("max_grad_norm", new Within(0, false, 1e6, false)),
          new HyperparameterField("adam_beta2", new Within(0, true, 1, true)),
          new HyperparameterField("cutoff_len", new Whole(8, 1_048_576)),
          new HyperparameterField("max_steps", new Whole(1, 10_000_000)),
          new HyperparameterField("checkpoint_steps", new Whole(1, 10_000_000)),
          new HyperparameterField("finetuning_type", new OneOf(List.of("full", "lora"))),
          new HyperparameterField("lora_rank", new Whole(1, 4096)),
          new HyperparameterField("lora_alpha", new Within(0, true, 1e6, false)),
          new HyperparameterField("lora_dropout", new Within(0, false, 1, true)),
          new HyperparameterField("lora_target", new Modules()),
          new HyperparameterField("precision", new OneOf(List.of("fp32", "bf16", "pure_bf16"))),
          new HyperparameterField("gradient_checkpointing", new Flag()),
          new HyperparameterField("packing", new Flag()));

  /// What the field takes, in words.
  String allowed() {
    return "\"auto\" or " + values.words();
  }

  boolean takes(JsonNode value) {
    return values.take(value);
  }

  static Optional<HyperparameterField> named(String name) {
    return ALL.stream().filter(field -> field.wireName.equals(name)).findFirst();
  }

  static String names() {
    return ALL.stream().map(HyperparameterField::wireName).collect(Collectors.joining(", "));
  }

  sealed interface Values {
    boolean take(JsonNode value);

    String words();
  }

  record Whole(int least, int most) implements Values {
    @Override
    public boolean take(JsonNode value) {
      return value.canConvertToExactIntegral()
          && value.canConvertToInt()
          && value.asInt() >= least
          && value.asInt() <= most;
    }

    @Override
    public String words() {
      return "a whole number from %d to %d".formatted(least, most);
    }
  }

  record Within(double least, boolean above, double most, boolean below) implements Values {
    @Override
    public boolean take(JsonNode value) {
      double got = value.isNumber() ? value.asDouble() : Double.NaN;
      return (above ? got > least : got >= least) && (below ? got < most : got <= most);
    }

    @Override
    public String words() {
      return "a number %s %s and %s %s"
          .formatted(
              above ? "above" : "from", plain(least), below ? "below" : "up to", plain(most));
    }

    private static String plain(double bound) {
      return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
  }

  record OneOf(List<String> names) implements Values {
    @Override
    public boolean take(JsonNode value) {
      return value.isString() && names.contains(value.asString());
    }

    @Override
    public String words() {
      return "one of " + String.join(", ", names);
    }
  }

  /// True or false.
  record Flag() implements Values {
    @Override
    public boolean take(JsonNode value) {
      return value.isBoolean();
    }

    @Override
    public String words() {
      return "true or false";
    }
  }

  /// `all`, or names of linear layers with commas between.
  record Modules() implements Values {
    private static final List<String> NAMES =
        List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    @Override
    public boolean take(JsonNode value) {
      return value.isString()
          && (value.asString().equals("all")
              || Stream.of(value.asString().split(",", -1))
                  .allMatch(name -> NAMES.contains(name.strip())));
    }

    @Override
    public String words() {
      return "\"all\" or some of %s with commas between".formatted(String.join(", ", NAMES));
    }
  }
}

package dev.cft.lm.training;

import dev.cft.lm.torch.DeviceException;
import dev.cft.lm.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What to train: LLaMA-Factory's keys, with the defaults of the CFT paper where it gives them.
///
/// @param model folder of the base checkpoint
record TrainingSpec(
    Path model, Rows rows, Batches batches, Descent descent, Trainee.Mode mode, Output output) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /// Where rows come from and how they become tokens.
  record Rows(
      String dataset,
      Optional<String> evalDataset,
      int cutoff,
      Optional<String> template,
      Optional<String> defaultSystem,
      boolean trainOnPrompt,
      boolean shuffled,
      boolean packed) {
    /// No row is longer than the model's positions reach.
    Rows within(int positions) {
      return new Rows(
          dataset,
          evalDataset,
          Math.min(cutoff, positions),
          template,
          defaultSystem,
          trainOnPrompt,
          shuffled,
          packed);
    }
  }

  /// How rows are grouped into steps.
  record Batches(int microBatch, int accumulation, double epochs, OptionalInt maxSteps, int seed) {
    /// A unit is a row, or a pack of rows.
    int unitsPerStep() {
      return Math.multiplyExact(microBatch, accumulation);
    }
  }

  /// AdamW and its learning rate.
  record Descent(
      double learningRate,
      Schedule.Shape schedule,
      double warmupRatio,
      OptionalInt warmupSteps,
      double weightDecay,
      double maxGradientNorm,
      double beta1,
      double beta2,
      double epsilon) {}

  /// What is written and when; without a limit all checkpoints stay.
  ///
  /// @param rowLosses most rows whose loss is told at the end
  /// @param continued a checkpoint of another run that a run without checkpoints goes on from
  record Output(
      OptionalInt saveSteps,
      CheckpointStore.Limits limits,
      int loggingSteps,
      int rowLosses,
      Optional<String> continued) {}

  /// @param say hears how the device is got ready, which may be a download
  /// @throws BadInputException naming the key that is unknown or wrong
  static TrainingSpec read(Path file, Consumer<String> say) {
    ObjectNode json;
    try {
      if (!(MAPPER.readTree(Files.readString(file)) instanceof ObjectNode object)) {
        throw new BadInputException("invalid_spec", null, file + " must hold a JSON object");
      }
      json = object;
    } catch (IOException e) {
      throw new BadInputException(
          "invalid_spec", null, file + " cannot be read: " + e.getMessage());
    } catch (JacksonException e) {
      throw new BadInputException(
          "invalid_spec", null, file + " is not JSON: " + e.getOriginalMessage());
    }
    return of(new SpecFields(json), say);
  }

  private static TrainingSpec of(SpecFields fields, Consumer<String> say) {
    var model = Path.of(fields.requiredText("model_name_or_path"));
    var rows = rows(fields);
    var batches = batches(fields);
    var descent = descent(fields);
    var output = output(fields);
    fields.choice("stage", "sft", Set.of("sft", "pt"));
    var device = device(fields);
    var mode = mode(fields);
    fields.requireNoOthers();
    use(device, say);
    return new TrainingSpec(model, rows, batches, descent, mode.get(), output);
  }

  private static Rows rows(SpecFields fields) {
    return new Rows(
        fields.text("dataset", "data/train.jsonl"),
        Optional.of(fields.text("eval_dataset", "")).filter(text -> !text.isEmpty()),
        fields.integer("cutoff_len", 2048, 2),
        Optional.of(fields.text("template", "")).filter(text -> !text.isEmpty()),
        Optional.of(fields.text("default_system", "")).filter(text -> !text.isEmpty()),
        fields.flag("train_on_prompt", false),
        !fields.flag("disable_shuffling", false),
        packing(fields));
  }

  private static Batches batches(SpecFields fields) {
    int maxSteps = fields.integer("max_steps", -1, -1);
    return new Batches(
        fields.integer("per_device_train_batch_size", 8, 1),
        fields.integer("gradient_accumulation_steps", 1, 1),
        fields.number("num_train_epochs", 1, Double.MIN_NORMAL, 1e6),
        maxSteps > 0 ? OptionalInt.of(maxSteps) : OptionalInt.empty(),
        fields.integer("seed", 42, Integer.MIN_VALUE));
  }

  private static Descent descent(SpecFields fields) {
    int warmupSteps = fields.integer("warmup_steps", 0, 0);
    return new Descent(
        fields.number("learning_rate", 5e-6, 0, 10),
        Schedule.Shape.of(fields.choice("lr_scheduler_type", "cosine", Schedule.Shape.names())),
        fields.number("warmup_ratio", 0.1, 0, 1),
        warmupSteps > 0 ? OptionalInt.of(warmupSteps) : OptionalInt.empty(),
        fields.number("weight_decay", 0, 0, 1),
        fields.number("max_grad_norm", 1, 0, Double.MAX_VALUE),
        fields.number("adam_beta1", 0.9, 0, Math.nextDown(1.0)),
        fields.number("adam_beta2", 0.999, 0, Math.nextDown(1.0)),
        fields.number("adam_epsilon", 1e-8, Double.MIN_NORMAL, 1));
  }

  private static Output output(SpecFields fields) {
    int saveSteps = fields.integer("save_steps", 0, 0);
    int last = fields.integer("save_total_limit", 0, 0);
    int best = fields.integer("save_best_limit", 0, 0);
    return new Output(
        saveSteps > 0 ? OptionalInt.of(saveSteps) : OptionalInt.empty(),
        new CheckpointStore.Limits(last, best),
        fields.integer("logging_steps", 1, 1),
        fields.integer("row_losses", 0, 0),
        Optional.of(fields.text("resume_from_checkpoint", "")).filter(text -> !text.isEmpty()));
  }

  /// Rows of a pack never see each other, which LLaMA-Factory calls neat packing.
  private static boolean packing(SpecFields fields) {
    boolean packing = fields.flag("packing", false);
    if (!fields.flag("neat_packing", true) && packing) {
      throw new BadInputException(
          "invalid_spec",
          "neat_packing",
          "spec.json: packed rows never attend to each other here; leave 'neat_packing' out");
    }
    return packing || fields.flag("neat_packing", false);
  }

  private static String device(SpecFields fields) {
    boolean cpu = fields.flag("use_cpu", false);
    return fields.choice("device", cpu ? "cpu" : "auto", Set.of("auto", "cpu", "gpu"));
  }

  /// Before anything is loaded, because arrays are made where the device is.
  private static void use(String device, Consumer<String> say) {
    try {
      Torch.use(device, say);
    } catch (DeviceException e) {
      throw new BadInputException("no_device", "device", String.valueOf(e.getMessage()));
    }
  }

  /// What depends on the device waits for it.
  private static Supplier<Trainee.Mode> mode(SpecFields fields) {
    var precision = precision(fields);
    var products = fields.choice("bf16_products", "auto", Set.of("auto", "bf16", "fp32"));
    boolean recomputing = fields.flag("gradient_checkpointing", false);
    var lora = lora(fields);
    return () -> new Trainee.Mode(precision, Products.of(precision, products), recomputing, lora);
  }

  private static MixedPrecision precision(SpecFields fields) {
    boolean bf16 = fields.flag("bf16", false);
    if (fields.flag("pure_bf16", false)) {
      return MixedPrecision.PURE_BF16;
    }
    return bf16 ? MixedPrecision.BF16 : MixedPrecision.FP32;
  }

  private static Optional<Lora> lora(SpecFields fields) {
    int rank = fields.integer("lora_rank", 8, 1);
    var lora =
        new Lora(
            rank,
            fields.number("lora_alpha", 2.0 * rank, Double.MIN_NORMAL, 1e6),
            fields.number("lora_dropout", 0, 0, Math.nextDown(1.0)),
            Lora.targets(fields.text("lora_target", "all")));
    return fields.choice("finetuning_type", "full", Set.of("full", "lora")).equals("lora")
        ? Optional.of(lora)
        : Optional.empty();
  }
}

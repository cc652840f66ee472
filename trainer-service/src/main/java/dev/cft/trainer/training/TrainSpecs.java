package dev.cft.trainer.training;

import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.trainer.runs.TrainSpec;
import dev.cft.trainer.training.Preparation.Prepared;
import org.jspecify.annotations.Nullable;

/// A job's choices with the paper's values where it makes none (arXiv 2501.17703, section 3.3 and
/// the released YAML; what they leave open is the Hugging Face trainer's default).
final class TrainSpecs {
  static final double LEARNING_RATE = 5e-6;
  static final double EPOCHS = 1;
  static final String SCHEDULER = "cosine";
  static final double WARMUP_RATIO = 0.1;
  static final int CUTOFF = 2048;
  static final double WEIGHT_DECAY = 0;
  static final double MAX_GRAD_NORM = 1;
  static final double ADAM_BETA2 = 0.999;

  /// Rows whose loss is told where nothing is asked, our choice: a few seconds beside hours.
  static final int ROW_LOSSES = 1000;

  private TrainSpecs() {}

  static Hyperparameters chosen(FineTuningSpec spec) {
    Hyperparameters chosen = spec.method().hyperparameters();
    return chosen == null ? Hyperparameters.DEFAULTS : chosen;
  }

  /// Tokens that a row is cut to: at most the model's context.
  static int cutoff(FineTuningSpec spec, StoredModel model) {
    Integer wanted = chosen(spec).cutoffLen();
    int context = model.info().path("context_length").asInt(0);
    return Math.min(wanted == null ? CUTOFF : wanted, context > 0 ? context : Integer.MAX_VALUE);
  }

  /// @param continued what the run goes on from, from its folder
  static TrainSpec of(
      FineTuningSpec spec, String model, @Nullable String continued, Prepared prepared) {
    Hyperparameters chosen = chosen(spec);
    BatchPlan batch = prepared.batch();
    return new TrainSpec(
        model,
        "data/train.jsonl",
        prepared.validation() == null ? null : "data/validation.jsonl",
        prepared.cutoff(),
        batch.micro(),
        batch.accumulation() * batch.devices(),
        learningRate(chosen),
        or(chosen.nEpochs(), EPOCHS),
        chosen.maxSteps(),
        chosen.lrSchedulerType() == null ? SCHEDULER : chosen.lrSchedulerType(),
        chosen.warmupSteps() == null ? or(chosen.warmupRatio(), WARMUP_RATIO) : 0,
        chosen.warmupSteps(),
        or(chosen.weightDecay(), WEIGHT_DECAY),
        or(chosen.maxGradNorm(), MAX_GRAD_NORM),
        or(chosen.adamBeta2(), ADAM_BETA2),
        spec.seed(),
        Extent.of(chosen, prepared).saveSteps(),
        1,
        chosen.finetuningType(),
        chosen.loraRank(),
        chosen.loraAlpha(),
        chosen.loraDropout(),
        chosen.loraTarget(),
        "bf16".equals(chosen.precision()) ? true : null,
        "pure_bf16".equals(chosen.precision()) ? true : null,
        chosen.gradientCheckpointing(),
        chosen.packing(),
        rowLosses(spec, prepared),
        continued);
  }

  private static int rowLosses(FineTuningSpec spec, Prepared prepared) {
    Integer wanted = spec.watched().rowLosses();
    return (int) Math.min(prepared.rows(), wanted == null ? ROW_LOSSES : wanted);
  }

  private static double learningRate(Hyperparameters chosen) {
    return chosen.learningRate() != null
        ? chosen.learningRate()
        : LEARNING_RATE * or(chosen.learningRateMultiplier(), 1);
  }

  private static double or(@Nullable Double value, double otherwise) {
    return value == null ? otherwise : value;
  }
}

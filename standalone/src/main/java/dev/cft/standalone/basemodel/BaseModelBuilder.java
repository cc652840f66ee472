package dev.cft.standalone.basemodel;

import dev.cft.critiques.arithmetic.ArithmeticCritic;
import dev.cft.standalone.problems.ProblemSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Makes the demo's base model from nothing: tokenizer, random weights, corpus, and two stages of
/// the platform's trainer.
public final class BaseModelBuilder {
  /// The tokenizer is the same whatever the seed: its words are those of this many rows of each
  /// stage.
  private static final int TOKENIZER_ROWS = 4000;

  private static final List<String> SHIPPED =
      List.of(
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json");

  private final Path work;
  private final long seed;
  private final Consumer<String> say;

  /// @param work scratch folder, kept for who wants to look at the corpus and the losses
  /// @param seed of the weights and the corpus
  public BaseModelBuilder(Path work, long seed, Consumer<String> say) {
    this.work = work;
    this.seed = seed;
    this.say = say;
  }

  /// Trains and copies the checkpoint to `target`.
  public void build(Path target) throws IOException, InterruptedException {
    var model = work.resolve("initial");
    BaseModelShape.write(model, tokenizer(), seed);
    for (var stage : Pretraining.stages(seed)) {
      model = train(stage, model);
    }
    Files.createDirectories(target);
    for (var name : SHIPPED) {
      if (Files.exists(model.resolve(name))) {
        Files.write(target.resolve(name), Files.readAllBytes(model.resolve(name)));
      }
    }
  }

  static DemoTokenizer tokenizer() {
    var texts = new ArrayList<String>();
    for (var stage : Pretraining.stages(0)) {
      for (var row : corpus(stage).rows(TOKENIZER_ROWS)) {
        texts.addAll(List.of(row.split("<bos>|<user>|<assistant>|\\s?\\[END\\]")));
      }
    }
    return DemoTokenizer.of(texts);
  }

  private static Corpus corpus(Pretraining stage) {
    var critic = new ArithmeticCritic();
    return new Corpus(
        stage.mixture(),
        stage.corpusSeed(),
        (_, solution, response) -> critic.critique(response, solution),
        ProblemSets.heldOut());
  }

  private Path train(Pretraining stage, Path model) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    say.accept("%s: %d rows".formatted(stage.name(), stage.rows()));
    var rows = corpus(stage).rows(stage.rows()).stream().map(text -> Map.of("text", text)).toList();
    var trainer = new TrainerProcess(work.resolve(stage.name()));
    var checkpoint = trainer.train(spec(stage, model), rows, this::progress);
    say.accept("%s: %.0f s".formatted(stage.name(), (System.nanoTime() - begin) / 1e9));
    return checkpoint;
  }

  private Map<String, Object> spec(Pretraining stage, Path model) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("model_name_or_path", model.toString());
    spec.put("dataset", "data/train.jsonl");
    spec.put("cutoff_len", 512);
    spec.put("per_device_train_batch_size", Pretraining.BATCH);
    spec.put("gradient_accumulation_steps", 1);
    spec.put("learning_rate", stage.learningRate());
    spec.put("lr_scheduler_type", "cosine");
    spec.put("warmup_steps", 50);
    spec.put("num_train_epochs", 1);
    spec.put("max_steps", stage.steps());
    spec.put("weight_decay", 0.01);
    spec.put("adam_beta1", 0.9);
    spec.put("adam_beta2", 0.98);
    spec.put("adam_epsilon", 1e-8);
    spec.put("max_grad_norm", 1.0);
    spec.put("seed", seed);
    spec.put("logging_steps", 50);
    spec.put("save_steps", stage.steps());
    return spec;
  }

  private void progress(JsonNode line) {
    say.accept(
        "  step %d of %d, loss %.3f, %s tokens/s"
            .formatted(
                line.path("current_steps").asInt(),
                line.path("total_steps").asInt(),
                line.path("loss").asDouble(),
                line.path("tokens_per_second").asString("?")));
  }
}

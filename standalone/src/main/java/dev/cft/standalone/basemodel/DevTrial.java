package dev.cft.standalone.basemodel;

import dev.cft.critiques.arithmetic.ArithmeticCritic;
import dev.cft.lm.LanguageModel;
import dev.cft.standalone.problems.ProblemGenerator;
import dev.cft.standalone.problems.ProblemSets;
import dev.cft.standalone.problems.WordProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The demo's arms on a base model and the dev problems: what a base is chosen by, before the test
/// problems are touched.
public final class DevTrial {
  private static final int ROWS = 1000;
  private static final int BATCH = 32;
  private static final int STEPS = (2 * ROWS + BATCH - 1) / BATCH;

  private final Path base;
  private final Path work;
  private final Consumer<String> say;

  /// @param work scratch folder
  public DevTrial(Path base, Path work, Consumer<String> say) {
    this.base = base;
    this.work = work;
    this.say = say;
  }

  private List<String> responses = List.of();

  private record Sample(WordProblem problem, String response, boolean right) {}

  /// Accuracy of the base on the dev problems, in percent.
  public double baseAccuracy() {
    return accuracy(base);
  }

  /// Trains each arm once and says its accuracy on the dev problems.
  public void run(long seed, double learningRate) throws IOException, InterruptedException {
    var pool = pool(seed);
    var noisy = pool.subList(0, ROWS);
    var verified = pool.stream().filter(Sample::right).limit(ROWS).toList();
    say.accept(
        "seed %d: %d of the first %d responses are right; base %.1f"
            .formatted(seed, noisy.stream().filter(Sample::right).count(), ROWS, baseAccuracy()));
    try (var model = LanguageModel.load(base)) {
      var scorer = new Scorer(model);
      responses = scorer.sampled(ProblemSets.dev(), seed);
      say.accept("seed %d: base verdicts %s".formatted(seed, verdicts(scorer)));
    }
    var spec = spec(seed, learningRate);
    arm("noisy", seed, spec, noisy.stream().map(DevTrial::imitation).toList());
    arm("verified", seed, spec, verified.stream().map(DevTrial::imitation).toList());
    arm("cft", seed, spec, noisy.stream().map(DevTrial::critique).toList());
    arm("teacher", seed, spec, noisy.stream().map(DevTrial::teaching).toList());
  }

  /// Responses until there are enough right ones.
  private List<Sample> pool(long seed) {
    var problems =
        new ProblemGenerator(1000 + seed).distinctTargets(8 * ROWS, ProblemSets.heldOut());
    var pool = new ArrayList<Sample>();
    try (var model = LanguageModel.load(base)) {
      var scorer = new Scorer(model);
      for (int from = 0;
          from < problems.size() && pool.stream().filter(Sample::right).count() < ROWS;
          from += ROWS / 2) {
        var chunk = problems.subList(from, from + ROWS / 2);
        var answers = scorer.sampled(chunk, seed);
        for (int i = 0; i < chunk.size(); i++) {
          var problem = chunk.get(i);
          pool.add(new Sample(problem, answers.get(i), Scorer.isRight(problem, answers.get(i))));
        }
      }
    }
    return pool;
  }

  private void arm(String name, long seed, Map<String, Object> spec, List<Map<String, Object>> rows)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    var trainer = new TrainerProcess(work.resolve(name + "-" + seed));
    var checkpoint = trainer.train(spec, rows, _ -> {});
    double seconds = (System.nanoTime() - begin) / 1e9;
    try (var model = LanguageModel.load(checkpoint)) {
      say.accept(
          "seed %d: %-8s dev %.1f, verdicts %s  (%d rows, %.0f s)"
              .formatted(
                  seed,
                  name,
                  new Scorer(model).accuracy(ProblemSets.dev()),
                  verdicts(new Scorer(model)),
                  rows.size(),
                  seconds));
    }
  }

  /// How well it judges the base's responses to the dev problems, right and wrong ones apart.
  private String verdicts(Scorer scorer) {
    var problems = ProblemSets.dev();
    var critiques = scorer.critiques(problems, responses);
    int[] all = new int[2];
    int[] hit = new int[2];
    for (int i = 0; i < problems.size(); i++) {
      var right = Scorer.isRight(problems.get(i), responses.get(i));
      var verdict = critiques.get(i).strip().endsWith(right ? "right" : "wrong") ? 1 : 0;
      all[right ? 1 : 0]++;
      hit[right ? 1 : 0] += verdict;
    }
    return "%d of %d right, %d of %d wrong ones".formatted(hit[1], all[1], hit[0], all[0]);
  }

  private double accuracy(Path checkpoint) {
    try (var model = LanguageModel.load(checkpoint)) {
      return new Scorer(model).accuracy(ProblemSets.dev());
    }
  }

  private Map<String, Object> spec(long seed, double learningRate) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("model_name_or_path", base.toString());
    spec.put("dataset", "data/train.jsonl");
    spec.put("cutoff_len", 512);
    spec.put("per_device_train_batch_size", BATCH);
    spec.put("gradient_accumulation_steps", 1);
    spec.put("learning_rate", learningRate);
    spec.put("lr_scheduler_type", "cosine");
    spec.put("warmup_steps", 10);
    spec.put("num_train_epochs", 2);
    spec.put("max_steps", STEPS);
    spec.put("weight_decay", 0.01);
    spec.put("adam_beta2", 0.98);
    spec.put("max_grad_norm", 1.0);
    spec.put("seed", seed);
    spec.put("save_steps", STEPS);
    return spec;
  }

  private static Map<String, Object> imitation(Sample sample) {
    return turn(sample.problem().question(), sample.response());
  }

  /// The reference: the teacher's own solution.
  private static Map<String, Object> teaching(Sample sample) {
    return turn(sample.problem().question(), sample.problem().solution());
  }

  private static Map<String, Object> critique(Sample sample) {
    var prompt = Corpus.prompt(sample.problem().question(), sample.response());
    var critique = new ArithmeticCritic().critique(sample.response(), sample.problem().solution());
    return turn(prompt, critique);
  }

  private static Map<String, Object> turn(String user, String assistant) {
    return Map.of(
        "messages",
        List.of(
            Map.of("role", "user", "content", user),
            Map.of("role", "assistant", "content", assistant)));
  }
}

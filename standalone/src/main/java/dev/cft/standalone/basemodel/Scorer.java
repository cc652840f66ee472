package dev.cft.standalone.basemodel;

import dev.cft.lm.ChatMessage;
import dev.cft.lm.Generation;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.standalone.problems.WordProblem;
import java.util.List;
import java.util.stream.IntStream;

/// A model's answers to problems.
final class Scorer {
  /// Most tokens of a solution and of a critique of a target problem, with some room.
  private static final int SOLUTION = 80;

  private static final int CRITIQUE = 120;

  private final LanguageModel model;

  Scorer(LanguageModel model) {
    this.model = model;
  }

  List<String> greedy(List<WordProblem> problems) {
    return replies(problems.stream().map(WordProblem::question).toList(), SOLUTION, 0, 0);
  }

  /// One answer to each at temperature 1.
  List<String> sampled(List<WordProblem> problems, long seed) {
    return replies(problems.stream().map(WordProblem::question).toList(), SOLUTION, 1, seed);
  }

  /// Greedy critiques, asked for as in training.
  List<String> critiques(List<WordProblem> problems, List<String> responses) {
    var prompts =
        IntStream.range(0, problems.size())
            .mapToObj(i -> Corpus.prompt(problems.get(i).question(), responses.get(i)))
            .toList();
    return replies(prompts, CRITIQUE, 0, 0);
  }

  /// Share of problems whose greedy answer is right, in percent.
  double accuracy(List<WordProblem> problems) {
    var answers = greedy(problems);
    long right = 0;
    for (int i = 0; i < answers.size(); i++) {
      right += isRight(problems.get(i), answers.get(i)) ? 1 : 0;
    }
    return 100.0 * right / problems.size();
  }

  static boolean isRight(WordProblem problem, String answer) {
    return answer.strip().endsWith("#### " + problem.answer());
  }

  private List<String> replies(List<String> prompts, int maxTokens, double temperature, long seed) {
    var requests =
        prompts.stream().map(prompt -> request(prompt, maxTokens, temperature, seed)).toList();
    return model.generate(requests, new GenerationListener() {}).stream()
        .map(Generation::text)
        .toList();
  }

  private GenerationRequest request(String prompt, int maxTokens, double temperature, long seed) {
    var text = model.chatTemplate().render(List.of(new ChatMessage("user", prompt)), true);
    return new GenerationRequest(
        model.tokenizer().encode(text),
        maxTokens,
        temperature,
        1,
        seed * 1_000_003 + prompt.hashCode(),
        List.of());
  }
}

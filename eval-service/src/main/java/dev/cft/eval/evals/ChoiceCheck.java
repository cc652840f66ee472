package dev.cft.eval.evals;

import dev.cft.grading.choice.ChoiceRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A letter compared with the right one.
///
/// @param rule how the letter is found
record ChoiceCheck(String name, ChoiceRule rule, Template reference) implements Criterion {
  private static final int MOST_OPTIONS = 10;

  /// What the rule of the CFT authors for GPQA is called here for short.
  private static final String GPQA = "gpqa";

  static List<String> ruleNames() {
    return Stream.concat(Stream.of(ChoiceRule.values()).map(ChoiceRule::wireName), Stream.of(GPQA))
        .toList();
  }

  static ChoiceRule ruleNamed(String name) {
    return name.equals(GPQA) ? ChoiceRule.GPQA_AUTHORS : ChoiceRule.named(name);
  }

  @Override
  public List<Template> templates() {
    return List.of(reference);
  }

  @Override
  public Optional<String> objectionTo(JsonNode item) {
    var gold = reference.render(item, null);
    return gold.matches("[A-Z]")
        ? Optional.empty()
        : Optional.of("the gold answer '%s' is no letter".formatted(gold));
  }

  @Override
  public Judgement judge(JsonNode item, Output output, Judge judge) {
    var gold = reference.render(item, output.text());
    var found = rule.letter(output.text(), options(item)).map(String::valueOf);
    var isRight = found.filter(gold::equals).isPresent();
    return new Judgement(
        name,
        "choice",
        "choice-%s@1".formatted(rule.wireName()),
        isRight,
        isRight ? 1 : 0,
        found.isEmpty() ? "no_answer" : isRight ? "correct" : "incorrect",
        found.isEmpty()
            ? "the text names no letter"
            : isRight ? "the right letter" : "the right letter is " + gold,
        found.orElse(null),
        rule.wireName(),
        null);
  }

  private static int options(JsonNode item) {
    var listed = item.path("options").size();
    var count = listed > 0 ? listed : item.path("n_options").asInt(MOST_OPTIONS);
    return Math.clamp(count, 1, MOST_OPTIONS);
  }
}

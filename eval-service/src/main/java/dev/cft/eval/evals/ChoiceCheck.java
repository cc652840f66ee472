package dev.cft.eval.evals;

import dev.cft.eval.endpoints.Endpoints;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A letter compared with the right one.
record ChoiceCheck(String name, Rule rule, Template reference) implements Criterion {
  /// How the letter is found.
  enum Rule {
    /// MMLU-Pro's first rule alone: `answer is (X)`.
    FIRST,
    /// MMLU-Pro's three rules in order, without its random guess: `answer is (X)`, the last
    /// `Answer: X`, the last letter that stands alone.
    THREE_STEP,
    /// The CFT authors' rule for GPQA: after the last `the answer is` the first letter A to D that
    /// stands alone, of the upper-cased text; without that phrase the last one.
    GPQA;

    private static final Pattern ANSWER_IS = Pattern.compile("answer is \\(?([A-J])\\)?");
    private static final Pattern ANSWER_COLON = Pattern.compile("(?s).*[aA]nswer:\\s*([A-J])");
    private static final Pattern ALONE = Pattern.compile("\\b[A-J]\\b");
    private static final Pattern TRIGGER =
        Pattern.compile("The answer is:|The answer is|the answer is");
    private static final Pattern A_TO_D = Pattern.compile("\\b([ABCD])\\b");

    static List<String> names() {
      return Stream.of(values()).map(Rule::wireName).toList();
    }

    static Rule named(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Optional<String> letter(String text) {
      return switch (this) {
        case FIRST -> first(ANSWER_IS, text, 1);
        case THREE_STEP ->
            first(ANSWER_IS, text, 1)
                .or(() -> first(ANSWER_COLON, text, 1))
                .or(() -> last(ALONE, text));
        case GPQA -> gpqa(text);
      };
    }

    private static Optional<String> gpqa(String text) {
      var segments = TRIGGER.split(text, -1);
      var segment = segments[segments.length - 1].toUpperCase(Locale.ROOT);
      return segments.length > 1 ? first(A_TO_D, segment, 1) : last(A_TO_D, segment);
    }

    private static Optional<String> first(Pattern pattern, String text, int group) {
      var matcher = pattern.matcher(text);
      return matcher.find() ? Optional.of(matcher.group(group)) : Optional.empty();
    }

    private static Optional<String> last(Pattern pattern, String text) {
      return pattern.matcher(text).results().reduce((_, later) -> later).map(m -> m.group());
    }
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
  public Judgement judge(JsonNode item, Output output, Endpoints endpoints) {
    var gold = reference.render(item, output.text());
    var found = rule.letter(output.text());
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
}

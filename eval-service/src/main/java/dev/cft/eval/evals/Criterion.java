package dev.cft.eval.evals;

import dev.cft.store.Columns;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How one property of an answer is judged.
public sealed interface Criterion
    permits Criterion.StringCheck, MathCheck, ChoiceCheck, InstructionCheck, MtBenchCheck {
  /// The user's name for it.
  String name();

  /// Every template in it.
  List<Template> templates();

  /// Judges what the model said about an item.
  ///
  /// @param judge whom a criterion asks that wants a rating
  /// @throws dev.cft.eval.endpoints.EndpointException the judge gave no answer
  /// @throws UnjudgedException this answer cannot be judged, others can
  Judgement judge(JsonNode item, Output output, Judge judge) throws InterruptedException;

  /// What a model said.
  ///
  /// @param text the answer; the last one where there are several turns
  /// @param answers every turn of the model's
  record Output(String text, List<String> answers) {
    public Output {
      answers = List.copyOf(answers);
    }

    /// A single answer.
    public static Output of(String text) {
      return new Output(text, List.of(text));
    }
  }

  /// Whether two answers that it found in texts are one.
  default boolean isSameAnswer(String a, String b) {
    return a.strip().equals(b.strip());
  }

  /// Whether judging takes calls to elsewhere.
  default boolean isRemote() {
    return false;
  }

  /// Why the item cannot be judged at all; empty where it can.
  default Optional<String> objectionTo(JsonNode item) {
    return Optional.empty();
  }

  /// What a criterion says of an answer.
  ///
  /// @param verdict `correct`, `incorrect`, `undecided` or `no_answer`
  /// @param answer what was compared; null where the text has none
  /// @param rule how the answer was found
  /// @param detail what else the criterion found, by its kind; null for nothing
  record Judgement(
      String name,
      String type,
      String grader,
      boolean passed,
      double score,
      String verdict,
      String reason,
      @Nullable String answer,
      @Nullable String rule,
      @Nullable JsonNode detail) {
    public Judgement {
      reason = Columns.text(reason);
      answer = answer == null ? null : Columns.text(answer);
    }
  }

  /// OpenAI's `string_check`.
  record StringCheck(String name, Template input, Template reference, Operation operation)
      implements Criterion {
    /// How the texts are compared.
    public enum Operation {
      EQ,
      NE,
      LIKE,
      ILIKE;

      boolean holds(String input, String reference) {
        return switch (this) {
          case EQ -> input.equals(reference);
          case NE -> !input.equals(reference);
          case LIKE -> input.contains(reference);
          case ILIKE -> input.toLowerCase(Locale.ROOT).contains(reference.toLowerCase(Locale.ROOT));
        };
      }

      String wireName() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    @Override
    public List<Template> templates() {
      return List.of(input, reference);
    }

    @Override
    public Judgement judge(JsonNode item, Output output, Judge judge) {
      var got = input.render(item, output.text());
      var holds = operation.holds(got, reference.render(item, output.text()));
      return new Judgement(
          name,
          "string_check",
          "string_check@1",
          holds,
          holds ? 1 : 0,
          holds ? "correct" : "incorrect",
          "%s %s".formatted(operation.wireName(), holds ? "holds" : "does not hold"),
          got,
          null,
          null);
    }
  }
}

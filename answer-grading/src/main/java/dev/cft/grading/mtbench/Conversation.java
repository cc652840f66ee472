package dev.cft.grading.mtbench;

import java.util.List;
import java.util.Set;

/// A model's answers to one of MT-Bench's questions.
///
/// @param category of the question; in `math`, `reasoning` and `coding` the judge sees a reference
/// @param questions the two turns
/// @param answers the model's answers, one a turn
/// @param references the reference answers; empty where there are none
public record Conversation(
    String category, List<String> questions, List<String> answers, List<String> references) {
  private static final Set<String> WITH_REFERENCE =
      Set.of("math", "reasoning", "coding", "arena-hard-200");

  public Conversation {
    questions = List.copyOf(questions);
    answers = List.copyOf(answers);
    references = List.copyOf(references);
    if (answers.size() > questions.size()) {
      throw new IllegalArgumentException(
          "%d answers to %d questions".formatted(answers.size(), questions.size()));
    }
    if (WITH_REFERENCE.contains(category) && references.size() < answers.size()) {
      throw new IllegalArgumentException(
          "a question of the category %s needs a reference answer for each turn"
              .formatted(category));
    }
  }

  boolean isWithReference() {
    return WITH_REFERENCE.contains(category);
  }
}

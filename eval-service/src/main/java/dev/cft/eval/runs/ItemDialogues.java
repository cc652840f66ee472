package dev.cft.eval.runs;

import dev.cft.eval.answering.Dialogue;
import dev.cft.eval.answering.DirectDialogue;
import dev.cft.eval.answering.Prompt;
import dev.cft.eval.answering.Turn;
import dev.cft.eval.answering.TwoStageDialogue;
import dev.cft.eval.evals.EvalProfile;
import dev.cft.eval.evals.PromptVariant;
import dev.cft.eval.evals.Template;
import dev.cft.store.specs.EvaluationSpec;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/// Makes the conversation about an item.
record ItemDialogues(EvaluationSpec spec, PromptVariant variant, EvalProfile profile) {
  /// The prompt as it is asked.
  ///
  /// @throws IllegalArgumentException naming a field that the item lacks
  Prompt prompt(JsonNode item) {
    if (variant.text() != null) {
      return new Prompt.Raw(new Template(variant.text()).render(item, null));
    }
    return new Prompt.Chat(
        variant.messages().stream()
            .map(message ->
                new Turn(
                    message.role().equals("developer") ? "system" : message.role(),
                    message.template().render(item, null)))
            .toList());
  }

  Dialogue of(JsonNode item, long seq) {
    try {
      var prompt = prompt(item);
      return switch (Mode.named(spec.how().mode())) {
        case DIRECT, SINGLE_PASS_CRITIQUE -> new DirectDialogue(prompt, followUps(item), seed(seq));
        case TWO_STAGE_CRITIQUE ->
            new TwoStageDialogue(
                prompt, solution -> critique(item, solution), spec.how().rounds(), seed(seq));
      };
    } catch (IllegalArgumentException e) {
      return Dialogue.broken("invalid_prompt", String.valueOf(e.getMessage()));
    }
  }

  private List<String> followUps(JsonNode item) {
    return profile.followUps().stream().map(t -> new Template(t).render(item, null)).toList();
  }

  /// What a critique of the model's own solution is asked with (arXiv 2501.17703, section 4.4).
  private static Prompt critique(JsonNode item, String solution) {
    var question = Objects.requireNonNullElse(Template.at(item, "question"), item);
    var text = question.isString() ? question.asString() : question.toString();
    var asked =
        "Please critique whether the following solution to the question is correct.\nQuestion: %s\nSolution: %s"
            .formatted(text, solution);
    return new Prompt.Chat(List.of(new Turn("user", asked)));
  }

  /// A sample's own stream, whatever else is generated beside it: splitmix64 of seed and place
  /// (Steele, Lea and Flood 2014).
  private long seed(long seq) {
    var z = spec.seed() + (seq + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

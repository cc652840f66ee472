package dev.cft.eval.runs;

import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.PromptMessage;
import dev.cft.eval.evals.PromptVariant;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.specs.EvaluationSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses how a run asks, by what was asked for and by the model's family.
final class PromptChoice {
  /// What single-pass self-critique is asked with (arXiv 2501.17703, section 4.4), and the sentence
  /// of direct prompts that it takes the place of.
  private static final String SINGLE_PASS =
      "Please reason step by step to solve this problem and then critique your solution. If any errors are found, provide a corrected solution. Please put your final answer within \\boxed{}.";

  private static final String DIRECT =
      "Please reason step by step, and put your final answer within \\boxed{}.";

  private PromptChoice() {}

  /// The variant for the run.
  ///
  /// @param family the model's architecture; null for endpoints, which have their own chat template
  /// @throws JobFailedException none fits
  static PromptVariant of(Run run, Eval eval, EvaluationSpec spec, @Nullable String family) {
    var variant = variant(run, eval, spec, family);
    return Mode.named(spec.how().mode()) == Mode.SINGLE_PASS_CRITIQUE
        ? singlePass(variant)
        : variant;
  }

  private static PromptVariant variant(
      Run run, Eval eval, EvaluationSpec spec, @Nullable String family) {
    var wanted = spec.how().prompt();
    var profile = eval.profile();
    if (profile.prompts().isEmpty() || !run.prompt().equals(eval.prompt())) {
      return PromptVariant.chat(run.prompt());
    }
    if (wanted != null) {
      var named =
          profile
              .prompt(wanted)
              .orElseThrow(() -> failed("the eval has no prompt '%s'".formatted(wanted)));
      if (family != null && !named.fits(family)) {
        throw failed(mismatch(named, family, eval));
      }
      return named;
    }
    return profile.prompts().stream()
        .filter(prompt -> family == null ? prompt.text() == null : prompt.fits(family))
        .findFirst()
        .orElseThrow(() ->
            failed(
                "no prompt of the eval fits %s"
                    .formatted(family == null ? "an endpoint" : "a model of family " + family)));
  }

  static String mismatch(PromptVariant prompt, String family, Eval eval) {
    var fitting =
        eval.profile().prompts().stream()
            .filter(other -> other.fits(family))
            .map(PromptVariant::name)
            .toList();
    return "'%s' is made for %s; the model is %s; prompts for it: %s"
        .formatted(
            prompt.name(),
            String.join(", ", prompt.families()),
            family,
            String.join(", ", fitting));
  }

  private static PromptVariant singlePass(PromptVariant direct) {
    var name = direct.name() + "+critique";
    var text = direct.text();
    if (text != null) {
      if (!text.contains(DIRECT)) {
        throw failed(
            "prompt '%s' has no single-pass form; name one of messages".formatted(direct.name()));
      }
      return new PromptVariant(
          name, direct.families(), List.of(), text.replace(DIRECT, SINGLE_PASS));
    }
    var messages = new ArrayList<PromptMessage>();
    for (var message : direct.messages()) {
      messages.add(
          new PromptMessage(message.role(), message.content().replace(DIRECT, SINGLE_PASS)));
    }
    if (messages.equals(direct.messages())) {
      messages.removeIf(message -> message.role().equals("system"));
      messages.addFirst(new PromptMessage("system", SINGLE_PASS));
    }
    return new PromptVariant(name, direct.families(), messages, null);
  }

  private static JobFailedException failed(String message) {
    return new JobFailedException(new JobError("prompt_does_not_fit", message, "prompt"));
  }
}

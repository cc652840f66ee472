package dev.cft.trainer.trainingsets;

import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.datasets.Verdict;
import dev.cft.store.specs.FineTuningSpec.Method;

/// Which rows a method trains on, and on what of them.
final class Selection {
  private final Method method;

  Selection(Method method) {
    this.method = method;
  }

  /// A row taken, or the reason why not.
  sealed interface Choice {
    record Taken(TrainingRow row) implements Choice {}

    record Left(String reason) implements Choice {}
  }

  Choice of(DatasetRow row) {
    if ("verified".equals(method.rows()) && row.verdict() != Verdict.RIGHT) {
      return new Choice.Left("the verdict is not right");
    }
    if (row.messages() != null) {
      return new Choice.Taken(new TrainingRow.Chat(row.messages()));
    }
    return method.type().equals("critique") ? critique(row) : imitation(row);
  }

  private static Choice critique(DatasetRow row) {
    if (row.outcome().status() != Status.OK) {
      return new Choice.Left("its critique was rejected or failed");
    }
    if (row.question() == null || row.response() == null || row.critique() == null) {
      return new Choice.Left("it has no critique of a response to a question");
    }
    return new Choice.Taken(
        TrainingRow.Chat.of(CritiquePrompt.of(row.question(), row.response()), row.critique()));
  }

  private Choice imitation(DatasetRow row) {
    String target = "answer".equals(method.target()) ? row.answer() : row.response();
    if (row.question() == null || target == null) {
      return new Choice.Left(
          "it has no question or no " + ("answer".equals(method.target()) ? "answer" : "response"));
    }
    return new Choice.Taken(TrainingRow.Chat.of(row.question(), target));
  }
}

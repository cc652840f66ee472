package dev.cft.trainer.trainingsets;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.cft.store.datasets.DatasetRow.Message;
import java.util.List;

/// A row to train on, as it stands in the run folder's data. Only the target is trained.
public sealed interface TrainingRow {
  /// A conversation; its assistant turns are the target.
  record Chat(List<Message> messages) implements TrainingRow {
    public Chat {
      messages = List.copyOf(messages);
    }

    static Chat of(String user, String assistant) {
      return new Chat(List.of(new Message("user", user), new Message("assistant", assistant)));
    }
  }

  /// A prompt and what follows it, without a chat template.
  record Completion(String prompt, String completion) implements TrainingRow {}

  /// A text, all of it the target.
  record Text(String text) implements TrainingRow {}

  /// True where there is something to learn from.
  @JsonIgnore
  default boolean hasTarget() {
    return switch (this) {
      case Chat(var messages) -> !messages.getLast().content().isBlank();
      case Completion(_, var completion) -> !completion.isBlank();
      case Text(var text) -> !text.isBlank();
    };
  }
}

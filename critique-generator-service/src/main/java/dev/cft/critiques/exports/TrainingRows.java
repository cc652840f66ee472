package dev.cft.critiques.exports;

import dev.cft.critiques.operations.TrainingForm;
import dev.cft.critiques.operations.TrainingForm.Example;
import dev.cft.critiques.rows.CftConversation;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Message;
import dev.cft.store.datasets.DatasetRow.Status;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is trained on of a row.
///
/// @param form null for the row's own conversation, else its critique, else its response
record TrainingRows(@Nullable TrainingForm form) {
  /// The row's conversation; empty where it cannot be trained on.
  Optional<List<Message>> conversation(DatasetRow row) {
    if (form == null && row.messages() != null && isOk(row)) {
      return Optional.of(row.messages());
    }
    return ofParts(row).map(Example::messages);
  }

  /// The row in three parts; a conversation of several turns has none.
  Optional<Example> example(DatasetRow row) {
    if (form != null || row.messages() == null) {
      return ofParts(row);
    }
    return isOk(row) ? ofTurn(row.messages()) : Optional.empty();
  }

  private static boolean isOk(DatasetRow row) {
    return row.outcome().status() == Status.OK;
  }

  private Optional<Example> ofParts(DatasetRow row) {
    if (form != null) {
      return form.example(row, null);
    }
    return TrainingForm.CFT.example(row, null).or(() -> TrainingForm.SFT.example(row, null));
  }

  private static Optional<Example> ofTurn(List<Message> messages) {
    if (messages.size() != 2) {
      return Optional.empty();
    }
    var user = messages.getFirst().content();
    var critiqued = CftConversation.INSTRUCTION + "\n";
    var output = messages.getLast().content();
    return Optional.of(
        user.startsWith(critiqued)
            ? new Example(
                CftConversation.INSTRUCTION,
                user.substring(critiqued.length()).stripLeading(),
                output)
            : new Example(user, "", output));
  }
}

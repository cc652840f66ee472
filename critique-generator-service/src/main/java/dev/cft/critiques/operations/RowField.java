package dev.cft.critiques.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Message;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A text of a row, as operations name it.
public enum RowField {
  @JsonProperty("question")
  QUESTION {
    @Override
    public @Nullable String of(DatasetRow row) {
      return row.question();
    }
  },
  @JsonProperty("answer")
  ANSWER {
    @Override
    public @Nullable String of(DatasetRow row) {
      return row.answer();
    }
  },
  @JsonProperty("response")
  RESPONSE {
    @Override
    public @Nullable String of(DatasetRow row) {
      return row.response();
    }
  },
  @JsonProperty("critique")
  CRITIQUE {
    @Override
    public @Nullable String of(DatasetRow row) {
      return row.critique();
    }
  },
  /// What comes before the trained text: the question, or the conversation but for its last
  /// message.
  @JsonProperty("prompt")
  PROMPT {
    @Override
    public @Nullable String of(DatasetRow row) {
      var messages = row.messages();
      return messages == null
          ? row.question()
          : messages.subList(0, messages.size() - 1).stream()
              .map(Message::content)
              .collect(Collectors.joining("\n"));
    }
  },
  /// The trained text: the conversation's last message, else critique, response or answer, the
  /// first that there is.
  @JsonProperty("output")
  OUTPUT {
    @Override
    public @Nullable String of(DatasetRow row) {
      var messages = row.messages();
      if (messages != null) {
        return messages.getLast().content();
      }
      if (row.critique() != null) {
        return row.critique();
      }
      return row.response() == null ? row.answer() : row.response();
    }
  };

  /// The row's text; null where it has none.
  public abstract @Nullable String of(DatasetRow row);
}

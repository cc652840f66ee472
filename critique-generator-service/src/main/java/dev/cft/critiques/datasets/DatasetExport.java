package dev.cft.critiques.datasets;

import dev.cft.critiques.datasets.DatasetViews.RowView;
import dev.cft.critiques.rows.CftConversation;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Message;
import dev.cft.store.datasets.DatasetRow.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The forms in which a dataset can be taken away, one JSON line a row.
enum DatasetExport {
  /// Every row with all its fields, as `/v1/datasets/{id}/rows` shows it.
  JSONL {
    @Override
    Optional<Object> line(DatasetRow row) {
      return Optional.of(RowView.of(row));
    }
  },
  /// Training conversations in OpenAI's form: question and response → critique; a row's own
  /// conversation; or, where there is no critique, question → response.
  CHAT {
    @Override
    Optional<Object> line(DatasetRow row) {
      return conversation(row).map(messages -> Map.of("messages", messages));
    }
  },
  /// The same as `{instruction, input, output}`, as LLaMA-Factory reads it.
  ALPACA {
    @Override
    Optional<Object> line(DatasetRow row) {
      if (!isOk(row) || row.question() == null || row.response() == null) {
        return Optional.empty();
      }
      return Optional.of(
          row.critique() == null
              ? new Alpaca(row.question(), "", row.response())
              : new Alpaca(
                  CftConversation.INSTRUCTION,
                  CftConversation.input(row.question(), row.response()),
                  row.critique()));
    }
  };

  private record Alpaca(String instruction, String input, String output) {}

  /// The row's line; empty where it cannot be trained on.
  abstract Optional<Object> line(DatasetRow row);

  /// A line as JSON.
  static String json(Object line) {
    return StoreJson.mapper().writeValueAsString(line);
  }

  static Optional<DatasetExport> of(String name) {
    return Arrays.stream(values()).filter(format -> format.wireName().equals(name)).findFirst();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(DatasetExport::wireName).toList();
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static boolean isOk(DatasetRow row) {
    return row.outcome().status() == Status.OK;
  }

  private static Optional<List<Message>> conversation(DatasetRow row) {
    if (!isOk(row)) {
      return Optional.empty();
    }
    if (row.messages() != null) {
      return Optional.of(row.messages());
    }
    if (row.question() == null || row.response() == null) {
      return Optional.empty();
    }
    return Optional.of(
        row.critique() == null
            ? exchange(row.question(), row.response())
            : exchange(
                CftConversation.userMessage(row.question(), row.response()), row.critique()));
  }

  private static List<Message> exchange(String user, String assistant) {
    return List.of(new Message("user", user), new Message("assistant", assistant));
  }
}

package dev.cft.trainer.testing;

import dev.cft.store.StoreJson;

/// Rows to train on.
public final class Rows {
  private Rows() {}

  /// Question rows with responses, as JSONL.
  public static String questions(int count) {
    var lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines
          .append(
              StoreJson.mapper()
                  .createObjectNode()
                  .put("question", "What is %d + 1 ?".formatted(i))
                  .put("response", "%d + 1 = %d".formatted(i, i + 1)))
          .append('\n');
    }
    return lines.toString();
  }
}

package dev.cft.lm.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;

/// `row_losses.jsonl`: the loss of training rows under the last weights, to find abnormal rows.
final class RowLosses {
  static final String FILE = "row_losses.jsonl";

  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path file;
  private final int most;

  /// @param most rows that are measured, taken evenly over all
  RowLosses(Path file, int most) {
    this.file = file;
    this.most = most;
  }

  /// Writes a line a row: `row`, its line in the data file from 0, `loss`, the mean over its
  /// trained tokens, and `trained_tokens`. The file appears whole.
  ///
  /// @return false where `stop` ended it
  boolean write(Examples rows, ToDoubleFunction<Example> loss, BooleanSupplier stop)
      throws IOException {
    int all = rows.rows().size();
    int measured = Math.min(all, most);
    var temporary = file.resolveSibling("." + FILE + ".tmp");
    try (var out = Files.newBufferedWriter(temporary)) {
      for (int i = 0; i < measured; i++) {
        if (stop.getAsBoolean()) {
          return false;
        }
        int at = (int) ((long) i * all / measured);
        var row = rows.rows().get(at);
        var line =
            MAPPER
                .createObjectNode()
                .put("row", rows.lines().get(at))
                .put("loss", loss.applyAsDouble(row))
                .put("trained_tokens", row.trainedTokens());
        out.write(line + "\n");
      }
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }
}

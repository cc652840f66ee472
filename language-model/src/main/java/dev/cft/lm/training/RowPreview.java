package dev.cft.lm.training;

import dev.cft.lm.ChatTemplate;
import dev.cft.lm.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What training makes of one row: its tokens, and which of them have a loss.
public final class RowPreview {
  /// How rows become tokens: LLaMA-Factory's keys of the same names.
  public record Settings(int cutoffLen, Optional<String> defaultSystem, boolean trainOnPrompt) {}

  /// One token of a row.
  ///
  /// @param text the token alone, special tokens included
  public record Piece(int token, String text, boolean trained) {}

  private RowPreview() {}

  /// Reads a line of a data file as training would.
  ///
  /// @throws BadInputException naming the field that is wrong
  public static List<Piece> of(
      String line, Settings settings, Tokenizer tokenizer, ChatTemplate template) {
    var rows =
        new TrainingSpec.Rows(
            "",
            Optional.empty(),
            settings.cutoffLen(),
            Optional.empty(),
            settings.defaultSystem(),
            settings.trainOnPrompt(),
            false,
            false);
    var example = new Examples.Reader(Path.of("row"), rows, tokenizer, template).example(line);
    var pieces = new ArrayList<Piece>();
    for (int i = 0; i < example.length(); i++) {
      int token = example.token(i);
      pieces.add(
          new Piece(token, tokenizer.decode(new int[] {token}, false), i >= example.trainedFrom()));
    }
    return pieces;
  }
}

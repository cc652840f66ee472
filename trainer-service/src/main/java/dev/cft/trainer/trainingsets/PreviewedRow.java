package dev.cft.trainer.trainingsets;

import dev.cft.lm.training.RowPreview.Piece;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// A row as the model will see it.
///
/// @param row its place in the training set, from 0
/// @param trainedTokens how many of its tokens are trained
public record PreviewedRow(long row, long trainedTokens, List<Piece> tokens) {
  public PreviewedRow {
    tokens = List.copyOf(tokens);
  }

  /// The first rows of a training set's file.
  public static List<PreviewedRow> first(int rows, Path file, ModelRowMeasure measure)
      throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      List<String> texts = lines.lines().limit(rows).toList();
      return IntStream.range(0, texts.size())
          .mapToObj(place -> of(place, measure.preview(texts.get(place))))
          .toList();
    }
  }

  private static PreviewedRow of(int place, List<Piece> tokens) {
    return new PreviewedRow(place, tokens.stream().filter(Piece::trained).count(), tokens);
  }
}

package dev.cft.trainer.trainingsets;

import dev.cft.lm.training.Example;
import dev.cft.trainer.trainingsets.FileRows.FileRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A row as the model will see it.
///
/// @param row its place in the training set, from 0
/// @param trainedTokens how many of its tokens are trained
public record RowPreview(long row, int trainedTokens, List<Token> tokens) {
  public RowPreview {
    tokens = List.copyOf(tokens);
  }

  /// A token and whether the loss counts it.
  public record Token(int id, String text, boolean trained) {}

  /// The first rows of a training set's file.
  public static List<RowPreview> first(int rows, Path file, ModelRowMeasure measure)
      throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      List<String> texts = lines.lines().limit(rows).toList();
      return IntStream.range(0, texts.size())
          .boxed()
          .flatMap(i -> of(i, FileRows.parse(texts.get(i), i), measure))
          .toList();
    }
  }

  private static Stream<RowPreview> of(int place, FileRow row, ModelRowMeasure measure) {
    return row instanceof FileRow.Ready(var ready)
        ? Stream.of(of(place, measure.example(ready), measure))
        : Stream.of();
  }

  private static RowPreview of(int place, Example example, ModelRowMeasure measure) {
    List<Token> tokens =
        IntStream.range(0, example.length())
            .mapToObj(i ->
                new Token(
                    example.token(i), measure.text(example.token(i)), i >= example.trainedFrom()))
            .toList();
    return new RowPreview(place, example.trainedTokens(), tokens);
  }
}

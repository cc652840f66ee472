package dev.cft.trainer.trainingsets;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.specs.FineTuningSpec.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.springframework.stereotype.Component;

/// Builds training sets and writes them into run folders.
@Component
public final class TrainingSets {
  private final RowSource source;

  TrainingSets(RowSource source) {
    this.source = source;
  }

  /// What to build.
  ///
  /// @param rows a file's or dataset's id
  /// @param param the request's field that named it, for messages
  /// @param cutoff tokens that a row is cut to
  public record Order(String rows, String param, Method method, int cutoff) {}

  /// Builds the set, or finds it whole from an earlier attempt. The file appears under its name
  /// only when all of it is written.
  ///
  /// @throws JobFailedException naming the rows and fields at fault, or why nothing is left to
  ///   train
  public TrainingSet build(Order order, RowMeasure measure, Path file) throws IOException {
    Path summary = file.resolveSibling(file.getFileName().toString().replace(".jsonl", ".json"));
    if (Files.exists(summary)) {
      return StoreJson.mapper().readValue(Files.readAllBytes(summary), TrainingSet.class);
    }
    Path temporary = Files.createTempFile(file.getParent(), file.getFileName() + ".", ".tmp");
    Path places = Files.createTempFile(file.getParent(), file.getFileName() + ".", ".places");
    try {
      TrainingSet built = write(order, measure, temporary, places);
      Files.move(
          places,
          file.resolveSibling(file.getFileName().toString().replace(".jsonl", ".places")),
          StandardCopyOption.ATOMIC_MOVE);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      Files.write(temporary, StoreJson.mapper().writeValueAsBytes(built));
      Files.move(temporary, summary, StandardCopyOption.ATOMIC_MOVE);
      return built;
    } finally {
      Files.deleteIfExists(temporary);
      Files.deleteIfExists(places);
    }
  }

  private TrainingSet write(Order order, RowMeasure measure, Path temporary, Path places)
      throws IOException {
    try (var writer = new TrainingSetWriter(order, measure, temporary, places)) {
      source.read(order.rows(), writer);
      return writer.finish();
    }
  }
}

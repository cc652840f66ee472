package dev.cft.trainer.finetuning;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobId;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.RunFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Finds the rows of a run with the highest losses.
@Component
final class RowLossReport {
  private final RunFolders folders;

  RowLossReport(RunFolders folders) {
    this.folders = folders;
  }

  /// The highest first; empty while the run has told none.
  Optional<List<RowLoss>> highest(int most, JobId job) throws IOException {
    RunFolder folder = folders.of(job);
    if (!Files.exists(folder.rowLosses())) {
      return Optional.empty();
    }
    List<JsonNode> told = highest(most, folder.rowLosses());
    Set<Long> places =
        told.stream().map(line -> line.path("row").asLong()).collect(Collectors.toSet());
    Map<Long, String> contents = lines(folder.trainingRows(), places);
    Map<Long, String> sources = lines(folder.trainingPlaces(), places);
    var rows = new ArrayList<RowLoss>();
    for (JsonNode line : told) {
      long place = line.path("row").asLong();
      rows.add(
          new RowLoss(
              "fine_tuning.job.row_loss",
              Long.parseLong(sources.getOrDefault(place, Long.toString(place + 1))),
              line.path("loss").asDouble(),
              line.path("trained_tokens").asLong(),
              StoreJson.mapper().readTree(contents.getOrDefault(place, "null"))));
    }
    return Optional.of(rows);
  }

  private static List<JsonNode> highest(int most, Path file) throws IOException {
    Comparator<JsonNode> byLoss = Comparator.comparingDouble(line -> line.path("loss").asDouble());
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(line -> StoreJson.mapper().readTree(line))
          .sorted(byLoss.reversed())
          .limit(most)
          .toList();
    }
  }

  /// The lines at those places, from 0.
  private static Map<Long, String> lines(Path file, Set<Long> places) throws IOException {
    var found = new HashMap<Long, String>();
    if (!Files.exists(file)) {
      return found;
    }
    try (var lines = Files.newBufferedReader(file)) {
      long place = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (places.contains(place)) {
          found.put(place, line);
        }
        place++;
      }
    }
    return found;
  }
}

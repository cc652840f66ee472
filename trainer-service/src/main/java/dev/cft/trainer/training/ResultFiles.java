package dev.cft.trainer.training;

import dev.cft.store.StoreJson;
import dev.cft.store.files.StoredFile;
import dev.cft.store.files.StoredFiles;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.Jobs;
import dev.cft.trainer.runs.RunFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/// What a run leaves as files: its metrics by step as CSV, and the losses of its rows.
@Component
final class ResultFiles {
  /// OpenAI's purpose of such files.
  private static final String PURPOSE = "fine-tune-results";

  private final Jobs jobs;
  private final StoredFiles files;

  ResultFiles(Jobs jobs, StoredFiles files) {
    this.jobs = jobs;
    this.files = files;
  }

  /// Stores the files, or finds them stored by an earlier attempt.
  ///
  /// @return their ids
  List<String> store(Job job, RunFolder folder) throws IOException {
    if (Files.exists(folder.resultFiles())) {
      return List.of(
          StoreJson.mapper().readValue(Files.readAllBytes(folder.resultFiles()), String[].class));
    }
    var stored = new ArrayList<String>();
    byte[] csv = csv(job.id()).getBytes(StandardCharsets.UTF_8);
    stored.add(create("step_metrics_%s.csv".formatted(job.id()), new ByteArrayInputStream(csv)));
    if (Files.exists(folder.rowLosses())) {
      try (InputStream lines = Files.newInputStream(folder.rowLosses())) {
        stored.add(create("row_losses_%s.jsonl".formatted(job.id()), lines));
      }
    }
    folder.write(folder.resultFiles(), stored);
    return List.copyOf(stored);
  }

  private String create(String name, InputStream content) {
    StoredFile file = files.create(name, PURPOSE, content);
    return file.id();
  }

  /// A line a step, a column a series; empty where a step has no value of it.
  private String csv(JobId job) {
    Map<String, SortedMap<Long, Double>> series = new LinkedHashMap<>();
    var steps = new TreeSet<Long>();
    for (String name : jobs.metricNames(job)) {
      SortedMap<Long, Double> values = jobs.metric(job, name);
      series.put(name, values);
      steps.addAll(values.keySet());
    }
    var text = new StringBuilder("step");
    series.keySet().forEach(name -> text.append(',').append(name));
    for (long step : steps) {
      text.append('\n').append(step);
      series
          .values()
          .forEach(
              values -> text.append(',').append(values.containsKey(step) ? values.get(step) : ""));
    }
    return text.append('\n').toString();
  }
}

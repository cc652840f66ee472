package dev.cft.critiques.making;

import dev.cft.critiques.jobs.Inputs;
import dev.cft.critiques.operations.OperationException;
import dev.cft.critiques.operations.Surroundings;
import dev.cft.critiques.operations.TokenCounter;
import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.RowLimits;
import dev.cft.lm.CheckpointException;
import dev.cft.lm.Tokenizer;
import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.files.StoredFiles;
import dev.cft.store.models.Models;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Finds what operations need: rows, tokenizers, benchmark texts.
@Component
class Sources implements Surroundings {
  private final Inputs inputs;
  private final StoredFiles files;
  private final Models models;
  private final ArtifactStore artifacts;
  private final RowLimits limits;
  private final MakingProperties properties;

  Sources(
      Inputs inputs,
      StoredFiles files,
      Models models,
      ArtifactStore artifacts,
      RowLimits limits,
      MakingProperties properties) {
    this.inputs = inputs;
    this.files = files;
    this.models = models;
    this.artifacts = artifacts;
    this.limits = limits;
    this.properties = properties;
  }

  @Override
  public Rows rows(String id) {
    return rows(id, FieldMapping.NONE);
  }

  /// The same, fields found elsewhere; of files only.
  Rows rows(String id, FieldMapping mapping) {
    if (id.startsWith("file-")) {
      return files
          .find(id)
          .<Rows>map(file -> new FileRows(files, file, mapping, limits))
          .orElseThrow(() ->
              new OperationException(
                  "input_not_found", "The file %s is there no more.".formatted(id)));
    }
    var input = inputs.open(id);
    return new Stored(input.lineage(), input.total(), input::rows);
  }

  private record Stored(
      JsonNode lineage, long total, java.util.function.Supplier<Iterator<DatasetRow>> rows)
      implements Rows {
    @Override
    public Iterator<DatasetRow> open() {
      return rows.get();
    }
  }

  @Override
  public TokenCounter tokenizer(String model) {
    var stored =
        models
            .find(model)
            .orElseThrow(() ->
                new OperationException(
                    "model_not_found",
                    "There is no model '%s' whose tokens could be counted.".formatted(model)));
    try {
      return new Counter(Tokenizer.load(artifacts.folder(stored.artifactPrefix())));
    } catch (IOException e) {
      throw new UncheckedIOException("the tokenizer of " + model + " cannot be read", e);
    } catch (CheckpointException _) {
      throw new OperationException(
          "no_tokenizer", "The model '%s' has no tokenizer that can be read.".formatted(model));
    }
  }

  private record Counter(Tokenizer tokenizer) implements TokenCounter {
    @Override
    public int count(String text) {
      return tokenizer.encode(text).length;
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }

  @Override
  public List<Texts> benchmarks(String name) {
    return new BenchmarkFolder(properties.benchmarkDir(), limits).texts(name);
  }

  @Override
  public Path folder() {
    return properties.folder();
  }
}

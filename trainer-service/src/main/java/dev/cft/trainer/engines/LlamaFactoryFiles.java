package dev.cft.trainer.engines;

import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What LLaMA-Factory reads and writes in a run folder, under `llama-factory/`.
record LlamaFactoryFiles(Path run) {
  static final String FOLDER = "llama-factory";
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,18})");

  static LlamaFactoryFiles of(RunFolder folder) {
    return new LlamaFactoryFiles(folder.path());
  }

  Path folder() {
    return run.resolve(FOLDER);
  }

  Path config() {
    return folder().resolve("train.yaml");
  }

  Path datasets() {
    return folder().resolve("dataset_info.json");
  }

  /// What our script is told, as [LlamaFactoryLaunch].
  Path launch() {
    return folder().resolve("launch.json");
  }

  /// The scripts that train, by name.
  Path script(String name) {
    return folder().resolve(name);
  }

  /// The script's word on what trains: versions by package.
  Path versions() {
    return folder().resolve("versions.json");
  }

  /// While it is there, training stops with a checkpoint after the step at hand.
  Path stopRequest() {
    return folder().resolve("stop");
  }

  /// The script's word that it has stopped so.
  Path stopped() {
    return folder().resolve("stopped");
  }

  Path output() {
    return folder().resolve("output");
  }

  Path log() {
    return output().resolve("trainer_log.jsonl");
  }

  /// What our script tells of a step beside that.
  Path measures() {
    return folder().resolve("measures.jsonl");
  }

  /// The final numbers of the Hugging Face trainer.
  Path results() {
    return output().resolve("all_results.json");
  }

  /// Its checkpoints by step, whole or not.
  List<Output> checkpoints() {
    if (!Files.isDirectory(output())) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(output())) {
      return entries
          .map(entry -> new Output(entry, CHECKPOINT.matcher(entry.getFileName().toString())))
          .filter(found -> found.name().matches())
          .sorted(Comparator.comparingLong(Output::step))
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot list " + output(), failure);
    }
  }

  /// A checkpoint as the Hugging Face trainer writes it.
  record Output(Path folder, Matcher name) {
    long step() {
      return Long.parseLong(name.group(1));
    }

    /// The trainer's state is the last file that is written.
    boolean isWhole() {
      return Files.exists(folder.resolve("trainer_state.json"));
    }

    /// Training can go on from it: it has the optimiser's state, DeepSpeed's or PyTorch's.
    boolean isResumable() {
      return isWhole()
          && (Files.exists(folder.resolve("optimizer.pt"))
              || Files.exists(folder.resolve("latest")));
    }
  }
}

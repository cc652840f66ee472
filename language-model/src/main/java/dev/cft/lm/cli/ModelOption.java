package dev.cft.lm.cli;

import dev.cft.lm.hub.Hub;
import dev.cft.lm.hub.HubSettings;
import dev.cft.lm.torch.Torch;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The model that a command works with.
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|ID",
      description = {
        "A checkpoint folder in Hugging Face layout, or a Hugging Face id: owner/name or owner/name@revision, kept in the cache that",
        "the Python tools use (HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE)."
      })
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String model;

  private @Nullable Path folder;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of PyTorch. Default: OMP_NUM_THREADS, or all processors.")
  private @Nullable Integer threads;

  /// The folder; PyTorch is told about the threads.
  Path folder() {
    if (folder == null) {
      if (threads != null) {
        Torch.threads(threads);
      }
      folder = found(model);
    }
    return folder;
  }

  /// The folder that a path or a Hugging Face id means.
  static Path found(String model) {
    return new Hub(HubSettings.of(System.getenv()), System.err::println).folder(model);
  }
}

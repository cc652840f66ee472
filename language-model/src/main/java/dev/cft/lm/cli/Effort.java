package dev.cft.lm.cli;

import dev.cft.lm.Generation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What generating took since this was made, without the time to load the model.
final class Effort {
  private final long start = System.nanoTime();
  private final Duration processorTime = processorTime();

  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// Says on standard error how fast it went.
  void tell(List<Generation> generations) {
    double seconds = (System.nanoTime() - start) / 1e9;
    long prompts = generations.stream().mapToLong(Generation::promptTokens).sum();
    long tokens = generations.stream().mapToLong(each -> each.tokens().length).sum();
    System.err.printf(
        Locale.ROOT,
        "%d answers: %d prompt tokens, %d new tokens in %.3f s (%.2f CPU s), %.1f new tokens/s%n",
        generations.size(),
        prompts,
        tokens,
        seconds,
        processorTime().minus(processorTime).toMillis() / 1e3,
        tokens / seconds);
  }
}

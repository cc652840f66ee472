package dev.cft.lm;

import java.util.List;

/// One prompt and how to continue it.
///
/// @param maxTokens most tokens to produce
/// @param temperature 0 takes the likeliest token each time
/// @param topP nucleus sampling (arXiv 1904.09751); 1 keeps all tokens
/// @param seed decides the sample, whatever else is generated at the same time
/// @param stop texts that end the generation and are left out of it
@SuppressWarnings("ArrayRecordComponent") // tokens stay unboxed; copied in and out
public record GenerationRequest(
    int[] promptTokens,
    int maxTokens,
    double temperature,
    double topP,
    long seed,
    List<String> stop) {

  public GenerationRequest {
    promptTokens = promptTokens.clone();
    stop = List.copyOf(stop);
    if (promptTokens.length == 0) {
      throw new IllegalArgumentException("The prompt has no token");
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens must be at least 1, got " + maxTokens);
    }
    if (!(temperature >= 0) || temperature == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("temperature must be 0 or more, got " + temperature);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP must be above 0 and at most 1, got " + topP);
    }
    if (stop.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("A stop string must not be empty");
    }
  }

  /// The likeliest continuation.
  public static GenerationRequest greedy(int[] promptTokens, int maxTokens) {
    return new GenerationRequest(promptTokens, maxTokens, 0, 1, 0, List.of());
  }

  public GenerationRequest withTemperature(double value) {
    return new GenerationRequest(promptTokens, maxTokens, value, topP, seed, stop);
  }

  public GenerationRequest withTopP(double value) {
    return new GenerationRequest(promptTokens, maxTokens, temperature, value, seed, stop);
  }

  public GenerationRequest withSeed(long value) {
    return new GenerationRequest(promptTokens, maxTokens, temperature, topP, value, stop);
  }

  public GenerationRequest withStop(List<String> value) {
    return new GenerationRequest(promptTokens, maxTokens, temperature, topP, seed, value);
  }

  @Override
  public int[] promptTokens() {
    return promptTokens.clone();
  }
}

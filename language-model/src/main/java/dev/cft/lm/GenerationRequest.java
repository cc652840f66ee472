package dev.cft.lm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One prompt and how to continue it. Requests with equal prompts that start together share the
/// first pass over it.
///
/// @param maxTokens most tokens to produce
/// @param stop texts that end the generation and are left out of it
/// @param timeLimit how long it may take, waiting included; what is there by then is the answer
/// @param logProbabilities reports each token's log-probability and so many of the likeliest ones
@SuppressWarnings("ArrayRecordComponent") // tokens stay unboxed; copied in and out
public record GenerationRequest(
    int[] promptTokens,
    int maxTokens,
    Sampling sampling,
    List<String> stop,
    Optional<Duration> timeLimit,
    OptionalInt logProbabilities) {

  /// Most of the likeliest tokens that are reported, as in OpenAI's API.
  public static final int MOST_LIKELIEST = 20;

  public GenerationRequest {
    promptTokens = promptTokens.clone();
    stop = List.copyOf(stop);
    if (promptTokens.length == 0) {
      throw new IllegalArgumentException("The prompt has no token");
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens must be at least 1, got " + maxTokens);
    }
    if (stop.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("A stop string must not be empty");
    }
    if (timeLimit.isPresent() && !timeLimit.get().isPositive()) {
      throw new IllegalArgumentException("timeLimit must be positive, got " + timeLimit.get());
    }
    int likeliest = logProbabilities.orElse(0);
    if (likeliest < 0 || likeliest > MOST_LIKELIEST) {
      throw new IllegalArgumentException(
          "logProbabilities must be from 0 to %d, got %d".formatted(MOST_LIKELIEST, likeliest));
    }
  }

  /// Without a time limit and log-probabilities.
  public GenerationRequest(
      int[] promptTokens,
      int maxTokens,
      double temperature,
      double topP,
      long seed,
      List<String> stop) {
    this(
        promptTokens,
        maxTokens,
        new Sampling(temperature, topP, OptionalInt.empty(), seed),
        stop,
        Optional.empty(),
        OptionalInt.empty());
  }

  /// The likeliest continuation.
  public static GenerationRequest greedy(int[] promptTokens, int maxTokens) {
    return new GenerationRequest(
        promptTokens, maxTokens, Sampling.GREEDY, List.of(), Optional.empty(), OptionalInt.empty());
  }

  public GenerationRequest withSampling(Sampling value) {
    return new GenerationRequest(promptTokens, maxTokens, value, stop, timeLimit, logProbabilities);
  }

  public GenerationRequest withTemperature(double value) {
    return withSampling(new Sampling(value, sampling.topP(), sampling.topK(), sampling.seed()));
  }

  public GenerationRequest withTopP(double value) {
    return withSampling(
        new Sampling(sampling.temperature(), value, sampling.topK(), sampling.seed()));
  }

  public GenerationRequest withTopK(int value) {
    return withSampling(
        new Sampling(
            sampling.temperature(), sampling.topP(), OptionalInt.of(value), sampling.seed()));
  }

  public GenerationRequest withSeed(long value) {
    return withSampling(sampling.withSeed(value));
  }

  public GenerationRequest withStop(List<String> value) {
    return new GenerationRequest(
        promptTokens, maxTokens, sampling, value, timeLimit, logProbabilities);
  }

  public GenerationRequest withTimeLimit(Duration value) {
    return new GenerationRequest(
        promptTokens, maxTokens, sampling, stop, Optional.of(value), logProbabilities);
  }

  /// This request, its answer with the log-probability of each token.
  ///
  /// @param likeliest so many of the likeliest tokens are reported beside each token itself
  public GenerationRequest withLogProbabilities(int likeliest) {
    return new GenerationRequest(
        promptTokens, maxTokens, sampling, stop, timeLimit, OptionalInt.of(likeliest));
  }

  @Override
  public int[] promptTokens() {
    return promptTokens.clone();
  }
}

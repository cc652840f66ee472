package dev.cft.eval.answering;

import java.util.List;

/// How answers are sampled.
///
/// @param temperature 0 is greedy
/// @param topP nucleus; 1 keeps all
/// @param maxTokens of one answer
/// @param stop texts that end an answer and are left out of it
public record Manner(double temperature, double topP, int maxTokens, List<String> stop) {
  public Manner {
    stop = List.copyOf(stop);
  }
}

package dev.cft.standalone.basemodel;

import dev.cft.standalone.basemodel.Corpus.Mixture;
import java.util.List;

/// How the base model is made: two stages, each a mixture and a schedule.
///
/// The numbers are our own, found by trial (docs/experiments.md): the second stage is critiques for
/// the most part, because a base that has read fewer loses its answers when it is fine-tuned on
/// critiques.
///
/// @param corpusSeed of the rows; no two stages share rows
/// @param learningRate peak, after 50 warm-up steps; cosine to 0
record Pretraining(String name, Mixture mixture, long corpusSeed, int steps, double learningRate) {
  static final int BATCH = 32;

  static List<Pretraining> stages(long seed) {
    var first = new Mixture(0.20, 0.40, 0.20, 0, List.of(0.35), 0.01);
    var second = new Mixture(0.75, 0.15, 0.05, 0.65, List.of(0.1, 0.3, 0.5), 0.003);
    return List.of(
        new Pretraining("stage-1", first, 1000 * seed + 100, 1100, 3e-3),
        new Pretraining("stage-2", second, 1000 * seed + 200, 650, 2e-3));
  }

  int rows() {
    return steps * BATCH;
  }
}

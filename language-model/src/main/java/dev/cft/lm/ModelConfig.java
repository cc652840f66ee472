package dev.cft.lm;

import java.util.List;

/// The shape of a decoder, read from a checkpoint's `config.json`.
///
/// @param architecture the class name in transformers, such as `Qwen2ForCausalLM`
/// @param vocabularySize rows of the embedding
/// @param headSize length of one attention head
/// @param ropeTheta base of the rotary position embedding
/// @param maxPositions longest sequence that the model was made for, in tokens
/// @param tied whether the output layer is the embedding
/// @param qkvBias whether the query, key and value projections have a bias
/// @param qkNorm whether queries and keys are normalised per head (Qwen3)
/// @param endTokens tokens that end generation, from `generation_config.json` or `config.json`
public record ModelConfig(
    String architecture,
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    double normEpsilon,
    double ropeTheta,
    RopeScaling ropeScaling,
    int maxPositions,
    boolean tied,
    boolean qkvBias,
    boolean qkNorm,
    List<Integer> endTokens) {

  /// Far above every published model; a config that says more is damaged.
  private static final int MOST_LAYERS = 1000;

  public ModelConfig {
    endTokens = List.copyOf(endTokens);
    positive("vocab_size", vocabularySize);
    positive("hidden_size", hiddenSize);
    positive("intermediate_size", intermediateSize);
    positive("num_hidden_layers", layers);
    positive("num_attention_heads", heads);
    positive("num_key_value_heads", keyValueHeads);
    positive("head_dim", headSize);
    positive("max_position_embeddings", maxPositions);
    if (layers > MOST_LAYERS) {
      throw new IllegalArgumentException(
          "num_hidden_layers must be at most %d, got %d".formatted(MOST_LAYERS, layers));
    }
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads %d is no multiple of num_key_value_heads %d"
              .formatted(heads, keyValueHeads));
    }
    if (headSize % 2 != 0) {
      throw new IllegalArgumentException(
          "head_dim must be even for rotary positions, got " + headSize);
    }
    if (!(normEpsilon > 0) || !(ropeTheta > 0)) {
      throw new IllegalArgumentException("rms_norm_eps and rope_theta must be positive");
    }
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive, got " + value);
    }
  }
}

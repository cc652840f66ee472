package dev.cft.lm;

import java.util.ArrayList;
import java.util.List;

/// The order in which the script receives the parameters, and the tensors of a Hugging Face
/// checkpoint that each holds.
///
/// Query, key and value projections are one matrix, and so are gate and up: one large product is
/// faster than three small.
final class ParameterLayout {
  private final ModelConfig config;
  private final List<Parameter> parameters = new ArrayList<>();

  private ParameterLayout(ModelConfig config) {
    this.config = config;
  }

  static List<Parameter> of(ModelConfig config) {
    var layout = new ParameterLayout(config);
    long vocabulary = config.vocabularySize();
    long hidden = config.hiddenSize();
    layout.matrix(new Parameter.Part("model.embed_tokens.weight", List.of(vocabulary, hidden)));
    layout.vector(new Parameter.Part("model.norm.weight", List.of(hidden)));
    if (!config.tied()) {
      layout.matrix(new Parameter.Part("lm_head.weight", List.of(vocabulary, hidden)));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      layout.layer("model.layers." + layer + ".");
    }
    return List.copyOf(layout.parameters);
  }

  /// Where the first layer starts in the list.
  static int start(ModelConfig config) {
    return config.tied() ? 2 : 3;
  }

  /// How many parameters a layer has.
  static int perLayer(ModelConfig config) {
    return 6 + (config.qkvBias() ? 1 : 0) + (config.qkNorm() ? 2 : 0);
  }

  private void layer(String at) {
    long hidden = config.hiddenSize();
    long query = (long) config.heads() * config.headSize();
    long keyValue = (long) config.keyValueHeads() * config.headSize();
    vector(new Parameter.Part(at + "input_layernorm.weight", List.of(hidden)));
    var attention = at + "self_attn.";
    matrix(
        new Parameter.Part(attention + "q_proj.weight", List.of(query, hidden)),
        new Parameter.Part(attention + "k_proj.weight", List.of(keyValue, hidden)),
        new Parameter.Part(attention + "v_proj.weight", List.of(keyValue, hidden)));
    if (config.qkvBias()) {
      vector(
          new Parameter.Part(attention + "q_proj.bias", List.of(query)),
          new Parameter.Part(attention + "k_proj.bias", List.of(keyValue)),
          new Parameter.Part(attention + "v_proj.bias", List.of(keyValue)));
    }
    if (config.qkNorm()) {
      vector(new Parameter.Part(attention + "q_norm.weight", List.of((long) config.headSize())));
      vector(new Parameter.Part(attention + "k_norm.weight", List.of((long) config.headSize())));
    }
    matrix(new Parameter.Part(attention + "o_proj.weight", List.of(hidden, query)));
    vector(new Parameter.Part(at + "post_attention_layernorm.weight", List.of(hidden)));
    long intermediate = config.intermediateSize();
    matrix(
        new Parameter.Part(at + "mlp.gate_proj.weight", List.of(intermediate, hidden)),
        new Parameter.Part(at + "mlp.up_proj.weight", List.of(intermediate, hidden)));
    matrix(new Parameter.Part(at + "mlp.down_proj.weight", List.of(hidden, intermediate)));
  }

  private void matrix(Parameter.Part... parts) {
    parameters.add(new Parameter(List.of(parts), true));
  }

  private void vector(Parameter.Part... parts) {
    parameters.add(new Parameter(List.of(parts), false));
  }
}

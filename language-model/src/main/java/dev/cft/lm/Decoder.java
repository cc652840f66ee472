package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.cft.lm.torch.ScriptModule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A decoder's weights in PyTorch and the script that computes with them.
///
/// Not thread-safe: the engine's thread or the training loop owns it.
public final class Decoder implements AutoCloseable {
  private final ModelConfig config;
  private final List<Parameter> layout;
  private final ScriptModule script;
  private final List<NDArray> weights = new ArrayList<>();
  private Rotary rotary;

  private record Rotary(int positions, NDArray cos, NDArray sin) {}

  private Decoder(ModelConfig config) {
    this.config = config;
    this.layout = ParameterLayout.of(config);
    this.script = ScriptModule.compile(Decoder.class, "decoder.py", "Decoder", attributes(config));
    this.rotary = rotary(Math.min(512, config.maxPositions()));
  }

  /// Reads all weights of a checkpoint as fp32.
  ///
  /// @throws CheckpointException if a tensor is missing, unexpected, of a wrong shape, or not
  ///   finite
  public static Decoder load(Path checkpoint) {
    var config = ConfigReader.read(checkpoint);
    var stored = new StoredWeights(checkpoint, config);
    var decoder = new Decoder(config);
    try {
      for (var parameter : decoder.layout) {
        decoder.weights.add(decoder.array(parameter, stored.read(parameter)));
      }
      return decoder;
    } catch (RuntimeException | Error e) {
      decoder.close();
      throw e;
    }
  }

  /// The sizes that a script of this model family needs to know, under its names.
  public static Map<String, Object> attributes(ModelConfig config) {
    var attributes = new LinkedHashMap<String, Object>();
    attributes.put("layers", (long) config.layers());
    attributes.put("heads", (long) config.heads());
    attributes.put("kv_heads", (long) config.keyValueHeads());
    attributes.put("head_dim", (long) config.headSize());
    attributes.put("hidden", (long) config.hiddenSize());
    attributes.put("eps", config.normEpsilon());
    attributes.put("qkv_bias", config.qkvBias());
    attributes.put("qk_norm", config.qkNorm());
    attributes.put("tied", config.tied());
    attributes.put("layer_size", (long) ParameterLayout.perLayer(config));
    attributes.put("layer_start", (long) ParameterLayout.start(config));
    return attributes;
  }

  public ModelConfig config() {
    return config;
  }

  /// What each of the weights holds, in order.
  public List<Parameter> layout() {
    return layout;
  }

  /// The weights, in the order of the layout.
  public List<NDArray> weights() {
    return weights;
  }

  /// A manager whose arrays live as long as the decoder.
  public NDManager manager() {
    return script.manager();
  }

  /// Calls a method of `decoder.py`; the results belong to `scope`.
  public List<NDArray> call(NDManager scope, String method, Object... arguments) {
    return script.call(scope, method, arguments);
  }

  /// Calls a method of `decoder.py` without gradients.
  List<NDArray> infer(NDManager scope, String method, Object... arguments) {
    return script.infer(scope, method, arguments);
  }

  /// Cosines of the rotary embedding `[positions, D/2]` for at least `length` positions.
  public NDArray cos(int length) {
    return rotaryFor(length).cos();
  }

  /// Sines to match [#cos(int)].
  public NDArray sin(int length) {
    return rotaryFor(length).sin();
  }

  private Rotary rotaryFor(int length) {
    if (length > rotary.positions()) {
      var old = rotary;
      rotary = rotary(Math.max(length, 2 * old.positions()));
      old.cos().close();
      old.sin().close();
    }
    return rotary;
  }

  private Rotary rotary(int positions) {
    var table = new RotaryTable(config, positions);
    var shape = new Shape(positions, table.halfHead());
    return new Rotary(
        positions,
        own(manager().create(table.cos(), shape)),
        own(manager().create(table.sin(), shape)));
  }

  /// An array of the decoder's own, from little-endian floats in the parameter's shape.
  public NDArray array(Parameter parameter, ByteBuffer floats) {
    return own(manager().create(floats, new Shape(parameter.shape()), DataType.FLOAT32));
  }

  /// A copy in memory that PyTorch allocated and aligned.
  private NDArray own(NDArray shared) {
    try (shared) {
      return script.call(manager(), "own", shared).getFirst();
    }
  }

  static ByteBuffer floats(long elements) {
    return ByteBuffer.allocateDirect(Math.toIntExact(4 * elements)).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    script.close();
  }
}

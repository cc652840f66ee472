package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.cft.lm.torch.Argument;
import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.torch.PackedMatrix;
import dev.cft.lm.torch.ScriptModule;
import dev.cft.lm.torch.Torch;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A decoder's weights in PyTorch and the script that computes with them.
///
/// Not thread-safe: the engine's thread or the training loop owns it.
public final class Decoder implements AutoCloseable {
  private final ModelConfig config;
  private final Precision precision;
  private final List<Parameter> layout;
  private final ScriptModule script;
  private final List<NDArray> weights = new ArrayList<>();
  private final Map<Integer, PackedMatrix> packedMatrices = new HashMap<>();
  private Rotary rotary;

  /// From this hidden size on packing gains more than its calls cost
  /// (benchmarks/generation-speed/README.md).
  private static final int SMALLEST_PACKED = 512;

  private record Rotary(RotaryTable table, NDArray cos, NDArray sin) {}

  private Decoder(ModelConfig config, Precision precision) {
    this.config = config;
    this.precision = precision;
    this.layout = ParameterLayout.of(config);
    var attributes = attributes(config);
    attributes.put("kept", List.of());
    this.script = ScriptModule.compile(Decoder.class, "decoder.py", "Decoder", attributes);
    this.rotary = rotary(Math.min(512, config.maxPositions()));
  }

  /// Reads all weights of a checkpoint as fp32.
  ///
  /// @throws CheckpointException if a tensor is missing, unexpected, of a wrong shape, or not
  ///   finite
  public static Decoder load(Path checkpoint) {
    return load(checkpoint, Precision.FP32);
  }

  /// Reads all weights of a checkpoint, to compute with them in this precision.
  ///
  /// @throws CheckpointException as [#load(Path)]
  public static Decoder load(Path checkpoint, Precision precision) {
    return load(checkpoint, precision, false);
  }

  /// Reads all weights for generation only: the matrices of a model of some size are packed for the
  /// processor's products.
  ///
  /// @throws CheckpointException as [#load(Path)]
  static Decoder forGeneration(Path checkpoint, Precision precision) {
    var config = ConfigReader.read(checkpoint);
    boolean packed = config.hiddenSize() >= SMALLEST_PACKED && !Torch.device().isGpu();
    return load(checkpoint, precision, packed);
  }

  static Decoder load(Path checkpoint, Precision precision, boolean packed) {
    var config = ConfigReader.read(checkpoint);
    var stored = new StoredWeights(checkpoint, config);
    var decoder = new Decoder(config, precision);
    try {
      for (var parameter : decoder.layout) {
        decoder.weights.add(decoder.rounded(decoder.array(parameter, stored.read(parameter))));
      }
      if (packed && decoder.packs()) {
        decoder.pack();
      }
      return decoder;
    } catch (RuntimeException | Error e) {
      decoder.close();
      throw e;
    }
  }

  /// Hands the weights to the script for good, before anything is generated: every step would else
  /// spend a call into native code on each of them.
  void keep() {
    script.infer(manager(), "keep", weights).getFirst().close();
  }

  /// Whether this processor's products have a packed form in the decoder's precision.
  private boolean packs() {
    try (var answer = script.infer(manager(), "packs", weights.getFirst()).getFirst()) {
      return answer.getFloat() > 0;
    }
  }

  /// Packs every matrix but the embedding, which is looked up; where it is the output layer too, a
  /// packed copy comes last.
  private void pack() {
    boolean vectors = Vectors.available();
    for (int i = 0; i < layout.size(); i++) {
      if (i > 0 && layout.get(i).shape().length == 2) {
        try (var plain = weights.get(i)) {
          weights.set(i, packed(i, plain, vectors));
        }
      }
    }
    if (config.tied()) {
      weights.add(packed(weights.size(), weights.getFirst(), vectors));
    }
  }

  /// @param vectors whether a step may multiply by it in Java, and its order is worth finding
  private NDArray packed(int index, NDArray plain, boolean vectors) {
    var packed = script.infer(manager(), "pack", plain).getFirst();
    if (vectors) {
      PackedMatrix.of(packed, plain, precision == Precision.BF16)
          .ifPresent(matrix -> packedMatrices.put(index, matrix));
    }
    return packed;
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

  Precision precision() {
    return precision;
  }

  /// What each of the weights holds, in order.
  public List<Parameter> layout() {
    return layout;
  }

  /// The weights, in the order of the layout.
  public List<NDArray> weights() {
    return weights;
  }

  /// One of the weights, if it is packed in an order that we know.
  Optional<PackedMatrix> packedMatrix(int index) {
    return Optional.ofNullable(packedMatrices.get(index));
  }

  /// Which of the weights the output layer is, packed if anything is.
  int outputLayer() {
    if (config.tied()) {
      return weights.size() > layout.size() ? layout.size() : 0;
    }
    return 2;
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

  /// Calls a method of `decoder.py` that gives one array, with prepared arguments.
  NDArray product(NDManager scope, String method, Argument... arguments) {
    return script.product(scope, method, arguments);
  }

  /// The numbers of an array in the decoder's precision, at most 2 GB of them.
  Numbers numbers(NDArray array) {
    return new Numbers(ArrayMemory.of(array), precision == Precision.BF16);
  }

  /// So many numbers of an array in the decoder's precision, more than the 2 GB that a buffer of
  /// Java's can span.
  @SuppressWarnings("restricted")
  Numbers numbers(NDArray array, long count) {
    try (var argument = Argument.of(array);
        var first = product(manager(), "first", argument)) {
      var there = numbers(first);
      return new Numbers(there.memory().reinterpret(count * there.size()), there.bf16());
    }
  }

  /// An uninitialised array `[rows, size]`.
  NDArray room(NDManager scope, int rows, int size, Precision precision) {
    try (var rowCount = Argument.of(rows);
        var columns = Argument.of(size);
        var type = Argument.of(precision.scalarType())) {
      return product(scope, "room", rowCount, columns, type);
    }
  }

  /// Cosines of the rotary embedding `[positions, D/2]` for at least `length` positions.
  public NDArray cos(int length) {
    return rotaryFor(length).cos();
  }

  /// Sines to match [#cos(int)].
  public NDArray sin(int length) {
    return rotaryFor(length).sin();
  }

  /// The same in Java, in fp32.
  RotaryTable rotaryTable(int length) {
    return rotaryFor(length).table();
  }

  private Rotary rotaryFor(int length) {
    if (length > rotary.table().positions()) {
      var old = rotary;
      rotary = rotary(Math.max(length, 2 * old.table().positions()));
      old.cos().close();
      old.sin().close();
    }
    return rotary;
  }

  private Rotary rotary(int positions) {
    var table = new RotaryTable(config, positions);
    var shape = new Shape(positions, table.halfHead());
    return new Rotary(
        table,
        rounded(own(manager().create(table.cos(), shape))),
        rounded(own(manager().create(table.sin(), shape))));
  }

  /// The array in the decoder's precision, in its place.
  private NDArray rounded(NDArray array) {
    if (precision == Precision.FP32) {
      return array;
    }
    try (array) {
      return script.infer(manager(), "bf16", array).getFirst();
    }
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

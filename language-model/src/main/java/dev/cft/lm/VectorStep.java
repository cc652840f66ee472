package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.torch.Argument;
import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.vector.CachedAttention;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.OpenMp;
import dev.cft.lm.vector.RmsNorm;
import dev.cft.lm.vector.Rows;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A step whose matrix products are PyTorch's, and what lies between them Java's, by the
/// processor's vectors: five passes over memory that is still warm instead of some forty operators
/// (ADR 83). The residual stream is fp32 in either precision.
final class VectorStep implements DecodingStep {
  /// Numbers that a task of the gated unit computes: 4 kB of each half.
  private static final int GATED = 1024;

  private final Decoder decoder;
  private final ModelConfig config;
  private final boolean bf16;
  private final OpenMp threads = new OpenMp();
  private final CachedAttention attention;
  private final RmsNorm lastNorm;
  private final List<Layer> layers = new ArrayList<>();
  private final ThreadLocal<float[][]> scratch;
  private @Nullable Batch batch;

  /// What one layer has of its own: norms, and which of the kept parameters its matrices are.
  private record Layer(
      RmsNorm attentionNorm,
      Optional<RmsNorm> queryNorm,
      Optional<RmsNorm> keyNorm,
      RmsNorm feedForwardNorm,
      Matrix projection,
      Matrix output,
      Matrix gateAndUp,
      Matrix down) {}

  private record Matrix(Argument index, Argument bias) {}

  /// An array that a product reads and Java writes.
  private record Input(Argument argument, Numbers numbers) {}

  /// Whether the model is on the processor and its heads are whole vectors.
  static boolean fits(Decoder decoder) {
    return !decoder.manager().getDevice().isGpu()
        && CachedAttention.fits(decoder.config().headSize());
  }

  VectorStep(Decoder decoder) {
    this.decoder = decoder;
    this.config = decoder.config();
    this.bf16 = decoder.precision() == Precision.BF16;
    this.attention = new CachedAttention(config.heads(), config.keyValueHeads(), config.headSize());
    this.lastNorm = norm(1, config.hiddenSize());
    int widest = Math.max(GATED, config.hiddenSize());
    this.scratch = ThreadLocal.withInitial(() -> new float[2][widest]);
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer(ParameterLayout.start(config) + i * ParameterLayout.perLayer(config)));
    }
  }

  private Layer layer(int first) {
    int output = first + ParameterLayout.perLayer(config) - 4;
    int size = config.headSize();
    return new Layer(
        norm(first, config.hiddenSize()),
        config.qkNorm() ? Optional.of(norm(output - 2, size)) : Optional.empty(),
        config.qkNorm() ? Optional.of(norm(output - 1, size)) : Optional.empty(),
        norm(output + 1, config.hiddenSize()),
        matrix(first + 1, config.qkvBias() ? first + 2 : -1),
        matrix(output, -1),
        matrix(output + 2, -1),
        matrix(output + 3, -1));
  }

  private static Matrix matrix(long index, long bias) {
    return new Matrix(Argument.of(index), Argument.of(bias));
  }

  private RmsNorm norm(int parameter, int size) {
    var weights = new float[size];
    numbers(decoder.weights().get(parameter)).read(0, weights, 0, size);
    return new RmsNorm(weights, config.normEpsilon());
  }

  private Numbers numbers(NDArray array) {
    return new Numbers(ArrayMemory.of(array), bf16);
  }

  @Override
  public NextTokens run(NDManager scope, long[] ids, long[] positions, KvCache cache) {
    var now = batchOf(ids.length);
    now.start(scope, ids);
    int longest = Math.toIntExact(Arrays.stream(positions).max().orElseThrow() + 1);
    var table = decoder.rotaryTable(longest);
    long layerSize = 2L * cache.rows() * cache.slots() * config.keyValueHeads() * config.headSize();
    var keysAndValues = numbers(cache.array(), layerSize * config.layers());
    for (int i = 0; i < layers.size(); i++) {
      var layer = layers.get(i);
      try (var projected = now.product(scope, layer.projection, now.normed)) {
        now.attend(
            new CachedAttention.Layer(
                numbers(projected),
                layer.queryNorm,
                layer.keyNorm,
                keysAndValues,
                i * layerSize,
                cache.slots(),
                now.attended.numbers),
            table,
            positions);
      }
      now.addAndNormalise(scope, layer.output, now.attended, layer.feedForwardNorm);
      now.gate(scope, layer.gateAndUp);
      now.addAndNormalise(
          scope,
          layer.down,
          now.gated,
          i + 1 < layers.size() ? layers.get(i + 1).attentionNorm : lastNorm);
    }
    var logits = decoder.product(scope, "output", now.normed.argument);
    return new NextTokens(now.likeliest(numbers(logits)), logits);
  }

  /// Where the cache is now; a buffer of Java's could not span one of more than 2 GB.
  @SuppressWarnings("restricted")
  private Numbers numbers(NDArray cache, long count) {
    try (var array = Argument.of(cache);
        var first = decoder.product(decoder.manager(), "first", array)) {
      var there = numbers(first);
      return new Numbers(there.memory().reinterpret(count * there.size()), bf16);
    }
  }

  private Batch batchOf(int rows) {
    if (batch == null || batch.rows != rows) {
      closeBatch();
      batch = new Batch(rows);
    }
    return batch;
  }

  private void closeBatch() {
    if (batch != null) {
      batch.close();
      batch = null;
    }
  }

  @Override
  public void close() {
    closeBatch();
    for (var layer : layers) {
      for (var matrix : List.of(layer.projection, layer.output, layer.gateAndUp, layer.down)) {
        matrix.index.close();
        matrix.bias.close();
      }
    }
  }

  /// The buffers of so many rows, and what is done to them.
  private final class Batch implements AutoCloseable {
    final int rows;
    final int hidden = config.hiddenSize();
    final NDManager manager = decoder.manager().newSubManager();
    final float[] stream;
    final NDArray ids;
    final Argument idsArgument;
    final Input normed;
    final Input attended;
    final Input gated;

    Batch(int rows) {
      this.rows = rows;
      this.stream = new float[rows * hidden];
      this.ids = ids();
      this.idsArgument = Argument.of(ids);
      this.normed = input(room(hidden));
      this.attended = input(room(config.heads() * config.headSize()));
      this.gated = input(room(config.intermediateSize()));
    }

    private NDArray ids() {
      try (var rowCount = Argument.of(rows)) {
        return decoder.product(manager, "ids", rowCount);
      }
    }

    private NDArray room(int size) {
      try (var rowCount = Argument.of(rows);
          var columns = Argument.of(size)) {
        return decoder.product(manager, "room", rowCount, columns);
      }
    }

    private Input input(NDArray array) {
      return new Input(Argument.of(array), numbers(array));
    }

    NDArray product(NDManager scope, Matrix matrix, Input input) {
      return decoder.product(scope, "product", input.argument, matrix.index, matrix.bias);
    }

    /// The tokens' embeddings, normalised for the first layer.
    void start(NDManager scope, long[] tokens) {
      ArrayMemory.of(ids).copyFrom(MemorySegment.ofArray(tokens));
      try (var embedded = decoder.product(scope, "embedded", idsArgument)) {
        numbers(embedded).read(0, stream, 0, stream.length);
      }
      for (int row = 0; row < rows; row++) {
        normalise(row, layers.getFirst().attentionNorm);
      }
    }

    void attend(CachedAttention.Layer layer, RotaryTable table, long[] positions) {
      int heads = config.keyValueHeads();
      long read = 2L * heads * config.headSize() * Arrays.stream(positions).sum();
      threads.run(
          rows * heads,
          read,
          task -> {
            int row = task / heads;
            attention.attend(
                layer, table.cos(), table.sin(), row, task % heads, (int) positions[row]);
          });
    }

    /// Adds a product to the stream and normalises the sum for the next one.
    void addAndNormalise(NDManager scope, Matrix matrix, Input input, RmsNorm norm) {
      try (var product = product(scope, matrix, input)) {
        var numbers = numbers(product);
        threads.run(
            rows,
            stream.length,
            row -> {
              float[] buffer = scratch.get()[0];
              numbers.read((long) row * hidden, buffer, 0, hidden);
              Rows.add(stream, row * hidden, buffer, 0, hidden);
              normalise(row, norm);
            });
      }
    }

    private void normalise(int row, RmsNorm norm) {
      float[] buffer = scratch.get()[0];
      norm.apply(stream, row * hidden, buffer, 0);
      normed.numbers.write(buffer, 0, hidden, (long) row * hidden);
    }

    void gate(NDManager scope, Matrix matrix) {
      int size = config.intermediateSize();
      int pieces = (size + GATED - 1) / GATED;
      try (var product = product(scope, matrix, normed)) {
        var numbers = numbers(product);
        threads.run(
            rows * pieces,
            2L * rows * size,
            task -> {
              long row = task / pieces;
              int from = task % pieces * GATED;
              gate(numbers, 2 * row * size + from, row * size + from, Math.min(GATED, size - from));
            });
      }
    }

    private void gate(Numbers numbers, long gateAt, long to, int count) {
      float[][] buffers = scratch.get();
      numbers.read(gateAt, buffers[0], 0, count);
      numbers.read(gateAt + config.intermediateSize(), buffers[1], 0, count);
      Rows.gated(buffers[0], buffers[1], count);
      gated.numbers.write(buffers[0], 0, count, to);
    }

    int[] likeliest(Numbers logits) {
      var tokens = new int[rows];
      int vocabulary = config.vocabularySize();
      threads.run(
          rows,
          (long) rows * vocabulary,
          row -> tokens[row] = logits.indexOfMost((long) row * vocabulary, vocabulary));
      return tokens;
    }

    @Override
    public void close() {
      idsArgument.close();
      normed.argument.close();
      attended.argument.close();
      gated.argument.close();
      manager.close();
    }
  }
}

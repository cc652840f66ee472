package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import dev.cft.lm.torch.Argument;
import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.torch.BlockProduct;
import dev.cft.lm.torch.PackedMatrix;
import dev.cft.lm.vector.CachedAttention;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.RmsNorm;
import dev.cft.lm.vector.VectorProduct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A step that Java computes, by the processor's vectors and by the products of blocks that
/// PyTorch's operators are made of: a few passes over memory that is still warm instead of some
/// forty operators a layer (ADR 83, 84, 86). The residual stream is fp32 in either precision.
final class VectorStep implements DecodingStep {
  /// Up to so many rows, a matrix takes longer to be read than to be multiplied by Java's vectors
  /// (our choice; with 16 rows, in bf16 with 6, PyTorch's product of blocks is faster: ADR 86).
  private static final int FEW = 8;

  private static final int FEW_BF16 = 4;

  private final Decoder decoder;
  private final ModelConfig config;
  private final StepThreads threads = new StepThreads();
  private final CachedAttention attention;
  private final Numbers embedding;
  private final RmsNorm lastNorm;
  private final StepMatrix outputLayer;
  private final List<Layer> layers = new ArrayList<>();
  private @Nullable Batch batch;

  /// What one layer has of its own.
  private record Layer(
      RmsNorm attentionNorm,
      Optional<RmsNorm> queryNorm,
      Optional<RmsNorm> keyNorm,
      RmsNorm feedForwardNorm,
      StepMatrix projection,
      StepMatrix output,
      StepMatrix gateAndUp,
      StepMatrix down) {}

  /// Whether the model is on the processor and its heads are whole vectors.
  static boolean fits(Decoder decoder) {
    return !decoder.manager().getDevice().isGpu()
        && CachedAttention.fits(decoder.config().headSize());
  }

  VectorStep(Decoder decoder) {
    this.decoder = decoder;
    this.config = decoder.config();
    this.attention =
        new CachedAttention(
            config.heads(),
            config.keyValueHeads(),
            config.headSize(),
            decoder.precision() == Precision.BF16);
    int hidden = config.hiddenSize();
    this.embedding =
        decoder.numbers(decoder.weights().getFirst(), (long) config.vocabularySize() * hidden);
    this.lastNorm = norm(1);
    this.outputLayer = matrix(decoder.outputLayer(), -1);
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer(ParameterLayout.start(config) + i * ParameterLayout.perLayer(config)));
    }
  }

  private Layer layer(int first) {
    int output = first + ParameterLayout.perLayer(config) - 4;
    return new Layer(
        norm(first),
        config.qkNorm() ? Optional.of(norm(output - 2)) : Optional.empty(),
        config.qkNorm() ? Optional.of(norm(output - 1)) : Optional.empty(),
        norm(output + 1),
        matrix(first + 1, config.qkvBias() ? first + 2 : -1),
        matrix(output, -1),
        matrix(output + 2, -1),
        matrix(output + 3, -1));
  }

  /// @param bias which of the parameters its bias is, or -1
  private StepMatrix matrix(int index, int bias) {
    var packed = decoder.packedMatrix(index);
    if (packed.filter(BlockProduct::tiled).isPresent()) {
      return byBlocks(packed.get(), bias);
    }
    if (packed.filter(VectorProduct::fits).isEmpty()) {
      return new OperatorMatrix(decoder, threads, index, bias);
    }
    var matrix = packed.get();
    var few = partitioned(matrix, PartProduct.byVectors(matrix), bias);
    var many =
        BlockProduct.fits(matrix)
            ? byBlocks(matrix, bias)
            : new OperatorMatrix(decoder, threads, index, bias);
    return new FewRowsMatrix(few, many, matrix.bf16() ? FEW_BF16 : FEW);
  }

  private StepMatrix byBlocks(PackedMatrix matrix, int bias) {
    return partitioned(matrix, PartProduct.byBlocks(matrix), bias);
  }

  private StepMatrix partitioned(PackedMatrix matrix, PartProduct product, int bias) {
    float[] numbers = bias < 0 ? new float[0] : vector(bias);
    return new PartitionedMatrix(decoder, matrix, product, numbers, threads);
  }

  private RmsNorm norm(int parameter) {
    return new RmsNorm(vector(parameter), config.normEpsilon());
  }

  private float[] vector(int parameter) {
    var array = decoder.weights().get(parameter);
    var values = new float[Math.toIntExact(array.size())];
    decoder.numbers(array).read(0, values, 0, values.length);
    return values;
  }

  @Override
  public NextTokens run(
      NDManager scope, long[] ids, long[] positions, KvCache cache, boolean logits) {
    var now = batchOf(ids.length);
    now.start(ids);
    int longest = Math.toIntExact(Arrays.stream(positions).max().orElseThrow() + 1);
    var table = decoder.rotaryTable(longest);
    for (int i = 0; i < layers.size(); i++) {
      var layer = layers.get(i);
      try (var projected = layer.projection.times(scope, now.normed, now.projected)) {
        now.attend(
            new CachedAttention.Layer(
                projected.numbers(),
                layer.queryNorm,
                layer.keyNorm,
                cache.numbers(),
                i * cache.numbersPerLayer(),
                cache.slots(),
                now.attended.numbers()),
            table,
            positions);
      }
      now.add(scope, layer.output, now.attended, layer.feedForwardNorm);
      layer.gateAndUp.gate(scope, now.normed, now.gated.numbers());
      now.add(
          scope,
          layer.down,
          now.gated,
          i + 1 < layers.size() ? layers.get(i + 1).attentionNorm : lastNorm);
    }
    return outputLayer.next(scope, now.normed, logits);
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
    outputLayer.close();
    for (var layer : layers) {
      layer.projection.close();
      layer.output.close();
      layer.gateAndUp.close();
      layer.down.close();
    }
  }

  /// The buffers of so many rows, and what is done to them.
  private final class Batch implements AutoCloseable {
    final int rows;
    final int hidden = config.hiddenSize();
    final NDManager manager = decoder.manager().newSubManager();
    final Numbers stream;
    final Numbers projected;
    final StepMatrix.Input normed;
    final StepMatrix.Input attended;
    final StepMatrix.Input gated;

    Batch(int rows) {
      this.rows = rows;
      int heads = config.heads() + 2 * config.keyValueHeads();
      this.stream = room(hidden);
      this.projected = room(heads * config.headSize());
      this.normed = input(hidden);
      this.attended = input(config.heads() * config.headSize());
      this.gated = input(config.intermediateSize());
    }

    private Numbers room(int size) {
      return new Numbers(ArrayMemory.of(decoder.room(manager, rows, size, Precision.FP32)), false);
    }

    private StepMatrix.Input input(int size) {
      var array = decoder.room(manager, rows, size, decoder.precision());
      return new StepMatrix.Input(Argument.of(array), decoder.numbers(array), rows);
    }

    /// The tokens' embeddings, normalised for the first layer.
    void start(long[] tokens) {
      float[] values = threads.room(hidden).values();
      for (int row = 0; row < rows; row++) {
        embedding.read(tokens[row] * hidden, values, 0, hidden);
        stream.write(values, 0, hidden, (long) row * hidden);
        normalise(row, layers.getFirst().attentionNorm);
      }
    }

    void attend(CachedAttention.Layer layer, RotaryTable table, long[] positions) {
      int heads = config.keyValueHeads();
      long read = 2L * heads * config.headSize() * Arrays.stream(positions).sum();
      threads.tiled(
          rows * heads,
          read,
          task -> {
            int row = task / heads;
            attention.attend(
                layer, table.cos(), table.sin(), row, task % heads, (int) positions[row]);
          });
    }

    /// Adds a product to the stream and normalises the sum for the next one.
    void add(NDManager scope, StepMatrix matrix, StepMatrix.Input input, RmsNorm norm) {
      matrix.addTo(scope, input, stream, row -> normalise(row, norm));
    }

    private void normalise(int row, RmsNorm norm) {
      float[] values = threads.room(hidden).values();
      stream.read((long) row * hidden, values, 0, hidden);
      norm.apply(values, 0, values, 0);
      normed.numbers().write(values, 0, hidden, (long) row * hidden);
    }

    @Override
    public void close() {
      normed.argument().close();
      attended.argument().close();
      gated.argument().close();
      manager.close();
    }
  }
}

package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import dev.cft.lm.torch.Argument;
import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.torch.PackedMatrix;
import dev.cft.lm.vector.AttentionHeads;
import dev.cft.lm.vector.BlockProduct;
import dev.cft.lm.vector.Int8Matrix;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.PartProduct;
import dev.cft.lm.vector.Piece;
import dev.cft.lm.vector.RmsNorm;
import dev.cft.lm.vector.VectorProduct;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A model's layers as Java computes them, by the processor's vectors and by the products of blocks
/// that PyTorch's operators are made of: a few passes over memory that is still warm instead of
/// some forty operators a layer (ADR 83, 84, 86, 87). The residual stream is fp32 in either
/// precision.
final class VectorLayers implements AutoCloseable {
  /// Up to so many rows, a matrix takes longer to be read than to be multiplied by Java's vectors
  /// (our choice; with 16 rows, in bf16 with 6, PyTorch's product of blocks is faster: ADR 86).
  private static final int FEW = 8;

  private static final int FEW_BF16 = 4;

  private final Decoder decoder;
  private final ModelConfig config;
  private final StepThreads threads;
  private final Numbers embedding;
  private final RmsNorm lastNorm;
  private final StepMatrix outputLayer;
  private final List<Layer> layers = new ArrayList<>();
  private @Nullable Batch newest;

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

  VectorLayers(Decoder decoder, StepThreads threads) {
    this.decoder = decoder;
    this.config = decoder.config();
    this.threads = threads;
    int hidden = config.hiddenSize();
    this.embedding =
        decoder.numbers(decoder.weights().getFirst(), (long) config.vocabularySize() * hidden);
    this.lastNorm = norm(1);
    this.outputLayer = outputLayer(decoder.outputLayer());
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer(ParameterLayout.start(config) + i * ParameterLayout.perLayer(config)));
    }
  }

  static AttentionHeads heads(ModelConfig config) {
    return new AttentionHeads(config.heads(), config.keyValueHeads(), config.headSize());
  }

  private StepMatrix outputLayer(int index) {
    var whole = matrix(index, -1);
    return decoder
        .packedMatrix(index)
        .filter(Int8Matrix::fits)
        .<StepMatrix>map(matrix -> new ScreenedMatrix(whole, matrix, decoder, threads))
        .orElse(whole);
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
    var few = partitioned(matrix, new VectorProduct(matrix), bias);
    var many =
        BlockProduct.fits(matrix)
            ? byBlocks(matrix, bias)
            : new OperatorMatrix(decoder, threads, index, bias);
    return new FewRowsMatrix(few, many, matrix.bf16() ? FEW_BF16 : FEW);
  }

  private StepMatrix byBlocks(PackedMatrix matrix, int bias) {
    return partitioned(matrix, new BlockProduct(matrix), bias);
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

  /// The attention of a batch's rows in one layer.
  interface Attention {
    /// Writes it into the layer's result.
    ///
    /// @param index which layer
    void attend(int index, AttentionHeads.Layer layer);
  }

  /// The attention of each row's newest token in one layer.
  interface NewestAttention {
    /// What writes it into the layer's result, for one row and key head; as many as there are of
    /// both may be done at once.
    ///
    /// @param index which layer
    IntConsumer task(int index, AttentionHeads.Layer layer, Piece newest, RotaryTable table);
  }

  /// Passes token `ids[i]` of row i at `positions[i]` through the model.
  ///
  /// @param logits whether anybody wants to know more than the likeliest tokens
  /// @return what comes next in each row
  NextTokens step(
      NDManager scope, long[] ids, long[] positions, boolean logits, NewestAttention attention) {
    var newest = Piece.ofNewest(positions);
    var table = decoder.rotaryTable(newest.end());
    var now = newest(ids.length);
    int tasks = newest.rows() * config.keyValueHeads();
    long read = 2L * config.keyValueHeads() * config.headSize() * newest.attended();
    pass(
        scope,
        now,
        ids,
        (index, layer) -> threads.tiled(tasks, read, attention.task(index, layer, newest, table)));
    return outputLayer.next(scope, now.normed, logits);
  }

  /// Buffers of the newest token of so many rows, which are kept for the next step.
  private Batch newest(int rows) {
    if (newest == null || newest.rows() != rows) {
      closeNewest();
      newest = new Batch(rows);
    }
    return newest;
  }

  private void closeNewest() {
    if (newest != null) {
      newest.close();
      newest = null;
    }
  }

  /// Passes one token for each of the batch's rows through all layers.
  void pass(NDManager scope, Batch now, long[] ids, Attention attention) {
    now.start(ids);
    for (int i = 0; i < layers.size(); i++) {
      var layer = layers.get(i);
      try (var projected = layer.projection.times(scope, now.normed, now.projected)) {
        attention.attend(
            i,
            new AttentionHeads.Layer(
                projected.numbers(), layer.queryNorm, layer.keyNorm, now.attended.numbers()));
      }
      now.add(scope, layer.output, now.attended, layer.feedForwardNorm);
      layer.gateAndUp.gate(scope, now.normed, now.gated.numbers());
      now.add(
          scope,
          layer.down,
          now.gated,
          i + 1 < layers.size() ? layers.get(i + 1).attentionNorm : lastNorm);
    }
  }

  @Override
  public void close() {
    closeNewest();
    outputLayer.close();
    for (var layer : layers) {
      layer.projection.close();
      layer.output.close();
      layer.gateAndUp.close();
      layer.down.close();
    }
  }

  /// The buffers of so many rows, and what is done to them.
  final class Batch implements AutoCloseable {
    private final int rows;
    private final int hidden = config.hiddenSize();
    private final NDManager manager = decoder.manager().newSubManager();
    private final Numbers stream;
    private final Numbers projected;
    private final StepMatrix.Input normed;
    private final StepMatrix.Input attended;
    private final StepMatrix.Input gated;

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

    int rows() {
      return rows;
    }

    /// The tokens' embeddings, normalised for the first layer.
    private void start(long[] tokens) {
      threads.run(
          rows,
          (long) rows * hidden,
          row -> {
            float[] values = threads.room(hidden).values();
            embedding.read(tokens[row] * hidden, values, 0, hidden);
            stream.write(values, 0, hidden, (long) row * hidden);
            normalise(row, layers.getFirst().attentionNorm);
          });
    }

    /// Writes what came out of the last layer, before its norm, to a row of others' numbers.
    void copyState(int row, Numbers to, int place) {
      float[] values = threads.room(hidden).values();
      stream.read((long) row * hidden, values, 0, hidden);
      to.write(values, 0, hidden, (long) place * hidden);
    }

    /// Adds a product to the stream and normalises the sum for the next one.
    private void add(NDManager scope, StepMatrix matrix, StepMatrix.Input input, RmsNorm norm) {
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

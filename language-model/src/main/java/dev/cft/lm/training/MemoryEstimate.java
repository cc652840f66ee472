package dev.cft.lm.training;

import dev.cft.lm.ModelConfig;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How much memory a training process will need at most, in bytes, told before it starts.
///
/// Weights, gradients and moments are counted as the trainer holds them: 16 bytes a parameter in
/// fp32, as in ZeRO (arXiv 1910.02054, section 3.1). Activations are what `trainer.py` saves of a
/// forward pass, counted array by array in the manner of arXiv 2205.05198, section 4.
///
/// @param weights with the bf16 copy where there is one
/// @param optimizer both moments, and the carried rounding of pure bf16
/// @param activations of one forward pass and the way back through one layer
/// @param overhead what the process needs besides
public record MemoryEstimate(
    long weights, long gradients, long optimizer, long activations, long overhead) {
  /// Resident memory of the JVM with libtorch, measured with a model of 28,000 parameters
  /// (docs/training.md); a CUDA context takes about as much of the device's.
  static final long PROCESS = 500L << 20;

  /// Queries of a block of attention, in `trainer.py`.
  private static final int BLOCK = 128;

  /// Tokens whose logits exist at once, in `trainer.py`.
  private static final int LOGITS = 256;

  /// Longest row whose attention probabilities are kept, in `trainer.py`.
  private static final int KEPT = 512;

  /// How the model is trained.
  ///
  /// @param precision `fp32`, `bf16` or `pure_bf16`
  /// @param loraRank null where all weights are trained
  /// @param loraTargets modules that get adapters; empty for all
  public record Setup(
      String precision, boolean recompute, @Nullable Integer loraRank, Set<String> loraTargets) {
    public Setup {
      loraTargets = Set.copyOf(loraTargets);
    }
  }

  /// The largest forward pass.
  ///
  /// @param rows at once
  /// @param longest tokens of the longest row
  public record Pass(int rows, int longest) {
    long tokens() {
      return (long) rows * longest;
    }
  }

  /// The sum of all parts.
  public long total() {
    return weights + gradients + optimizer + activations + overhead;
  }

  /// The larger of what the two types of products need: which one a processor is faster in is known
  /// only there.
  public static MemoryEstimate of(ModelConfig config, Setup setup, Pass pass) {
    var inFp32 = new Counting(config, setup, pass, 4).estimate();
    if (setup.precision().equals("fp32")) {
      return inFp32;
    }
    var inBf16 = new Counting(config, setup, pass, 2).estimate();
    return inBf16.total() > inFp32.total() ? inBf16 : inFp32;
  }

  /// What one of several devices needs where they share weights, gradients and moments (ZeRO stage
  /// 3, arXiv 1910.02054, section 5.3) under the Hugging Face trainer. The states are DeepSpeed's
  /// own estimate (`estimate_zero3_model_states_mem_needs`): in bf16 18 bytes a parameter over all
  /// devices, and 4 for each of the largest layer, which every device gathers whole. Attention
  /// keeps no probabilities, and the logits of all tokens of a pass exist at once.
  ///
  /// @param devices at least 1
  public static MemoryEstimate shared(ModelConfig config, Setup setup, Pass pass, int devices) {
    int b = setup.precision().equals("fp32") ? 4 : 2;
    return new Counting(config, setup, pass, b).shared(devices);
  }

  /// Weights of a model.
  static long parameters(ModelConfig config) {
    long embeddings = (long) config.vocabularySize() * config.hiddenSize();
    return embeddings * (config.tied() ? 1 : 2)
        + config.hiddenSize()
        + config.layers() * layer(config);
  }

  private static long layer(ModelConfig config) {
    long h = config.hiddenSize();
    long d = config.headSize();
    long qkv = (config.heads() + 2L * config.keyValueHeads()) * d;
    return h * qkv
        + h * config.heads() * d
        + 3 * h * config.intermediateSize()
        + 2 * h
        + (config.qkvBias() ? qkv : 0)
        + (config.qkNorm() ? 2 * d : 0);
  }

  /// Weights of the adapters of a model.
  static long adapters(ModelConfig config, int rank, Set<String> targets) {
    long h = config.hiddenSize();
    long q = (long) config.heads() * config.headSize();
    long kv = (long) config.keyValueHeads() * config.headSize();
    long i = config.intermediateSize();
    long[] sizes = {h + q, h + kv, h + kv, q + h, h + i, h + i, i + h};
    long sum = 0;
    for (int m = 0; m < sizes.length; m++) {
      sum += targets.isEmpty() || targets.contains(Lora.MODULES.get(m)) ? sizes[m] : 0;
    }
    return (long) config.layers() * rank * sum;
  }

  /// Bytes of a checkpoint: fp32 weights, and what a resume needs.
  ///
  /// @return weights, then the rest
  public static long[] checkpoint(ModelConfig config, Setup setup) {
    long weights = 4 * parameters(config);
    if (setup.loraRank() != null) {
      return new long[] {weights, 12 * adapters(config, setup.loraRank(), setup.loraTargets())};
    }
    return new long[] {weights, (setup.precision().equals("pure_bf16") ? 3 : 2) * weights};
  }

  /// The arithmetic, for products in a type of `b` bytes.
  private record Counting(ModelConfig c, Setup setup, Pass pass, int b) {
    MemoryEstimate estimate() {
      long p = parameters(c);
      boolean pure = setup.precision().equals("pure_bf16");
      boolean copied = setup.precision().equals("bf16") && b == 2;
      long embedding = (long) c.vocabularySize() * c.hiddenSize();
      long overhead = PROCESS + 8 * embedding;
      if (setup.loraRank() != null) {
        long a = adapters(c, setup.loraRank(), setup.loraTargets());
        long frozen = pure || copied ? 2 : 4;
        return new MemoryEstimate(
            frozen * p + 4 * a, 4 * a, 8 * a, activations() + b * embedding, overhead);
      }
      return new MemoryEstimate(
          (pure ? 2 : 4) * p + (copied ? 2 * p : 0),
          (pure ? 2 : 4) * p,
          8 * p,
          activations() + (copied ? 2 * embedding : 0),
          overhead);
    }

    MemoryEstimate shared(int devices) {
      long p = parameters(c);
      long a = setup.loraRank() == null ? p : adapters(c, setup.loraRank(), setup.loraTargets());
      long frozen = setup.loraRank() == null ? 0 : p;
      long largest = Math.max((long) c.vocabularySize() * c.hiddenSize(), layer(c));
      return new MemoryEstimate(
          b * (frozen + a) / devices + 4 * largest,
          4 * a / devices,
          (b == 2 ? 12 : 8) * a / devices,
          unfused(),
          PROCESS);
    }

    /// Activations where the trainer is Hugging Face's.
    private long unfused() {
      long n = pass.tokens();
      long layers =
          setup.recompute() ? n * b * c.hiddenSize() * c.layers() + kept() : kept() * c.layers();
      long logits = n * c.vocabularySize() * (2L * b + 2 * 4);
      return layers + wayBack() + logits + n * 4 * 4 * c.hiddenSize();
    }

    private long activations() {
      long n = pass.tokens();
      long layers =
          setup.recompute() ? n * 4 * c.hiddenSize() * c.layers() + saved() : saved() * c.layers();
      long logits = (long) LOGITS * c.vocabularySize() * b;
      long ends = n * 4 * 4 * c.hiddenSize();
      return layers + wayBack() + logits + ends;
    }

    /// What a layer keeps of its forward pass.
    private long saved() {
      return kept() + probabilities();
    }

    private long kept() {
      long d = c.headSize();
      long qkv = (c.heads() + 2L * c.keyValueHeads()) * d;
      long normed = c.qkNorm() ? (long) (c.heads() + c.keyValueHeads()) * d : 0;
      long perToken =
          8L * c.hiddenSize() + b * (qkv + normed + c.heads() * d + 2L * c.intermediateSize());
      return pass.tokens() * perToken;
    }

    private long probabilities() {
      long t = pass.longest();
      boolean kept = t <= KEPT || setup.recompute();
      return kept ? (long) pass.rows() * b * c.heads() * (t * t + BLOCK * t) / 2 : 0;
    }

    /// The arrays that exist at once on the way back through a layer's MLP, the widest part.
    private long wayBack() {
      return pass.tokens()
          * (b * (5L * c.intermediateSize() + 3L * c.hiddenSize()) + 20L * c.hiddenSize());
    }
  }
}

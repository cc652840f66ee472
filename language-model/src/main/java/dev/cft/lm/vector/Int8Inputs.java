package dev.cft.lm.vector;

import dev.cft.lm.torch.PackedMatrix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// How the inputs of a matrix are rounded to 8 bits: each is divided by a power of two, by which
/// the matrix's column is multiplied, so that both suffer as little as they can (SmoothQuant, Xiao
/// et al. 2022, equation 4), and the few that are much larger than the others get two bytes
/// (LLM.int8(), Dettmers et al. 2022, gives them 16 bits). Neither changes a product, only how much
/// is lost by rounding.
///
/// The columns are the inputs', then one more for each of the large ones, then zeros up to a
/// multiple of four.
public final class Int8Inputs {
  /// How many inputs get two bytes (our choice, as [#POWER]: of 0, 16 and 32 and of 0 and 0.3 the
  /// fewest outputs were left to compute exactly: ADR 89).
  private static final int LARGE = 16;

  private static final double POWER = 0.3;

  /// The highest number of a byte that has its negative, too.
  static final int BYTE = 127;

  /// No power of two beyond 2 to this or below its inverse.
  private static final int MOST = 20;

  /// Less than so much of the median counts as that much: the rows seen may not be all there is.
  private static final double LEAST = 0.1;

  private final float[] scales;
  private final int[] large;
  private final float[] perScale;
  private final float[] most;
  private final float[] perMost;

  private Int8Inputs(float[] scales, int[] large) {
    this.scales = scales;
    this.large = large;
    int whole = Int8Rows.whole(scales.length);
    this.perScale = new float[whole];
    this.most = new float[whole];
    this.perMost = new float[whole];
    Arrays.fill(most, 0, scales.length, BYTE);
    for (int input : large) {
      most[input] = 2 * BYTE;
    }
    for (int i = 0; i < scales.length; i++) {
      perScale[i] = 1 / scales[i];
      perMost[i] = 1 / most[i];
    }
  }

  /// Chooses scales and large inputs by the rows seen.
  ///
  /// @param magnitudes of each input, the mean over some rows or a multiple of it
  public static Int8Inputs of(double[] magnitudes, PackedMatrix matrix) {
    double[] weights = Int8Packing.magnitudes(matrix);
    double[] sorted = magnitudes.clone();
    Arrays.sort(sorted);
    double least = LEAST * sorted[sorted.length / 2];
    var scales = new float[magnitudes.length];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = scale(Math.max(magnitudes[i], least) / weights[i]);
    }
    int[] large =
        IntStream.range(0, scales.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -magnitudes[i] / scales[i]))
            .limit(LARGE)
            .mapToInt(i -> i)
            .sorted()
            .toArray();
    return new Int8Inputs(scales, large);
  }

  private static float scale(double ratio) {
    double exponent = POWER * Math.log(ratio) / Math.log(2);
    if (!Double.isFinite(exponent)) {
      return 1;
    }
    return Math.scalb(1f, (int) Math.clamp(Math.rint(exponent), -MOST, MOST));
  }

  /// How many there are.
  int count() {
    return scales.length;
  }

  /// Bytes of a row.
  int columns() {
    return Math.ceilDiv(scales.length + large.length, 4) * 4;
  }

  /// What an input is divided by.
  float scale(int input) {
    return scales[input];
  }

  /// The scales' inverses, filled up with zeros to whole vectors.
  float[] perScale() {
    return perScale;
  }

  /// How many steps an input can be told by, filled up likewise.
  float[] most() {
    return most;
  }

  /// The inverses of those.
  float[] perMost() {
    return perMost;
  }

  /// Which input a column is of; as many as there are, if of none.
  int input(int column) {
    if (column < scales.length) {
      return column;
    }
    int extra = column - scales.length;
    return extra < large.length ? large[extra] : scales.length;
  }
}

package dev.cft.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.torch.PackedMatrix;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The oracle is the whole product, of which the first of the highest is wanted.
class ScreenTest {
  private final Random random = new Random(11);
  private final Arena arena = Arena.ofShared();
  private Packing packing;

  @BeforeEach
  void bytes_can_be_multiplied() {
    assumeTrue(PackedMatrix.available(), "no PyTorch that tells where a packed matrix lies");
    assumeTrue(Brgemm.int8Available(), "no products of bytes in this processor, or no Linux");
    packing = new Packing();
  }

  @AfterEach
  void all_is_given_back() {
    arena.close();
    if (packing != null) {
      packing.close();
    }
  }

  /// As a model's hidden states are: some inputs are much larger than the others.
  private float[] drawn(int rows, int columns, boolean large) {
    var values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      float scale = large && i % columns % 29 == 3 ? 40 : 1;
      values[i] = scale * (float) random.nextGaussian();
    }
    return values;
  }

  private Numbers numbers(float[] values, int rows, boolean bf16) {
    return new Numbers(
        ArrayMemory.of(packing.array(values, rows, values.length / rows, bf16)), bf16);
  }

  private Int8Matrix copy(PackedMatrix matrix, float[] x, int rows) {
    var magnitudes = new double[matrix.inputs()];
    for (int i = 0; i < rows * matrix.inputs(); i++) {
      magnitudes[i % matrix.inputs()] += Math.abs(x[i]);
    }
    var inputs = Int8Inputs.of(magnitudes, matrix);
    var bytes = arena.allocate(Int8Matrix.size(matrix, inputs), 64);
    bytes.fill((byte) 77);
    var copy = new Int8Matrix(matrix, inputs, bytes);
    int half = copy.blocks() / 2;
    copy.pack(half, copy.blocks());
    copy.pack(0, half);
    return copy;
  }

  private boolean holds(Int8Matrix copy) {
    var holds = new boolean[1];
    Brgemm.tiled(() -> holds[0] = copy.holds(arena.allocate(256, 64)));
    return holds[0];
  }

  private Numbers room(int count) {
    return new Numbers(arena.allocate(4L * count, 64), false);
  }

  /// `[rows, outputs]`, by all rows at once.
  private Numbers whole(PartProduct product, Numbers x, int rows, int outputs) {
    var result = room(rows * outputs);
    Brgemm.tiled(() -> {
      product.take(x, rows);
      product.multiply(0, outputs, new Sums(result, 0, outputs, false));
    });
    return result;
  }

  private static int[] likeliest(Numbers logits, int rows, int outputs) {
    var tokens = new int[rows];
    Arrays.setAll(
        tokens, row -> logits.indexOfMost((long) row * outputs, outputs, Float.NEGATIVE_INFINITY));
    return tokens;
  }

  /// @param left how many groups could not be ruled out, of all rows
  private int[] screened(Int8Matrix copy, PartProduct exact, Numbers x, int rows, int[] left) {
    var screen = new Screen(copy, rows);
    var tokens = new int[rows];
    Brgemm.tiled(() -> {
      for (int row = 0; row < rows; row++) {
        assertThat(screen.take(x, row, new float[copy.rowSize()])).isTrue();
      }
      int part = copy.blocks() / 3;
      var sums = arena.allocate(4L * 64 * Math.min(32, rows), 64);
      screen.bound(part, copy.blocks(), sums);
      screen.bound(0, part, sums);
      var room = room(Int8Matrix.GROUP);
      for (int row = 0; row < rows; row++) {
        left[0] += screen.begin(exact, x, row, room);
        tokens[row] = screen.end(exact, x, row, room);
      }
    });
    return tokens;
  }

  private static PartProduct product(String how, PackedMatrix matrix) {
    if (how.equals("blocks")) {
      assumeTrue(BlockProduct.fits(matrix), "no bf16 products in this processor");
      return new BlockProduct(matrix);
    }
    assumeTrue(VectorProduct.fits(matrix), "blocks are not four of this processor's vectors wide");
    return new VectorProduct(matrix);
  }

  @ParameterizedTest
  @CsvSource({
    "blocks, 1000, 576, 32, true",
    "blocks, 1000, 576, 40, false",
    "blocks, 1000, 70, 5, true",
    "blocks, 49, 70, 1, false",
    "blocks, 49, 6, 40, true",
    "blocks, 4096, 71, 32, false",
    "vectors, 1000, 576, 1, true",
    "vectors, 1000, 71, 1, false",
    "vectors, 1000, 576, 4, true",
    "vectors, 100, 63, 5, false",
    "vectors, 20000, 64, 3, true"
  })
  void what_is_found_is_the_first_of_the_highest(
      String how, int outputs, int inputs, int rows, boolean bf16) {
    var matrix = packing.matrix(drawn(outputs, inputs, false), outputs, bf16);
    float[] values = drawn(rows, inputs, true);
    var x = numbers(values, rows, bf16);
    var exact = product(how, matrix);
    var copy = copy(matrix, values, rows);
    var left = new int[1];

    int[] found = screened(copy, exact, x, rows, left);

    assertThat(holds(copy)).isTrue();
    assertThat(found).isEqualTo(likeliest(whole(exact, x, rows, outputs), rows, outputs));
    if (outputs > 10_000) {
      assertThat(left[0]).isLessThan(rows * copy.groups() / 10);
    }
  }

  /// Of this the answer's last bit depends.
  @ParameterizedTest
  @CsvSource({"blocks, true", "blocks, false", "vectors, true", "vectors, false"})
  void a_row_alone_has_the_bits_that_it_has_among_others(String how, boolean bf16) {
    int outputs = 1000;
    int rows = how.equals("blocks") ? 40 : 7;
    var matrix = packing.matrix(drawn(outputs, 576, false), outputs, bf16);
    var x = numbers(drawn(rows, 576, true), rows, bf16);
    var product = product(how, matrix);
    var together = whole(product, x, rows, outputs);
    var alone = room(Int8Matrix.GROUP);

    for (int row = 0; row < rows; row++) {
      var one = new Numbers(x.memory().asSlice((long) row * 576 * x.size()), bf16);
      Brgemm.tiled(() -> {
        product.take(one, 1);
        product.multiply(960, 992, new Sums(alone, 0, Int8Matrix.GROUP, false));
      });
      for (int i = 0; i < 32; i++) {
        assertThat(alone.read(i)).isEqualTo(together.read((long) row * outputs + 960 + i));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"576, true", "576, false", "71, false", "6, true"})
  void no_output_is_above_its_bound(int inputs, boolean bf16) {
    int outputs = 1000;
    int rows = 40;
    var matrix = packing.matrix(drawn(outputs, inputs, false), outputs, bf16);
    float[] values = drawn(rows, inputs, true);
    var x = numbers(values, rows, bf16);
    var copy = copy(matrix, values, 3);
    var logits = whole(product("blocks", matrix), x, rows, outputs);
    var taken = new Int8Rows(copy.inputs(), rows);
    var bounds = new int[rows * copy.groups()];
    for (int row = 0; row < rows; row++) {
      var room = new float[copy.rowSize()];
      x.read((long) row * inputs, room, 0, inputs);
      assertThat(taken.round(row, room)).isTrue();
    }

    Brgemm.tiled(
        () -> copy.bounds(taken, 0, copy.blocks(), arena.allocate(4L * 64 * 32, 64), bounds));

    double slack = 0;
    for (int row = 0; row < rows; row++) {
      for (int group = 0; group < copy.groups(); group++) {
        int first = group * Int8Matrix.GROUP;
        int count = Math.min(Int8Matrix.GROUP, outputs - first);
        long at = (long) row * outputs + first;
        float most = logits.read(at + logits.indexOfMost(at, count, Float.NEGATIVE_INFINITY));
        float bound = value(bounds[row * copy.groups() + group]);
        assertThat(bound).isGreaterThanOrEqualTo(most);
        slack += (bound - most) / (rows * copy.groups());
      }
    }
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value / rows;
    }
    assertThat(slack).isLessThan(0.03 * Math.sqrt(squares * inputs));
  }

  private static float value(int ordered) {
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
  }

  @Test
  void floats_keep_their_order() {
    float[] values = {Float.NEGATIVE_INFINITY, -2, -1.5f, -0f, 0, Float.MIN_VALUE, 1, 3e38f};

    for (int i = 1; i < values.length; i++) {
      assertThat(Int8Matrix.ordered(values[i])).isGreaterThan(Int8Matrix.ordered(values[i - 1]));
      assertThat(value(Int8Matrix.ordered(values[i]))).isEqualTo(values[i]);
    }
  }

  /// All outputs are equal but for one bit of one weight.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void equal_outputs_give_the_first_and_nearly_equal_ones_the_highest(boolean bf16) {
    int outputs = 1000;
    float[] one = drawn(1, 64, false);
    var weights = new float[outputs * 64];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.abs(one[i % 64]);
    }
    float[] values = new float[64];
    Arrays.fill(values, 0.75f);
    var x = numbers(values, 1, bf16);
    var same = packing.matrix(weights, outputs, bf16);
    weights[777 * 64 + 5] *= bf16 ? 1.01f : 1.00001f;
    var higher = packing.matrix(weights, outputs, bf16);
    var left = new int[1];

    assertThat(screened(copy(same, values, 1), product("blocks", same), x, 1, left))
        .containsExactly(0);
    assertThat(left[0]).isEqualTo(31);
    assertThat(screened(copy(higher, values, 1), product("blocks", higher), x, 1, left))
        .containsExactly(777);
  }

  @Test
  void a_row_that_has_no_bounds_is_not_taken() {
    var matrix = packing.matrix(drawn(100, 64, false), 100, false);
    var copy = copy(matrix, drawn(3, 64, false), 3);
    var screen = new Screen(copy, 5);
    float[] values = drawn(5, 64, false);
    Arrays.fill(values, 0, 64, 0f);
    values[64 + 63] = Float.NaN;
    values[2 * 64] = Float.NEGATIVE_INFINITY;
    values[3 * 64 + 1] = 1e30f;
    var x = numbers(values, 5, false);

    for (int row = 0; row < 5; row++) {
      assertThat(screen.take(x, row, new float[copy.rowSize()])).isEqualTo(row == 4);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e30f})
  void a_matrix_that_has_no_bounds_is_told(float number) {
    float[] weights = drawn(100, 64, false);
    weights[99 * 64 + 7] = number;
    var copy = copy(packing.matrix(weights, 100, false), drawn(3, 64, false), 3);

    assertThat(holds(copy)).isFalse();
  }

  /// Zeros among the weights and the inputs' magnitudes.
  @Test
  void nothing_is_divided_by_zero() {
    float[] weights = drawn(100, 64, false);
    Arrays.fill(weights, 0, 64, 0f);
    for (int output = 0; output < 100; output++) {
      weights[output * 64 + 9] = 0;
    }
    var matrix = packing.matrix(weights, 100, false);
    float[] values = drawn(2, 64, false);
    var copy = copy(matrix, new float[64], 1);
    var x = numbers(values, 2, false);
    var exact = product("blocks", matrix);

    assertThat(holds(copy)).isTrue();
    assertThat(screened(copy, exact, x, 2, new int[1]))
        .isEqualTo(likeliest(whole(exact, x, 2, 100), 2, 100));
  }
}

package dev.cft.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.torch.PackedMatrix;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartProductTest {
  private final Random random = new Random(7);

  @BeforeEach
  void the_memory_can_be_reached() {
    assumeTrue(PackedMatrix.available(), "no PyTorch that tells where a packed matrix lies");
  }

  /// Numbers that bf16 holds exactly.
  private float[] drawn(int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(-64, 65) / 64f;
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "64, 64, 1",
    "960, 576, 8",
    "576, 1536, 16",
    "576, 1536, 32",
    "1000, 896, 17",
    "100, 70, 5",
    "49, 6, 40",
    "3072, 576, 100"
  })
  void blocks_give_parts_of_the_product(int outputs, int inputs, int rows) {
    productInParts("blocks", outputs, inputs, rows, false);
    assumeTrue(Brgemm.available(true), "no bf16 products in this processor, or no Linux");
    productInParts("blocks", outputs, inputs, rows, true);
  }

  @ParameterizedTest
  @CsvSource({
    "64, 64, 1, false",
    "64, 64, 1, true",
    "960, 576, 1, false",
    "960, 576, 1, true",
    "960, 576, 2, true",
    "576, 1536, 3, false",
    "576, 1536, 4, true",
    "1000, 896, 5, false",
    "1000, 896, 5, true",
    "100, 70, 8, true",
    "100, 63, 8, false",
    "49, 6, 40, false",
    "3072, 576, 100, false"
  })
  void vectors_give_parts_of_the_product(int outputs, int inputs, int rows, boolean bf16) {
    productInParts("vectors", outputs, inputs, rows, bf16);
  }

  /// Two parts, of which the first is added to what is there.
  private void productInParts(String how, int outputs, int inputs, int rows, boolean bf16) {
    float[] weights = drawn(outputs * inputs);
    float[] x = drawn(rows * inputs);
    int step = outputs + 3;
    try (var packing = new Packing();
        var arena = Arena.ofConfined()) {
      var matrix = packing.matrix(weights, outputs, bf16);
      var product = product(how, matrix);
      var input = packing.array(x, rows, inputs, bf16);
      var result = new Numbers(arena.allocate(4L * rows * step, 64), false);
      result.write(new float[] {100}, 0, 1, 0);
      result.write(new float[] {5}, 0, 1, outputs);
      int half = outputs / 3 + 1;
      Brgemm.tiled(() -> {
        product.take(new Numbers(ArrayMemory.of(input), bf16), rows);
        product.multiply(0, half, new Sums(result, 0, step, true));
        product.multiply(half, outputs, new Sums(result, half, step, false));
      });

      for (int row = 0; row < rows; row++) {
        for (int output = 0; output < outputs; output++) {
          double expected = row == 0 && output == 0 ? 100 : 0;
          for (int i = 0; i < inputs; i++) {
            expected += weights[output * inputs + i] * x[row * inputs + i];
          }
          assertThat((double) result.read((long) row * step + output))
              .isCloseTo(expected, within(1e-3));
        }
      }
      assertThat(result.read(outputs)).isEqualTo(5);
    }
  }

  private static PartProduct product(String how, PackedMatrix matrix) {
    if (how.equals("blocks")) {
      assertThat(BlockProduct.fits(matrix)).isTrue();
      return new BlockProduct(matrix);
    }
    assumeTrue(VectorProduct.fits(matrix), "blocks are not four of this processor's vectors wide");
    return new VectorProduct(matrix);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void an_order_that_we_do_not_know_is_not_taken_for_one_that_we_do(boolean bf16) {
    try (var packing = new Packing()) {
      var plain = packing.array(drawn(64 * 64), 64, 64, bf16);
      var other = packing.array(drawn(64 * 64), 64, 64, bf16);
      var odd = packing.array(drawn(64 * 63), 64, 63, bf16);

      assertThat(PackedMatrix.of(packing.packed(plain), plain, bf16)).isPresent();
      assertThat(PackedMatrix.of(packing.packed(other), plain, bf16)).isEmpty();
      assertThat(PackedMatrix.of(packing.packed(odd), odd, bf16).isPresent()).isEqualTo(!bf16);
    }
  }
}

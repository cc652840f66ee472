package dev.cft.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedMatrixTest {
  private final Random random = new Random(7);

  @BeforeEach
  void tiles_are_there() {
    assumeTrue(PackedMatrix.available(), "no tiles (AMX) in this processor, or no Linux");
  }

  /// Numbers that bf16 holds exactly.
  private float[] drawn(int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(-64, 65) / 64f;
    }
    return values;
  }

  private static ScriptModule packing() {
    return ScriptModule.compile(PackedMatrixTest.class, "packing.py", "Packing", Map.of());
  }

  private static NDArray bf16(ScriptModule script, float[] values, int rows, int columns) {
    var manager = script.manager();
    return script
        .infer(manager, "bf16", manager.create(values, new Shape(rows, columns)))
        .getFirst();
  }

  private static NDArray packed(ScriptModule script, NDArray plain) {
    return script.infer(script.manager(), "pack", plain).getFirst();
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
  void parts_of_the_outputs_are_the_product(int outputs, int inputs, int rows) {
    float[] weights = drawn(outputs * inputs);
    float[] x = drawn(rows * inputs);
    int step = outputs + 3;
    int half = outputs / 3 + 1;
    try (var script = packing();
        var arena = Arena.ofConfined()) {
      var plain = bf16(script, weights, outputs, inputs);
      var matrix = PackedMatrix.of(packed(script, plain), plain).orElseThrow();
      var input = ArrayMemory.of(bf16(script, x, rows, inputs));
      var result = arena.allocate(4L * rows * step, 64);
      result.fill((byte) 0);
      result.set(ValueLayout.JAVA_FLOAT, 4L * outputs, 5);
      result.set(ValueLayout.JAVA_FLOAT, 0, 100);

      Brgemm.tiled(() -> {
        matrix.multiply(0, half, input, rows, result, step, true);
        matrix.multiply(half, outputs, input, rows, result.asSlice(4L * half), step, false);
      });

      for (int row = 0; row < rows; row++) {
        for (int output = 0; output < outputs; output++) {
          double expected = row == 0 && output == 0 ? 100 : 0;
          for (int i = 0; i < inputs; i++) {
            expected += weights[output * inputs + i] * x[row * inputs + i];
          }
          assertThat((double) at(result, row * step + output)).isCloseTo(expected, within(1e-3));
        }
      }
      assertThat(at(result, outputs)).isEqualTo(5);
    }
  }

  private static float at(MemorySegment numbers, long index) {
    return numbers.get(ValueLayout.JAVA_FLOAT, 4 * index);
  }

  @Test
  void an_order_that_we_do_not_know_is_not_taken_for_one_that_we_do() {
    try (var script = packing()) {
      var plain = bf16(script, drawn(64 * 64), 64, 64);
      var other = bf16(script, drawn(64 * 64), 64, 64);
      var odd = bf16(script, drawn(64 * 63), 64, 63);

      assertThat(PackedMatrix.of(packed(script, plain), plain)).isPresent();
      assertThat(PackedMatrix.of(packed(script, other), plain)).isEmpty();
      assertThat(PackedMatrix.of(packed(script, odd), odd)).isEmpty();
    }
  }
}

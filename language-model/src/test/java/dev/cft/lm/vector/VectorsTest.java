package dev.cft.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each pass over numbers against the same in doubles, with lengths that are no whole vectors.
@EnabledOnOs(OS.LINUX)
class VectorsTest {
  private final Random random = new Random(1);

  @BeforeAll
  static void pytorch_is_loaded() {
    assertThat(dev.cft.lm.torch.Torch.engine()).isNotNull();
  }

  private float[] drawn(int count) {
    var numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static Numbers memory(int count, boolean bf16) {
    return new Numbers(Arena.ofAuto().allocate((long) count * (bf16 ? 2 : 4), 64), bf16);
  }

  /// The nearest number with eight bits of mantissa, of two equally near the one whose last is 0.
  private static float nearest(float value) {
    double unit = Math.ulp(value) * 65536.0;
    return (float) (Math.rint(value / unit) * unit);
  }

  private static void awaitAll(CountDownLatch all) {
    try {
      assertThat(all.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void numbers_come_back_from_memory(boolean bf16) {
    var numbers = memory(300, bf16);
    float[] written = drawn(200);
    written[3] = 1 + 1 / 256f;
    written[199] = 1 + 3 / 256f;
    written[7] = Float.POSITIVE_INFINITY;
    var read = new float[200];

    numbers.write(written, 0, 200, 50);
    numbers.read(50, read, 0, 200);

    for (int i = 0; i < 200; i++) {
      boolean exact = !bf16 || Float.isInfinite(written[i]);
      assertThat(read[i]).isEqualTo(exact ? written[i] : nearest(written[i]));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_first_of_the_highest_is_found(boolean bf16) {
    int count = 1003;
    var numbers = memory(count, bf16);
    for (int place : new int[] {0, 17, 255, 256, 511, 999, 1002}) {
      float[] values = drawn(count);
      values[place] = 50;
      values[Math.min(count - 1, place + 300)] = 50;
      numbers.write(values, 0, count, 0);

      assertThat(numbers.indexOfMost(0, count, Float.NEGATIVE_INFINITY)).isEqualTo(place);
    }
  }

  @Test
  void nothing_but_nan_has_its_highest_at_0() {
    var numbers = memory(600, false);
    var values = new float[600];
    java.util.Arrays.fill(values, Float.NaN);
    numbers.write(values, 0, 600, 0);

    assertThat(numbers.indexOfMost(0, 600, Float.NEGATIVE_INFINITY)).isEqualTo(-1);
  }

  @Test
  void rms_norm_is_what_its_formula_says() {
    int count = 75;
    float[] x = drawn(count);
    float[] weights = drawn(count);
    double mean = IntStream.range(0, count).mapToDouble(i -> x[i] * (double) x[i]).sum() / count;
    var result = new float[count];

    new RmsNorm(weights, 1e-3).apply(x, 0, result, 0);

    for (int i = 0; i < count; i++) {
      assertThat((double) result[i])
          .isCloseTo(x[i] / Math.sqrt(mean + 1e-3) * weights[i], within(1e-5));
    }
  }

  @Test
  void an_exponential_is_within_two_units_of_the_last_place() {
    for (float x = -85.9f; x < 87.9f; x += 0.0371f) {
      assertThat((double) exp(x))
          .isCloseTo(Math.exp(x), within(2.0 * Math.ulp((float) Math.exp(x))));
    }
  }

  @Test
  void an_exponential_has_its_limits() {
    assertThat(exp(0)).isEqualTo(1);
    assertThat(exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(exp(-1000)).isZero();
    assertThat(exp(Float.POSITIVE_INFINITY)).isFinite().isGreaterThan(1e38f);
    assertThat(exp(Float.NaN)).isNaN();
  }

  @Test
  void a_power_of_two_is_within_two_units_of_the_last_place() {
    for (float x = -125.9f; x < 126.9f; x += 0.0371f) {
      assertThat((double) exp2(x))
          .isCloseTo(Math.pow(2, x), within(2.0 * Math.ulp((float) Math.pow(2, x))));
    }
  }

  @Test
  void a_power_of_two_has_its_limits() {
    assertThat(exp2(0)).isEqualTo(1);
    assertThat(exp2(-3)).isEqualTo(0.125f);
    assertThat(exp2(Float.NEGATIVE_INFINITY)).isEqualTo(Float.MIN_NORMAL);
    assertThat(exp2(Float.NaN)).isNaN();
  }

  private static float exp2(float x) {
    return Lanes.exp2(FloatVector.broadcast(Numbers.FLOATS, x)).lane(0);
  }

  private static float exp(float x) {
    return Lanes.exp(FloatVector.broadcast(Numbers.FLOATS, x)).lane(0);
  }

  @Test
  void lanes_are_summed_in_the_same_order_before_and_after_compilation() {
    float[] x = drawn(Numbers.LANES);
    float first = Lanes.sum(FloatVector.fromArray(Numbers.FLOATS, x, 0));

    for (int i = 0; i < 30_000; i++) {
      assertThat(Lanes.sum(FloatVector.fromArray(Numbers.FLOATS, x, 0))).isEqualTo(first);
    }

    double sum = 0;
    for (float each : x) {
      sum += each;
    }
    assertThat((double) first).isCloseTo(sum, within(1e-5));
  }

  @Test
  void a_gated_unit_is_silu_of_the_gate_times_the_other() {
    float[] gate = drawn(75);
    float[] up = drawn(75);
    gate[0] = -200;
    gate[74] = 200;
    float[] result = java.util.Arrays.copyOf(gate, 150);
    System.arraycopy(up, 0, result, 75, 75);

    Rows.gated(result, 75, 75);

    for (int i = 0; i < 75; i++) {
      assertThat((double) result[i])
          .isCloseTo(gate[i] / (1 + Math.exp(-gate[i])) * up[i], within(1e-4));
    }
  }

  @Test
  void softmax_adds_up_to_1_and_leaves_out_what_is_masked() {
    int count = 4 * Numbers.LANES;
    float[] x = drawn(count);
    x[count - 1] = Float.NEGATIVE_INFINITY;
    float[] result = x.clone();
    double sum = IntStream.range(0, count).mapToDouble(i -> Math.exp(x[i])).sum();

    Rows.softmax(result, 0, count);

    for (int i = 0; i < count; i++) {
      assertThat((double) result[i]).isCloseTo(Math.exp(x[i]) / sum, within(1e-6));
    }
  }

  @Test
  void every_task_is_done_once_and_a_failure_reaches_the_caller() {
    var threads = new OpenMp(3);
    var done = new AtomicIntegerArray(100);
    var names = ConcurrentHashMap.<String>newKeySet();
    var all = new CountDownLatch(3);

    threads.run(100, 1L << 20, done::incrementAndGet);
    assertThat(IntStream.range(0, 100).map(done::get)).containsOnly(1);
    threads.run(
        3,
        1L << 20,
        _ -> {
          names.add(Thread.currentThread().toString());
          all.countDown();
          awaitAll(all);
        });
    assertThat(names).hasSize(3);

    assertThatIllegalStateException()
        .isThrownBy(() ->
            threads.run(
                100,
                1L << 20,
                i -> {
                  throw new IllegalStateException("task " + i);
                }))
        .withMessageStartingWith("task ");
    threads.run(100, 1L << 20, done::incrementAndGet);
    assertThat(IntStream.range(0, 100).map(done::get)).containsOnly(2);
  }
}

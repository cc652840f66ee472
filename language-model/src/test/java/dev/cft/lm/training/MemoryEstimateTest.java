package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.lm.Checkpoints;
import dev.cft.lm.ModelConfig;
import dev.cft.lm.RopeScaling;
import dev.cft.lm.TinyModels;
import dev.cft.lm.training.MemoryEstimate.Pass;
import dev.cft.lm.training.MemoryEstimate.Setup;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryEstimateTest {
  private static final Pass PASS = new Pass(8, 64);

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "qwen3", "llama"})
  void parameters_are_counted_as_the_checkpoint_has_them(String family) {
    var info = Checkpoints.inspect(TinyModels.folder(family));

    assertThat(MemoryEstimate.parameters(info.config())).isEqualTo(info.parameters());
  }

  @Test
  void a_parameter_takes_sixteen_bytes_in_fp32_and_twelve_in_pure_bf16() {
    var config = config();
    long parameters = MemoryEstimate.parameters(config);

    assertThat(states(config, setup("fp32", null))).isEqualTo(16 * parameters);
    assertThat(states(config, setup("pure_bf16", null))).isEqualTo(12 * parameters);
  }

  @Test
  void adapters_need_a_fraction_of_all_weights() {
    var config = config();
    long adapters = MemoryEstimate.adapters(config, 8, Set.of());

    assertThat(states(config, setup("fp32", 8)))
        .isEqualTo(4 * MemoryEstimate.parameters(config) + 16 * adapters);
    assertThat(MemoryEstimate.adapters(config, 8, Set.of("q_proj"))).isLessThan(adapters);
  }

  @Test
  void computing_again_takes_less_memory_than_keeping() {
    var config = config();

    assertThat(MemoryEstimate.of(config, new Setup("fp32", true, null, Set.of()), PASS).total())
        .isLessThan(MemoryEstimate.of(config, setup("fp32", null), PASS).total());
  }

  @Test
  void a_checkpoint_has_weights_and_two_moments() {
    var config = config();
    long weights = 4 * MemoryEstimate.parameters(config);

    assertThat(MemoryEstimate.checkpoint(config, setup("fp32", null)))
        .containsExactly(weights, 2 * weights);
  }

  /// `estimate_zero3_model_states_mem_needs(7615616512, 544997376, num_gpus_per_node=8,
  /// cpu_offload=False)` of DeepSpeed 0.19.8, whose second number is a GPU's.
  @Test
  void the_states_of_a_shared_model_are_deepspeeds_estimate() {
    var config = qwen7b();

    var shared = MemoryEstimate.shared(config, setup("bf16", null), PASS, 8);

    assertThat(MemoryEstimate.parameters(config)).isEqualTo(7_615_616_512L);
    assertThat(shared.weights() + shared.gradients() + shared.optimizer())
        .isCloseTo(19_315_126_656L, Offset.offset(8L));
  }

  @Test
  void a_shared_model_needs_less_on_more_devices_and_less_for_adapters() {
    long eight = shared(8, null);

    assertThat(eight).isLessThan(shared(2, null)).isGreaterThan(shared(8, 8));
    assertThat(shared(2, null)).isLessThan(shared(1, null));
  }

  private static long shared(int devices, @Nullable Integer rank) {
    return MemoryEstimate.shared(qwen7b(), setup("bf16", rank), PASS, devices).total();
  }

  private static ModelConfig qwen7b() {
    return new ModelConfig(
        "Qwen2ForCausalLM",
        152064,
        3584,
        18944,
        28,
        28,
        4,
        128,
        1e-6,
        1e6,
        new RopeScaling.None(),
        4096,
        false,
        true,
        false,
        List.of());
  }

  /// Peak of 3,976 MB resident for 135 M parameters and two rows of 512 tokens
  /// (benchmarks/training-speed/results.json).
  @Test
  void the_estimate_is_within_a_tenth_of_what_was_measured() {
    var smol =
        new ModelConfig(
            "Qwen2ForCausalLM",
            49152,
            576,
            1536,
            30,
            9,
            3,
            64,
            1e-6,
            1e4,
            new RopeScaling.None(),
            2048,
            true,
            true,
            false,
            List.of());

    long estimate = MemoryEstimate.of(smol, setup("fp32", null), new Pass(2, 512)).total();

    assertThat((double) estimate / (3976L << 20)).isBetween(0.9, 1.1);
  }

  private static long states(ModelConfig config, Setup setup) {
    var estimate = MemoryEstimate.of(config, setup, PASS);
    return estimate.weights() + estimate.gradients() + estimate.optimizer();
  }

  private static Setup setup(String precision, @Nullable Integer rank) {
    return new Setup(precision, false, rank, Set.of());
  }

  private static ModelConfig config() {
    return Checkpoints.check(TinyModels.folder("qwen2"));
  }
}

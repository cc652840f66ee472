package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.types.Shape;
import dev.cft.lm.torch.Torch;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
  @Test
  void what_pytorch_says_of_too_large_an_array_becomes_advice() {
    try (var manager = Torch.engine().newBaseManager()) {
      var failure = catchThrowable(() -> manager.zeros(new Shape(1L << 45)));

      assertThat(OutOfMemory.of(failure).orElseThrow())
          .hasMessageContaining("DefaultCPUAllocator: ")
          .hasMessageContaining("140737488355328 bytes")
          .hasMessageContaining("smaller 'per_device_train_batch_size'")
          .extracting(BadInputException::code)
          .isEqualTo("out_of_memory");
    }
  }

  @Test
  void other_failures_are_none() {
    assertThat(OutOfMemory.of(new IllegalStateException("disk full"))).isEmpty();
    assertThat(OutOfMemory.of(new OutOfMemoryError("Java heap space"))).isPresent();
  }
}

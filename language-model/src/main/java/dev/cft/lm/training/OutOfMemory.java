package dev.cft.lm.training;

import java.util.Optional;

/// Tells a lack of memory, in Java or in PyTorch, from other failures.
final class OutOfMemory {
  private OutOfMemory() {}

  /// What to tell the user, if that is what the failure is.
  static Optional<BadInputException> of(Throwable failure) {
    var message = String.valueOf(failure.getMessage());
    // c10/core/impl/alloc_cpu.cpp and c10/cuda/CUDACachingAllocator.cpp
    boolean isMemory =
        failure instanceof OutOfMemoryError
            || message.contains("can't allocate memory")
            || message.contains("not enough memory: you tried to allocate")
            || message.contains("CUDA out of memory");
    return isMemory
        ? Optional.of(
            new BadInputException(
                "out_of_memory",
                null,
                "The memory is not enough (%s). A smaller 'per_device_train_batch_size' or 'cutoff_len', 'gradient_checkpointing', 'pure_bf16' or 'finetuning_type' lora needs less"
                    .formatted(firstSentence(message))))
        : Optional.empty();
  }

  private static String firstSentence(String message) {
    int start = Math.max(0, message.indexOf("DefaultCPUAllocator"));
    int end = message.indexOf('\n', start);
    return message.substring(start, end < 0 ? message.length() : end).strip();
  }
}

package dev.cft.lm;

import java.util.List;

/// One array that the decoder computes with: one or several tensors of a checkpoint joined along
/// their first dimension.
///
/// @param decayed whether weight decay applies to it (matrices yes, norms and biases no, as in
///   transformers' Trainer)
public record Parameter(List<Part> parts, boolean decayed) {
  public Parameter {
    parts = List.copyOf(parts);
  }

  /// A tensor under its name in the checkpoint.
  public record Part(String name, List<Long> shape) {
    public Part {
      shape = List.copyOf(shape);
    }

    long elements() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  /// Number of elements.
  public long elements() {
    return parts.stream().mapToLong(Part::elements).sum();
  }

  /// `[sum of first dimensions, other dimensions…]`.
  public long[] shape() {
    long[] shape = parts.getFirst().shape().stream().mapToLong(Long::longValue).toArray();
    shape[0] = parts.stream().mapToLong(part -> part.shape().getFirst()).sum();
    return shape;
  }

  /// The checkpoint's names, for messages.
  public String name() {
    return String.join(" + ", parts.stream().map(Part::name).toList());
  }
}

package dev.cft.lm.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;

/// A script's argument that is prepared once and used for many calls.
public final class Argument implements AutoCloseable {
  private final IValue value;

  private Argument(IValue value) {
    this.value = value;
  }

  /// An argument of type `Tensor`, which shares the array's memory.
  public static Argument of(NDArray array) {
    return new Argument(IValue.from((PtNDArray) array));
  }

  /// An argument of type `int`.
  public static Argument of(long number) {
    return new Argument(IValue.from(number));
  }

  IValue value() {
    return value;
  }

  @Override
  public void close() {
    value.close();
  }
}

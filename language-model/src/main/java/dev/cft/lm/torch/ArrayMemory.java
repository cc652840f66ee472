package dev.cft.lm.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/// Where the numbers of an array lie.
public final class ArrayMemory {
  /// DJL's public way, `toByteBuffer(true)`, asks for device, layout and strides first: 5 to 9 µs,
  /// where a decoding step asks for 120 arrays.
  private static final MethodHandle DIRECT_BUFFER = directBuffer();

  private ArrayMemory() {}

  /// The memory of a contiguous array on the processor, of at most 2 GB. It is gone when the array
  /// is closed.
  public static MemorySegment of(NDArray array) {
    try {
      long handle = ((PtNDArray) array).getHandle();
      return MemorySegment.ofBuffer((ByteBuffer) DIRECT_BUFFER.invokeExact(handle));
    } catch (Throwable e) {
      throw new IllegalStateException("The memory of an array cannot be reached", e);
    }
  }

  private static MethodHandle directBuffer() {
    Torch.engine();
    try {
      var library = Class.forName("ai.djl.pytorch.jni.PyTorchLibrary");
      var lookup = MethodHandles.privateLookupIn(library, MethodHandles.lookup());
      var method =
          lookup.findVirtual(
              library,
              "torchDirectByteBuffer",
              MethodType.methodType(ByteBuffer.class, long.class));
      return method.bindTo(lookup.findStaticGetter(library, "LIB", library).invoke());
    } catch (Throwable e) {
      throw new LinkageError("This version of DJL has no torchDirectByteBuffer", e);
    }
  }
}

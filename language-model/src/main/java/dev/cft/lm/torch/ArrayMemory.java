package dev.cft.lm.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Where the numbers of an array lie.
public final class ArrayMemory {
  /// DJL's public way, `toByteBuffer(true)`, asks for device, layout and strides first: 5 to 9 µs,
  /// where a decoding step asks for 120 arrays.
  private static final MethodHandle DIRECT_BUFFER = directBuffer();

  /// `aten/src/ATen/native/mkldnn/MKLDNNCommon.h`, under the names that GCC and Clang give.
  private static final Optional<MethodHandle> OPAQUE_POINTER =
      opaque("_ZN2at6native20data_ptr_from_mkldnnERKNS_6TensorE", ValueLayout.ADDRESS);

  private static final Optional<MethodHandle> OPAQUE_BYTES =
      opaque("_ZN2at6native18nbytes_from_mkldnnERKNS_6TensorE", ValueLayout.JAVA_LONG);

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

  /// Whether [#ofOpaque] can be called.
  static boolean opaqueAvailable() {
    return OPAQUE_POINTER.isPresent() && OPAQUE_BYTES.isPresent();
  }

  /// The memory of an array that oneDNN packed, and of no other. It is gone when the array is
  /// closed.
  @SuppressWarnings("restricted")
  static MemorySegment ofOpaque(NDArray array) {
    var tensor = MemorySegment.ofAddress(((PtNDArray) array).getHandle());
    try {
      var pointer = (MemorySegment) OPAQUE_POINTER.orElseThrow().invokeExact(tensor);
      return pointer.reinterpret((long) OPAQUE_BYTES.orElseThrow().invokeExact(tensor));
    } catch (Throwable e) {
      throw new IllegalStateException("The memory of a packed array cannot be reached", e);
    }
  }

  private static Optional<MethodHandle> opaque(String name, MemoryLayout result) {
    return NativeFunction.find(name, FunctionDescriptor.of(result, ValueLayout.ADDRESS));
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

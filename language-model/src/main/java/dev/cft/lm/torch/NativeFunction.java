package dev.cft.lm.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Functions of PyTorch's native libraries and of those that came with them.
public final class NativeFunction {
  private NativeFunction() {}

  /// The function under its name in the library, if there is one.
  @SuppressWarnings("restricted")
  public static Optional<MethodHandle> find(String name, FunctionDescriptor signature) {
    Torch.engine();
    return SymbolLookup.loaderLookup()
        .find(name)
        .map(function -> Linker.nativeLinker().downcallHandle(function, signature));
  }
}

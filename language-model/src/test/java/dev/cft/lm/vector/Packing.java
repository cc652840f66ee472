package dev.cft.lm.vector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.cft.lm.torch.PackedMatrix;
import dev.cft.lm.torch.ScriptModule;
import java.util.Map;

/// Arrays of PyTorch's, and matrices as it packs them.
final class Packing implements AutoCloseable {
  private final ScriptModule script =
      ScriptModule.compile(Packing.class, "packing.py", "Packing", Map.of());

  NDArray array(float[] values, int rows, int columns, boolean bf16) {
    var array = script.manager().create(values, new Shape(rows, columns));
    return bf16 ? script.infer(script.manager(), "bf16", array).getFirst() : array;
  }

  NDArray packed(NDArray plain) {
    return script.infer(script.manager(), "pack", plain).getFirst();
  }

  PackedMatrix matrix(float[] weights, int outputs, boolean bf16) {
    var plain = array(weights, outputs, weights.length / outputs, bf16);
    return PackedMatrix.of(packed(plain), plain, bf16).orElseThrow();
  }

  @Override
  public void close() {
    script.close();
  }
}

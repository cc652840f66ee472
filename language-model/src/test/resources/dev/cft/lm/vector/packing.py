class Packing(Module):
  __parameters__ = []
  __buffers__ = []
  def bf16(self, x: Tensor) -> Tensor:
    return x.to(15)
  def pack(self, w: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(w, None)

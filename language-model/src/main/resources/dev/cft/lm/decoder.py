# The decoder of Llama, Qwen2, Qwen3 and Mistral as TorchScript, compiled in memory when a model is loaded.
#
# B rows, T tokens of a row, N tokens of all rows, M trained tokens, h hidden size, H heads, K key/value heads, D head size,
# V vocabulary, S slots of the cache in tokens, r = H/K.
# p: the parameters in the order of ParameterLayout.java; per layer: norm [h], qkv [(H+2K)D, h], (qkv bias [(H+2K)D]),
# (q norm [D], k norm [D]), o [h, HD], norm [h], gate and up [2i, h], down [h, i].
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  layers : int
  heads : int
  kv_heads : int
  head_dim : int
  hidden : int
  eps : float
  qkv_bias : bool
  qk_norm : bool
  tied : bool
  layer_size : int
  layer_start : int

  def head(self, p: List[Tensor]) -> Tensor:
    return p[0] if self.tied else p[2]

  # x [.., h] -> q [B, H, T, D], k and v [B, K, T, D]; cos and sin broadcast over [B, 1, T, D].
  def qkv(self, x: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor], at: int) -> Tuple[Tensor, Tensor, Tensor]:
    B = x.size(0)
    T = x.size(1)
    bias: Optional[Tensor] = None
    norms = at + 2
    if self.qkv_bias:
      bias = p[at + 2]
      norms = at + 3
    y = torch.linear(torch.rms_norm(x, [self.hidden], p[at], self.eps), p[at + 1], bias)
    y = y.view(B, T, self.heads + 2 * self.kv_heads, self.head_dim)
    q, k, v = torch.split_with_sizes(y, [self.heads, self.kv_heads, self.kv_heads], 2)
    if self.qk_norm:
      q = torch.rms_norm(q, [self.head_dim], p[norms], self.eps)
      k = torch.rms_norm(k, [self.head_dim], p[norms + 1], self.eps)
    return (self.rotate(q.transpose(1, 2), cos, sin), self.rotate(k.transpose(1, 2), cos, sin), v.transpose(1, 2))

  # Rotary position embedding with the halves as pairs (RoFormer, arXiv 2104.09864; half-split as in Hugging Face).
  def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    a, b = torch.chunk(x, 2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

  # The rest of a layer after attention: a [B, T, HD], x [B, T, h] -> [B, T, h].
  def after_attention(self, a: Tensor, x: Tensor, p: List[Tensor], next: int) -> Tensor:
    o = next - 4
    x = x + torch.linear(a, p[o])
    y = torch.linear(torch.rms_norm(x, [self.hidden], p[o + 1], self.eps), p[o + 2])
    gate, up = torch.chunk(y, 2, -1)
    return x + torch.linear(torch.silu(gate) * up, p[o + 3])

  # Grouped heads are repeated first: with enable_gqa the CPU leaves the fused kernel.
  def attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    r = self.heads // self.kv_heads
    if r > 1:
      k = torch.repeat_interleave(k, r, 1)
      v = torch.repeat_interleave(v, r, 1)
    a = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None)
    return a.transpose(1, 2).flatten(2)

  # ids [B, T], padded on the right: a causal row never sees its padding. -> hidden state before the output layer [B, T, h].
  def encode(self, ids: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor]) -> Tensor:
    T = ids.size(1)
    c = cos.narrow(0, 0, T)
    s = sin.narrow(0, 0, T)
    x = torch.embedding(p[0], ids)
    for l in range(self.layers):
      at = self.layer_start + l * self.layer_size
      q, k, v = self.qkv(x, c, s, p, at)
      x = self.after_attention(self.attend(q, k, v), x, p, at + self.layer_size)
    return torch.rms_norm(x, [self.hidden], p[1], self.eps)

  def logits(self, ids: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor]) -> Tensor:
    return torch.linear(self.encode(ids, cos, sin, p), self.head(p))

  # ids [B, T] -> natural logarithms [B, T-1] of the probabilities of the tokens after the first, one row's logits at a time.
  def log_probabilities(self, ids: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor]) -> Tensor:
    T = ids.size(1)
    x = self.encode(ids.narrow(1, 0, T - 1), cos, sin, p)
    w = self.head(p)
    rows: List[Tensor] = annotate(List[Tensor], [])
    for b in range(ids.size(0)):
      y = torch.log_softmax(torch.linear(torch.select(x, 0, b), w), -1)
      rows.append(y.gather(1, torch.select(ids, 0, b).narrow(0, 1, T - 1).unsqueeze(1)).squeeze(1))
    return torch.stack(rows)

  # The first pass over prompts: ids [B, T] padded on the right, `last` [B] the index of each row's last token. Fills the rows
  # `slots` [B] of the caches [R, K, S, D] of every layer. -> [the likeliest next token [B], logits [B, V]].
  def prefill(self, ids: Tensor, last: Tensor, slots: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor], ck: List[Tensor], cv: List[Tensor]) -> List[Tensor]:
    T = ids.size(1)
    c = cos.narrow(0, 0, T)
    s = sin.narrow(0, 0, T)
    x = torch.embedding(p[0], ids)
    for l in range(self.layers):
      at = self.layer_start + l * self.layer_size
      q, k, v = self.qkv(x, c, s, p, at)
      ck[l].narrow(2, 0, T).index_copy_(0, slots, k)
      cv[l].narrow(2, 0, T).index_copy_(0, slots, v)
      x = self.after_attention(self.attend(q, k, v), x, p, at + self.layer_size)
    rows = torch.arange(ids.size(0))
    x = torch.index(x, annotate(List[Optional[Tensor]], [rows, last]))
    return self.next(x, p)

  # x [B, h] -> [the likeliest next token [B], logits [B, V]].
  def next(self, x: Tensor, p: List[Tensor]) -> List[Tensor]:
    y = torch.linear(torch.rms_norm(x, [self.hidden], p[1], self.eps), self.head(p))
    return [torch.argmax(y, -1), y]

  # One token for each of the first B rows of the caches: ids [B] at `positions` [B]; the query heads of a key/value head are
  # rows of one product. -> as prefill.
  def decode(self, ids: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor], ck: List[Tensor], cv: List[Tensor]) -> List[Tensor]:
    B = ids.size(0)
    L = int(torch.max(positions)) + 1
    r = self.heads // self.kv_heads
    c = torch.index_select(cos, 0, positions).view(B, 1, 1, -1)
    s = torch.index_select(sin, 0, positions).view(B, 1, 1, -1)
    at_end = annotate(List[Optional[Tensor]], [torch.arange(B), None, positions])
    hidden = torch.gt(torch.arange(L).unsqueeze(0), positions.unsqueeze(1)).view(B, 1, 1, L)
    scale = float(self.head_dim) ** -0.5
    x = torch.embedding(p[0], ids).unsqueeze(1)
    for l in range(self.layers):
      at = self.layer_start + l * self.layer_size
      q, k, v = self.qkv(x, c, s, p, at)
      keys = ck[l].narrow(0, 0, B)
      values = cv[l].narrow(0, 0, B)
      keys.index_put_(at_end, k.squeeze(2))
      values.index_put_(at_end, v.squeeze(2))
      a = torch.matmul(q.reshape(B, self.kv_heads, r, self.head_dim) * scale, keys.narrow(2, 0, L).transpose(2, 3))
      a = torch.softmax(a.masked_fill_(hidden, -inf), -1)
      a = torch.matmul(a, values.narrow(2, 0, L))
      x = self.after_attention(a.reshape(B, 1, -1), x, p, at + self.layer_size)
    return self.next(x.squeeze(1), p)

  # Moves a row of the caches into another's place.
  def move(self, source: Tensor, target: Tensor, ck: List[Tensor], cv: List[Tensor]) -> Tensor:
    a = int(source)
    b = int(target)
    for l in range(self.layers):
      ck[l].select(0, b).copy_(ck[l].select(0, a))
      cv[l].select(0, b).copy_(cv[l].select(0, a))
    return target

  # Copies of arrays that may share memory with Java: aligned as PyTorch's kernels want it.
  def own(self, x: Tensor) -> Tensor:
    return x.clone()

  def zeros_like(self, x: Tensor) -> Tensor:
    return torch.zeros_like(x)

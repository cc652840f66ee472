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
  packed : bool
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
      y = torch.log_softmax(torch.linear(torch.select(x, 0, b), w), -1, dtype=6)
      rows.append(y.gather(1, torch.select(ids, 0, b).narrow(0, 1, T - 1).unsqueeze(1)).squeeze(1))
    return torch.stack(rows)

  # x [.., in] times a matrix that `pack` may have packed, plus a bias.
  def project(self, x: Tensor, w: Tensor, bias: Optional[Tensor]) -> Tensor:
    if self.packed:
      return ops.mkldnn._linear_pointwise(x, w, bias, "none", annotate(List[Optional[number]], []), "")
    return torch.linear(x, w, bias)

  # A matrix in the layout that the processor's products want; only `project` can use it.
  def pack(self, w: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(w, None)

  # x [N, h] -> q [N, H, D], k and v [N, K, D] with their positions; cos and sin [N, 1, D] for whole heads, sin negated in the first half.
  def heads_of(self, x: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor], at: int) -> Tuple[Tensor, Tensor, Tensor]:
    N = x.size(0)
    bias: Optional[Tensor] = None
    norms = at + 2
    if self.qkv_bias:
      bias = p[at + 2]
      norms = at + 3
    y = self.project(torch.rms_norm(x, [self.hidden], p[at], self.eps), p[at + 1], bias)
    y = y.view(N, self.heads + 2 * self.kv_heads, self.head_dim)
    qk = y.narrow(1, 0, self.heads + self.kv_heads)
    if self.qk_norm:
      q, k = torch.split_with_sizes(qk, [self.heads, self.kv_heads], 1)
      q = torch.rms_norm(q, [self.head_dim], p[norms], self.eps)
      k = torch.rms_norm(k, [self.head_dim], p[norms + 1], self.eps)
      qk = torch.cat([q, k], 1)
    half = self.head_dim // 2
    swapped = torch.cat([qk.narrow(2, half, half), qk.narrow(2, 0, half)], 2)
    qk = torch.addcmul(qk * cos, swapped, sin)
    q, k = torch.split_with_sizes(qk, [self.heads, self.kv_heads], 1)
    return (q, k, y.narrow(1, self.heads + self.kv_heads, self.kv_heads))

  # The rest of a layer: a [N, HD], x [N, h] -> [N, h].
  def rest_of_layer(self, a: Tensor, x: Tensor, p: List[Tensor], next: int) -> Tensor:
    o = next - 4
    x = x + self.project(a, p[o], None)
    y = self.project(torch.rms_norm(x, [self.hidden], p[o + 1], self.eps), p[o + 2], None)
    gate, up = torch.chunk(y, 2, -1)
    return x + self.project(torch.silu(gate) * up, p[o + 3], None)

  # Rows of the rotary tables [.., D/2] at positions [N] as `heads_of` wants them.
  def turns(self, positions: Tensor, cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor]:
    c = cos.index_select(0, positions).unsqueeze(1)
    s = sin.index_select(0, positions).unsqueeze(1)
    return (torch.cat([c, c], 2), torch.cat([-s, s], 2))

  # x [B, h] -> [the likeliest next token [B], logits [B, V] in fp32].
  def next(self, x: Tensor, p: List[Tensor]) -> List[Tensor]:
    w = self.head(p)
    if self.packed and self.tied:
      w = p[-1]
    y = self.project(torch.rms_norm(x, [self.hidden], p[1], self.eps), w, None).to(6)
    return [torch.argmax(y, -1), y]

  # A piece of prompts: ids [B, T] from position `start` on, padded on the right, whose earlier tokens are in the caches [B, K, S, D] of
  # every layer; `last` [B] is the index of each row's last token in the piece, or any other. Fills the caches. -> hidden states [B, h] there.
  def extend(self, ids: Tensor, start: Tensor, last: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor], ck: List[Tensor], cv: List[Tensor]) -> Tensor:
    B = ids.size(0)
    T = ids.size(1)
    at_start = int(start)
    L = at_start + T
    r = self.heads // self.kv_heads
    c, s = self.turns(torch.arange(at_start, L).repeat([B]), cos, sin)
    mask: Optional[Tensor] = None
    if at_start > 0:
      later = torch.gt(torch.arange(L).unsqueeze(0), torch.arange(at_start, L).unsqueeze(1))
      mask = torch.zeros_like(later, dtype=c.dtype).masked_fill_(later, -inf)
    x = torch.embedding(p[0], ids.flatten())
    for l in range(self.layers):
      at = self.layer_start + l * self.layer_size
      q, k, v = self.heads_of(x, c, s, p, at)
      keys = ck[l].narrow(0, ck[l].size(0) - B, B).narrow(2, 0, L)
      values = cv[l].narrow(0, cv[l].size(0) - B, B).narrow(2, 0, L)
      keys.narrow(2, at_start, T).copy_(k.view(B, T, self.kv_heads, self.head_dim).transpose(1, 2))
      values.narrow(2, at_start, T).copy_(v.view(B, T, self.kv_heads, self.head_dim).transpose(1, 2))
      if r > 1:
        keys = torch.repeat_interleave(keys, r, 1)
        values = torch.repeat_interleave(values, r, 1)
      a = torch.scaled_dot_product_attention(q.view(B, T, self.heads, self.head_dim).transpose(1, 2), keys, values, mask, 0., at_start == 0, scale=None)
      x = self.rest_of_layer(a.transpose(1, 2).reshape(B * T, -1), x, p, at + self.layer_size)
    return x.view(B, T, -1).gather(1, last.view(B, 1, 1).expand(B, 1, self.hidden)).squeeze(1)

  # One token for each of the first B rows of the caches [R, K, S, D]: ids [B] at `positions` [B]; the query heads of a key/value head are
  # rows of one product. -> as `next`.
  def decode(self, ids: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor], ck: List[Tensor], cv: List[Tensor]) -> List[Tensor]:
    B = ids.size(0)
    K = self.kv_heads
    D = self.head_dim
    S = ck[0].size(2)
    L = int(torch.max(positions)) + 1
    r = self.heads // K
    c, s = self.turns(positions, cos, sin)
    place = (torch.arange(B * K).view(B, K) * S + positions.unsqueeze(1)).flatten()
    mask = torch.zeros([B, 1, 1, L], dtype=c.dtype)
    mask.masked_fill_(torch.gt(torch.arange(L), positions.unsqueeze(1)).view(B, 1, 1, L), -inf)
    mask = mask.expand(B, K, r, L).reshape(B * K, r, L)
    scale = float(D) ** -0.5
    x = torch.embedding(p[0], ids)
    for l in range(self.layers):
      at = self.layer_start + l * self.layer_size
      q, k, v = self.heads_of(x, c, s, p, at)
      ck[l].view(-1, D).index_copy_(0, place, k.reshape(B * K, D))
      cv[l].view(-1, D).index_copy_(0, place, v.reshape(B * K, D))
      keys = ck[l].flatten(0, 1).narrow(0, 0, B * K).narrow(1, 0, L)
      values = cv[l].flatten(0, 1).narrow(0, 0, B * K).narrow(1, 0, L)
      a = torch.baddbmm(mask, q.reshape(B * K, r, D), keys.transpose(1, 2), beta=1, alpha=scale)
      a = torch.bmm(torch.softmax(a, -1), values)
      x = self.rest_of_layer(a.view(B, -1), x, p, at + self.layer_size)
    return self.next(x, p)

  # Empty caches [R, K, S, D] of every layer, in the type of `like`. Zeros, not garbage: a masked weight of 0 times NaN would still be NaN.
  def caches(self, rows: Tensor, slots: Tensor, like: Tensor) -> List[Tensor]:
    made: List[Tensor] = annotate(List[Tensor], [])
    for l in range(self.layers):
      made.append(torch.zeros([int(rows), self.kv_heads, int(slots), self.head_dim], dtype=like.dtype))
    return made

  # Larger caches with the same content.
  def grown(self, old: List[Tensor], rows: Tensor, slots: Tensor) -> List[Tensor]:
    made = self.caches(rows, slots, old[0])
    for l in range(self.layers):
      made[l].narrow(0, 0, old[l].size(0)).narrow(2, 0, old[l].size(2)).copy_(old[l])
    return made

  # Copies rows `groups` [n] of the first caches, up to `length` tokens, into the rows from `first` on of the second.
  def seat(self, groups: Tensor, first: Tensor, length: Tensor, pk: List[Tensor], pv: List[Tensor], ck: List[Tensor], cv: List[Tensor]) -> Tensor:
    L = int(length)
    for l in range(self.layers):
      ck[l].narrow(0, int(first), groups.size(0)).narrow(2, 0, L).copy_(pk[l].narrow(2, 0, L).index_select(0, groups))
      cv[l].narrow(0, int(first), groups.size(0)).narrow(2, 0, L).copy_(pv[l].narrow(2, 0, L).index_select(0, groups))
    return groups

  # Copies the first `length` tokens of a row of the caches into another's place.
  def move(self, source: Tensor, target: Tensor, length: Tensor, ck: List[Tensor], cv: List[Tensor]) -> Tensor:
    L = int(length)
    for l in range(self.layers):
      ck[l].select(0, int(target)).narrow(1, 0, L).copy_(ck[l].select(0, int(source)).narrow(1, 0, L))
      cv[l].select(0, int(target)).narrow(1, 0, L).copy_(cv[l].select(0, int(source)).narrow(1, 0, L))
    return target

  # a [B, h] with the rows from `first` on replaced by those of b, where `taken` [rows of b] is true.
  def take(self, a: Tensor, first: Tensor, taken: Tensor, b: Tensor) -> Tensor:
    rows = a.narrow(0, int(first), b.size(0))
    rows.copy_(torch.where(taken.unsqueeze(1), b, rows))
    return a

  # Hidden states [G, h] of the prompts -> as `next`, for rows `groups` [n] of them.
  def first_tokens(self, x: Tensor, groups: Tensor, p: List[Tensor]) -> List[Tensor]:
    likeliest, y = self.next(x.to(p[1].dtype), p)
    return [likeliest.index_select(0, groups), y.index_select(0, groups)]

  # Probabilities [n, V] of rows `rows` [n] of logits [B, V] at `temperatures` [n].
  def probabilities(self, y: Tensor, rows: Tensor, temperatures: Tensor) -> Tensor:
    return torch.softmax(y.index_select(0, rows) / temperatures.unsqueeze(1), -1)

  # Natural logarithms of the probabilities of `tokens` [n] by rows `rows` [n] of logits [B, V], and of the `count` likeliest tokens.
  # -> [[n], [n, count], the likeliest tokens [n, count]].
  def log_probabilities_of(self, y: Tensor, rows: Tensor, tokens: Tensor, count: Tensor) -> List[Tensor]:
    z = torch.log_softmax(y.index_select(0, rows), -1)
    values, likeliest = torch.topk(z, int(count), -1, True, True)
    return [z.gather(1, tokens.unsqueeze(1)).squeeze(1), values, likeliest]

  # Copies of arrays that may share memory with Java: aligned as PyTorch's kernels want it.
  def own(self, x: Tensor) -> Tensor:
    return x.clone()

  # bfloat16, a type whose name DJL must never hear.
  def bf16(self, x: Tensor) -> Tensor:
    return x.to(15)

  def zeros_like(self, x: Tensor) -> Tensor:
    return torch.zeros_like(x)

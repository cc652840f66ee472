# The decoder of Llama, Qwen2, Qwen3 and Mistral as TorchScript, compiled in memory when a model is loaded.
#
# B rows, T tokens of a row, N tokens of all rows, M trained tokens, h hidden size, H heads, K key/value heads, D head size,
# V vocabulary, R rows and S slots (tokens) of the cache [layers, R, K, S, 2, D], r = H/K. A token's key and value lie side by side, a head's tokens
# one after the other: a processor that reads the keys has already fetched the values.
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
  kept : List[Tensor]

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

  # The parameters for all later passes of generation: nothing to hand over at every step.
  def keep(self, p: List[Tensor]) -> Tensor:
    self.kept = p
    return p[0]

  # x [N, in] times a matrix that `pack` may have packed, plus a bias.
  def project(self, x: Tensor, w: Tensor, bias: Optional[Tensor]) -> Tensor:
    if not w.is_mkldnn:
      return torch.linear(x, w, bias)
    return ops.mkldnn._linear_pointwise(x, w, bias, "none", annotate(List[Optional[number]], []), "")

  # x times such a matrix, plus `rest`, whose place the sum may take.
  def project_onto(self, rest: Tensor, x: Tensor, w: Tensor) -> Tensor:
    if not w.is_mkldnn:
      return torch.linear(x, w).add_(rest)
    return ops.mkldnn._linear_pointwise(x, rest, w, None, "add")

  # [1]: not 0 if `pack` can be called with numbers of this type: oneDNN computes in bf16 with AVX-512 or newer instructions only.
  def packs(self, x: Tensor) -> Tensor:
    return torch.full([1], x.dtype == 6 or ops.mkldnn._is_mkldnn_bf16_supported(), dtype=6)

  # A matrix [out, in] in the layout that the processor's products want; only `project` and `project_onto` can use it.
  def pack(self, w: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(w, None)

  # The RMSNorm of x [.., n] times w, rounded once; torch.rms_norm is eight kernels, this is five, seven in bf16. e [1]: epsilon in fp32.
  def normed(self, x: Tensor, w: Tensor, e: Tensor) -> Tensor:
    y = x.to(6)
    n = torch.linalg_vector_norm(y, 2, [-1], True)
    r = torch.addcmul(e, n, n, value=1. / float(x.size(-1))).rsqrt_()
    if x.dtype == 6:
      return torch.mul(x, r).mul_(w)
    return y.mul_(r).mul_(w).to(x.dtype)

  # x [N, h] -> queries, keys and values [N, H+2K, D]; turns: cos and sin [N, 1, D] for whole heads, sin negated in the first half, and epsilon.
  def heads_of(self, x: Tensor, turns: List[Tensor], p: List[Tensor], at: int) -> Tensor:
    bias: Optional[Tensor] = None
    norms = at + 2
    if self.qkv_bias:
      bias = p[at + 2]
      norms = at + 3
    H = self.heads
    y = self.project(self.normed(x, p[at], turns[2]), p[at + 1], bias).view(x.size(0), H + 2 * self.kv_heads, self.head_dim)
    if self.qk_norm:
      q = y.narrow(1, 0, H)
      q.copy_(self.normed(q, p[norms], turns[2]))
      k = y.narrow(1, H, self.kv_heads)
      k.copy_(self.normed(k, p[norms + 1], turns[2]))
    qk = y.narrow(1, 0, H + self.kv_heads)
    half = self.head_dim // 2
    swapped = torch.cat([qk.narrow(2, half, half), qk.narrow(2, 0, half)], 2)
    qk.mul_(turns[0]).addcmul_(swapped, turns[1])
    return y

  # The rest of a layer: a [N, HD], x [N, h] -> [N, h].
  def rest_of_layer(self, a: Tensor, x: Tensor, e: Tensor, p: List[Tensor], next: int) -> Tensor:
    o = next - 4
    x = self.project_onto(x, a, p[o])
    gate, up = torch.chunk(self.project(self.normed(x, p[o + 1], e), p[o + 2], None), 2, -1)
    return self.project_onto(x, gate.silu_().mul_(up), p[o + 3])

  # Rows of the rotary tables [.., D/2] at positions [N] as `heads_of` wants them.
  def turns(self, positions: Tensor, cos: Tensor, sin: Tensor) -> List[Tensor]:
    c = cos.index_select(0, positions).unsqueeze(1)
    s = sin.index_select(0, positions).unsqueeze(1)
    return [torch.cat([c, c], 2), torch.cat([-s, s], 2), torch.full([1], self.eps, dtype=6, device=cos.device)]

  # y [B, V] -> the largest of each row [B]: of 128-blocks first, by vector instructions, which argmax has none of.
  def likeliest(self, y: Tensor) -> Tensor:
    blocks = y.size(1) // 128
    if blocks < 2 or y.size(1) % 128 != 0:
      return torch.argmax(y, -1)
    z = y.view(y.size(0), blocks, 128)
    block = torch.argmax(torch.amax(z, [2]), -1)
    inside = z.gather(1, block.view(-1, 1, 1).expand(-1, 1, 128)).squeeze(1)
    return torch.argmax(inside, -1).add_(block, alpha=128)

  # x [B, h] -> [the likeliest next token [B], logits [B, V]].
  def next(self, x: Tensor) -> List[Tensor]:
    e = torch.full([1], self.eps, dtype=6, device=x.device)
    y = self.output(self.normed(x, self.kept[1], e))
    return [self.likeliest(y), y]

  # Normalised x [B, h] -> logits [B, V].
  def output(self, x: Tensor) -> Tensor:
    w = self.head(self.kept)
    if self.tied and self.kept[-1].is_mkldnn:
      w = self.kept[-1]
    return self.project(x, w, None)

  # x [B, in] times one of the kept matrices, plus one of the kept vectors if `bias` is not negative: for a step whose rest is computed elsewhere.
  def product(self, x: Tensor, w: int, bias: int) -> Tensor:
    m = self.kept[w]
    if bias >= 0:
      return self.project(x, m, self.kept[bias])
    return self.project(x, m, None)

  # The first number of an array, where it lies.
  def first(self, x: Tensor) -> Tensor:
    return x.view(-1).narrow(0, 0, 1)

  # An empty array [B, n].
  def room(self, rows: int, n: int, type: int) -> Tensor:
    return torch.empty([rows, n], dtype=type)

  # A piece of prompts: ids [B, T] from position `start` on, padded on the right, whose earlier tokens are in the last B rows of the cache;
  # `last` [B] is the index of each row's last token in the piece, or any other. Fills the cache. -> hidden states [B, h] there.
  def extend(self, ids: Tensor, start: Tensor, last: Tensor, cos: Tensor, sin: Tensor, cache: Tensor) -> Tensor:
    p = self.kept
    B = ids.size(0)
    T = ids.size(1)
    H = self.heads
    K = self.kv_heads
    D = self.head_dim
    at_start = int(start)
    L = at_start + T
    turns = self.turns(torch.arange(at_start, L, device=ids.device).repeat([B]), cos, sin)
    mask: Optional[Tensor] = None
    if at_start > 0:
      later = torch.gt(torch.arange(L, device=ids.device).unsqueeze(0), torch.arange(at_start, L, device=ids.device).unsqueeze(1))
      mask = torch.zeros_like(later, dtype=cos.dtype).masked_fill_(later, -inf)
    rows = cache.narrow(1, cache.size(1) - B, B).narrow(3, 0, L)
    x = torch.embedding(p[0], ids.flatten())
    for l in range(self.layers):
      at = self.layer_start + l * self.layer_size
      y = self.heads_of(x, turns, p, at).view(B, T, H + 2 * K, D)
      kv = rows.select(0, l)
      kv.narrow(2, at_start, T).copy_(y.narrow(2, H, 2 * K).view(B, T, 2, K, D).permute(0, 3, 1, 2, 4))
      y = y.transpose(1, 2)
      if H > K:
        kv = torch.repeat_interleave(kv, H // K, 1)
      a = torch.scaled_dot_product_attention(y.narrow(1, 0, H), kv.select(3, 0), kv.select(3, 1), mask, 0., at_start == 0, scale=None)
      x = self.rest_of_layer(a.transpose(1, 2).reshape(B * T, H * D), x, turns[2], p, at + self.layer_size)
    return x.view(B, T, -1).gather(1, last.view(B, 1, 1).expand(B, 1, self.hidden)).squeeze(1)

  # One token for each of the first B rows of the cache: ids [B] at `positions` [B]; the query heads of a key/value
  # head stand where the queries of one head would. Rows of one length need no mask. -> as `next`.
  def decode(self, ids: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, cache: Tensor) -> List[Tensor]:
    p = self.kept
    B = ids.size(0)
    H = self.heads
    K = self.kv_heads
    D = self.head_dim
    S = cache.size(3)
    L = int(torch.max(positions)) + 1
    turns = self.turns(positions, cos, sin)
    place = (torch.arange(B * K, device=ids.device).view(B, K) * S + positions.unsqueeze(1)).flatten()
    mask: Optional[Tensor] = None
    if int(torch.min(positions)) + 1 < L:
      mask = torch.zeros([B, 1, 1, L], dtype=cos.dtype, device=ids.device)
      mask.masked_fill_(torch.gt(torch.arange(L, device=ids.device), positions.unsqueeze(1)).view(B, 1, 1, L), -inf)
    x = torch.embedding(p[0], ids)
    for l in range(self.layers):
      at = self.layer_start + l * self.layer_size
      y = self.heads_of(x, turns, p, at)
      kv = cache.select(0, l)
      new = y.narrow(1, H, 2 * K).view(B, 2, K, D).transpose(1, 2).reshape(B * K, 2 * D)
      kv.view(-1, 2 * D).index_put_(annotate(List[Optional[Tensor]], [place]), new)
      kv = kv.narrow(0, 0, B).narrow(2, 0, L)
      q = y.narrow(1, 0, H).view(B, K, H // K, D)
      a = torch.scaled_dot_product_attention(q, kv.select(3, 0), kv.select(3, 1), mask, 0., False, scale=None)
      x = self.rest_of_layer(a.reshape(B, H * D), x, turns[2], p, at + self.layer_size)
    return self.next(x)

  # An empty cache in the type of `like`. Zeros, not garbage: a masked weight of 0 times NaN would
  # still be NaN.
  def cache(self, rows: Tensor, slots: Tensor, like: Tensor) -> Tensor:
    return torch.zeros([self.layers, int(rows), self.kv_heads, int(slots), 2, self.head_dim], dtype=like.dtype, device=like.device)

  # A larger cache with the same content.
  def grown(self, old: Tensor, rows: Tensor, slots: Tensor) -> Tensor:
    made = self.cache(rows, slots, old)
    made.narrow(1, 0, old.size(1)).narrow(3, 0, old.size(3)).copy_(old)
    return made

  # Copies rows `groups` [n] of the prompts' cache, up to `length` tokens, into the rows from `first` on of the other.
  def seat(self, groups: Tensor, first: Tensor, length: Tensor, prompts: Tensor, cache: Tensor) -> Tensor:
    L = int(length)
    target = cache.narrow(1, int(first), groups.size(0)).narrow(3, 0, L)
    for l in range(self.layers):
      target.select(0, l).copy_(prompts.select(0, l).narrow(2, 0, L).index_select(0, groups))
    return groups

  # Copies the first `length` tokens of a row of the cache into another's place.
  def move(self, source: Tensor, target: Tensor, length: Tensor, cache: Tensor) -> Tensor:
    L = int(length)
    cache.select(1, int(target)).narrow(2, 0, L).copy_(cache.select(1, int(source)).narrow(2, 0, L))
    return target

  # a [B, h] with the rows from `first` on replaced by those of b, where `taken` [rows of b] is true.
  def take(self, a: Tensor, first: Tensor, taken: Tensor, b: Tensor) -> Tensor:
    rows = a.narrow(0, int(first), b.size(0))
    rows.copy_(torch.where(taken.unsqueeze(1), b, rows))
    return a

  # Hidden states [G, h] of the prompts -> as `next`, for rows `groups` [n] of them.
  def first_tokens(self, x: Tensor, groups: Tensor) -> List[Tensor]:
    likeliest, y = self.next(x.to(self.kept[0].dtype))
    return [likeliest.index_select(0, groups), y.index_select(0, groups)]

  # Probabilities [n, V] of rows `rows` [n] of logits [B, V] at `temperatures` [n].
  def probabilities(self, y: Tensor, rows: Tensor, temperatures: Tensor) -> Tensor:
    return torch.softmax(y.index_select(0, rows).to(6) / temperatures.unsqueeze(1), -1)

  # Natural logarithms of the probabilities of `tokens` [n] by rows `rows` [n] of logits [B, V], and of the `count` likeliest tokens.
  # -> [[n], [n, count], the likeliest tokens [n, count]].
  def log_probabilities_of(self, y: Tensor, rows: Tensor, tokens: Tensor, count: Tensor) -> List[Tensor]:
    z = torch.log_softmax(y.index_select(0, rows), -1, dtype=6)
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

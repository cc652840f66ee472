# Training of the decoder in decoder.py as TorchScript: forward pass, loss and a backward pass written out by hand, in one call. No autograd: what
# is saved, recomputed and thrown away is decided here, gradients go straight into their accumulators, and nothing is padded.
#
# N tokens of all rows one after the other, M trained tokens, T tokens of a row, h hidden size, i size of the MLP, H heads, K key/value heads,
# D head size, V vocabulary, r = H/K. The residual stream and its gradient are fp32; products are computed in `dtype`.
# p: the parameters in the order of ParameterLayout.java; g: their gradients; a: adapters, for each layer and each of q, k, v, o, gate, up, down a
# pair A [rank, in], B [out, rank], of rank 0 where there is none; d: their gradients.
class Trainer(Module):
  __parameters__ = []
  __buffers__ = []
  layers : int
  heads : int
  kv_heads : int
  head_dim : int
  hidden : int
  intermediate : int
  eps : float
  qkv_bias : bool
  qk_norm : bool
  tied : bool
  layer_size : int
  layer_start : int
  dtype : int
  recompute : bool
  full : bool
  adapted : bool
  adapter_scale : float
  dropout : float
  rounded : List[Tensor]

  # g = a' b, or g += a' b after the first pass of a step.
  def add_product(self, g: Tensor, a: Tensor, b: Tensor, first: bool) -> Tensor:
    if g.dtype == a.dtype:
      torch.addmm(g, a.t(), b, beta=(0 if first else 1), alpha=1, out=g)
    else:
      self.add_to(g, torch.mm(a.t(), b), first)
    return g

  def add_to(self, g: Tensor, x: Tensor, first: bool) -> Tensor:
    if first:
      g.copy_(x)
    else:
      g.add_(x)
    return g

  # x [.., n] -> x / rms(x) and 1 / rms(x) [.., 1] (RMSNorm, arXiv 1910.07467).
  def unit(self, x: Tensor) -> Tuple[Tensor, Tensor]:
    n = torch.linalg_vector_norm(x, 2, [-1], True)
    r = n.mul_(n).div_(float(x.size(-1))).add_(self.eps).rsqrt_()
    return (torch.mul(x, r), r)

  # The gradient before a norm from that after it: dy [n, m], u and r as from `unit`.
  def norm_back(self, dy: Tensor, u: Tensor, r: Tensor, w: Tensor, g: Tensor, first: bool) -> Tensor:
    d = dy.to(6)
    z = torch.mul(d, u)
    if self.full:
      self.add_to(g, torch.sum(z, [0]), first)
    c = torch.mv(z, w).div_(-float(w.size(0))).unsqueeze(1)
    return torch.mul(d, w).addcmul_(u, c).mul_(r)

  # Rotary position embedding in place (arXiv 2104.09864; half-split as in Hugging Face): x [N, n, D], cos and sin [N, 1, D/2].
  def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = self.head_dim // 2
    a = x.narrow(2, 0, half)
    b = x.narrow(2, half, half)
    t = torch.mul(a, sin)
    a.mul_(cos).addcmul_(b, sin, value=-1)
    b.mul_(cos).add_(t)
    return x

  # Key or value heads of a row, repeated for their query heads: [T, K, D] -> [H, T, D].
  def repeated(self, x: Tensor) -> Tensor:
    r = self.heads // self.kv_heads
    y = x.transpose(0, 1)
    if r > 1:
      y = torch.repeat_interleave(y, r, 0)
    return y

  # Attention of `n` queries from `s` on over all keys up to theirs: -> [H, n, s+n].
  def probabilities(self, q: Tensor, k: Tensor, s: int, n: int, hidden: Tensor) -> Tensor:
    y = torch.bmm(q.narrow(1, s, n), k.narrow(1, 0, s + n).transpose(1, 2))
    y.narrow(2, s, n).add_(hidden.narrow(0, 0, n).narrow(1, 0, n))
    return torch._softmax(y, -1, False, out=y)

  # y [N, H+2K, D] with scaled queries -> [N, H, D]; rows attend to themselves only, 128 queries at a time, and what lies above the diagonal is
  # never computed. Keeps the probabilities of short rows.
  def attend(self, y: Tensor, lengths: List[int], hidden: Tensor, saved: List[Tensor]) -> Tensor:
    H = self.heads
    out = torch.empty([y.size(0), H, self.head_dim], dtype=self.dtype, device=y.device)
    start = 0
    for T in lengths:
      row = y.narrow(0, start, T)
      q = row.narrow(1, 0, H).transpose(0, 1)
      k = self.repeated(row.narrow(1, H, self.kv_heads))
      v = self.repeated(row.narrow(1, H + self.kv_heads, self.kv_heads))
      s = 0
      while s < T:
        n = min(128, T - s)
        P = self.probabilities(q, k, s, n, hidden)
        out.narrow(0, start + s, n).copy_(torch.bmm(P, v.narrow(1, 0, s + n)).transpose(0, 1))
        if self.kept(T):
          saved.append(P)
        s += n
      start += T
    return out

  def kept(self, T: int) -> bool:
    return T <= 512 or self.recompute

  # do [N, H, D] -> the gradient of y; from the last queries to the first, so that the first of them touches every key.
  def attend_back(self, do: Tensor, y: Tensor, lengths: List[int], hidden: Tensor, saved: List[Tensor]) -> Tensor:
    H = self.heads
    K = self.kv_heads
    dy = torch.empty_like(y)
    start = y.size(0)
    for j in range(len(lengths)):
      T = lengths[len(lengths) - 1 - j]
      start -= T
      row = y.narrow(0, start, T)
      q = row.narrow(1, 0, H).transpose(0, 1)
      k = self.repeated(row.narrow(1, H, K))
      v = self.repeated(row.narrow(1, H + K, K))
      dk = torch.empty([H, T, self.head_dim], dtype=self.dtype, device=y.device)
      dv = torch.empty_like(dk)
      s = (T - 1) // 128 * 128
      while s >= 0:
        n = min(128, T - s)
        P = saved.pop() if self.kept(T) else self.probabilities(q, k, s, n, hidden)
        d = do.narrow(0, start + s, n).transpose(0, 1)
        last = 0 if s + n == T else 1
        dvs = dv.narrow(1, 0, s + n)
        torch.baddbmm(dvs, P.transpose(1, 2), d, beta=last, alpha=1, out=dvs)
        S = torch.bmm(d, v.narrow(1, 0, s + n).transpose(1, 2))
        torch._softmax_backward_data(S, P, -1, self.dtype, grad_input=S)
        dy.narrow(0, start + s, n).narrow(1, 0, H).copy_(torch.bmm(S, k.narrow(1, 0, s + n)).transpose(0, 1))
        dks = dk.narrow(1, 0, s + n)
        torch.baddbmm(dks, S.transpose(1, 2), q.narrow(1, s, n), beta=last, alpha=1, out=dks)
        s -= 128
      both = torch.stack([dk, dv]).view(2, K, H // K, T, self.head_dim)
      dy.narrow(0, start, T).narrow(1, H, 2 * K).copy_(torch.sum(both, [2]).view(2 * K, T, self.head_dim).transpose(0, 1))
    return dy

  # y += scale B A dropout(x) for the adapter `m` of layer `l` (LoRA, arXiv 2106.09685), at columns `at` of y.
  def adapt(self, y: Tensor, at: int, x: Tensor, l: int, m: int, seed: int, a: List[Tensor]) -> Tensor:
    if self.adapted:
      A = a[(l * 7 + m) * 2]
      B = a[(l * 7 + m) * 2 + 1]
      if A.size(0) > 0:
        t = torch.mm(torch.mul(x, self.mask(x, l, m, seed)) if self.dropout > 0. else x, A.t())
        y.narrow(1, at, B.size(0)).addmm_(t, B.t(), beta=1, alpha=self.adapter_scale)
    return y

  # The same mask for the same seed, so that none is saved.
  def mask(self, x: Tensor, l: int, m: int, seed: int) -> Tensor:
    torch.manual_seed(seed + l * 7 + m)
    return torch.empty_like(x).bernoulli_(1. - self.dropout).div_(1. - self.dropout)

  # dy at its columns -> adds to dx and to the adapter's gradients.
  def adapt_back(self, dx: Tensor, dy: Tensor, at: int, x: Tensor, l: int, m: int, seed: int, a: List[Tensor], d: List[Tensor], first: bool) -> Tensor:
    if self.adapted:
      i = (l * 7 + m) * 2
      A = a[i]
      B = a[i + 1]
      if A.size(0) > 0:
        part = dy.narrow(1, at, B.size(0))
        u = torch.mm(part, B).mul_(self.adapter_scale)
        if self.dropout > 0.:
          mask = self.mask(x, l, m, seed)
          dropped = torch.mul(x, mask)
          self.add_product(d[i], u, dropped, first)
          self.add_product(d[i + 1], part, torch.mm(dropped, A.t()).mul_(self.adapter_scale), first)
          dx.add_(torch.mm(u, A).mul_(mask))
        else:
          self.add_product(d[i], u, x, first)
          self.add_product(d[i + 1], part, torch.mm(x, A.t()).mul_(self.adapter_scale), first)
          dx.addmm_(u, A, beta=1, alpha=1)
    return dx

  # One layer: x [N, h] -> [N, h]. rope: cos, sin, and both times the attention's scale. Saves x, y, (q and k before their norms), the
  # attention's result, the residual after it, gate and up; before them the attention's probabilities.
  def layer(self, x: Tensor, l: int, rope: List[Tensor], lengths: List[int], seed: int, p: List[Tensor], a: List[Tensor], saved: List[Tensor]) -> Tensor:
    at = self.layer_start + l * self.layer_size
    next = at + self.layer_size
    N = x.size(0)
    H = self.heads
    K = self.kv_heads
    D = self.head_dim
    bias: Optional[Tensor] = None
    if self.qkv_bias:
      bias = p[at + 2].to(self.dtype)
    x1 = self.unit(x)[0].mul_(p[at]).to(self.dtype)
    y = torch.linear(x1, p[at + 1].to(self.dtype), bias)
    for m in range(3):
      self.adapt(y, (0 if m == 0 else (H + (m - 1) * K) * D), x1, l, m, seed, a)
    y = y.view(N, H + 2 * K, D)
    raw = y
    f = y.narrow(1, 0, H + K).to(6)
    if self.qk_norm:
      raw = y.narrow(1, 0, H + K).clone()
      f = self.unit(f)[0]
      f.narrow(1, 0, H).mul_(p[next - 6])
      f.narrow(1, H, K).mul_(p[next - 5])
    self.rotate(f.narrow(1, 0, H), rope[2], rope[3])
    self.rotate(f.narrow(1, H, K), rope[0], rope[1])
    if self.qk_norm or self.dtype != 6:
      y.narrow(1, 0, H + K).copy_(f)
    o = self.attend(y, lengths, rope[4], saved).view(N, H * D)
    z = torch.linear(o, p[next - 4].to(self.dtype))
    self.adapt(z, 0, o, l, 3, seed, a)
    x2 = torch.add(x, z)
    x3 = self.unit(x2)[0].mul_(p[next - 3]).to(self.dtype)
    gu = torch.linear(x3, p[next - 2].to(self.dtype))
    self.adapt(gu, 0, x3, l, 4, seed, a)
    self.adapt(gu, self.intermediate, x3, l, 5, seed, a)
    gate, up = torch.chunk(gu, 2, -1)
    m = torch.silu(gate).mul_(up)
    z = torch.linear(m, p[next - 1].to(self.dtype))
    self.adapt(z, 0, m, l, 6, seed, a)
    saved.append(x)
    saved.append(y)
    if self.qk_norm:
      saved.append(raw)
    saved.append(o)
    saved.append(x2)
    saved.append(gu)
    return torch.add(x2, z)

  # dx [N, h] after the layer becomes dx before it.
  def layer_back(self, dx: Tensor, l: int, rope: List[Tensor], lengths: List[int], seed: int, p: List[Tensor], g: List[Tensor], a: List[Tensor], d: List[Tensor], saved: List[Tensor], first: bool) -> Tensor:
    at = self.layer_start + l * self.layer_size
    next = at + self.layer_size
    N = dx.size(0)
    H = self.heads
    K = self.kv_heads
    D = self.head_dim
    gu = saved.pop()
    x2 = saved.pop()
    o = saved.pop()
    raw = saved.pop() if self.qk_norm else o
    y = saved.pop()
    x = saved.pop()
    # the MLP
    dz = dx.to(self.dtype)
    gate, up = torch.chunk(gu, 2, -1)
    m = torch.silu(gate)
    dm = torch.mm(dz, p[next - 1].to(self.dtype))
    dgu = torch.empty_like(gu)
    product = torch.mul(m, up)
    self.adapt_back(dm, dz, 0, product, l, 6, seed, a, d, first)
    if self.full:
      self.add_product(g[next - 1], dz, product, first)
    torch.mul(dm, m, out=dgu.narrow(1, self.intermediate, self.intermediate))
    torch.silu_backward(dm.mul_(up), gate, grad_input=dgu.narrow(1, 0, self.intermediate))
    u, r = self.unit(x2)
    x3 = torch.mul(u, p[next - 3]).to(self.dtype)
    dy = torch.mm(dgu, p[next - 2].to(self.dtype))
    self.adapt_back(dy, dgu, 0, x3, l, 4, seed, a, d, first)
    self.adapt_back(dy, dgu, self.intermediate, x3, l, 5, seed, a, d, first)
    if self.full:
      self.add_product(g[next - 2], dgu, x3, first)
    dx.add_(self.norm_back(dy, u, r, p[next - 3], g[next - 3 if self.full else 0], first))
    # attention
    dz = dx.to(self.dtype)
    do = torch.mm(dz, p[next - 4].to(self.dtype))
    self.adapt_back(do, dz, 0, o, l, 3, seed, a, d, first)
    if self.full:
      self.add_product(g[next - 4], dz, o, first)
    dq = self.attend_back(do.view(N, H, D), y, lengths, rope[4], saved)
    f = dq.narrow(1, 0, H + K).to(6)
    self.rotate(f.narrow(1, 0, H), rope[2], rope[6])
    self.rotate(f.narrow(1, H, K), rope[0], rope[5])
    if self.qk_norm:
      u, r = self.unit(raw.to(6))
      f = torch.cat([self.head_norm_back(f, u, r, 0, H, p[next - 6], g[next - 6 if self.full else 0], first), self.head_norm_back(f, u, r, H, K, p[next - 5], g[next - 5 if self.full else 0], first)], 1)
    if self.qk_norm or self.dtype != 6:
      dq.narrow(1, 0, H + K).copy_(f)
    dq = dq.view(N, (H + 2 * K) * D)
    u, r = self.unit(x)
    x1 = torch.mul(u, p[at]).to(self.dtype)
    dy = torch.mm(dq, p[at + 1].to(self.dtype))
    for j in range(3):
      self.adapt_back(dy, dq, (0 if j == 0 else (H + (j - 1) * K) * D), x1, l, j, seed, a, d, first)
    if self.full:
      self.add_product(g[at + 1], dq, x1, first)
      if self.qkv_bias:
        self.add_to(g[at + 2], torch.sum(dq, [0], dtype=6), first)
    return dx.add_(self.norm_back(dy, u, r, p[at], g[at if self.full else 0], first))

  # As norm_back, for the heads `at` to `at + n` of [N, H+K, D].
  def head_norm_back(self, dy: Tensor, u: Tensor, r: Tensor, at: int, n: int, w: Tensor, g: Tensor, first: bool) -> Tensor:
    D = self.head_dim
    y = self.norm_back(dy.narrow(1, at, n).reshape(-1, D), u.narrow(1, at, n).reshape(-1, D), r.narrow(1, at, n).reshape(-1, 1), w, g, first)
    return y.view(-1, n, D)

  # positions [N] -> cos and sin [N, 1, D/2] for keys and for queries, which carry the attention's scale; the mask of a block; and both sines
  # turned round for the way back.
  def rope(self, positions: Tensor, cos: Tensor, sin: Tensor) -> List[Tensor]:
    scale = float(self.head_dim) ** -0.5
    c = torch.index_select(cos, 0, positions).unsqueeze(1)
    s = torch.index_select(sin, 0, positions).unsqueeze(1)
    hidden = torch.triu(torch.full([128, 128], -inf, dtype=self.dtype, device=cos.device), 1)
    return [c, s, torch.mul(c, scale), torch.mul(s, scale), hidden, torch.neg(s), torch.mul(s, -scale)]

  # How many tokens' logits exist at once: 4 M of them, and not fewer than 256 tokens, so that the products stay large.
  def chunk(self) -> int:
    return 256

  # Cross-entropy of x [M, h] against targets [M], in chunks whose gradient is taken at once: the full logits never exist. dx [M, h] becomes the
  # gradient of x, times `scale`. A token's loss is taken from its probability, so that it ends at 87, the smallest in fp32.
  # -> the summed loss.
  def cross_entropy(self, x: Tensor, targets: Tensor, scale: float, w: Tensor, g: Tensor, dx: Tensor, first: bool) -> Tensor:
    W = w.to(self.dtype)
    M = x.size(0)
    size = min(self.chunk(), M)
    total = torch.zeros([], dtype=7, device=x.device)
    direct = g.dtype == W.dtype
    dw = g if direct or not self.full else torch.empty_like(W)
    logits = torch.empty([size, W.size(0)], dtype=self.dtype, device=x.device)
    start = 0
    while start < M:
      n = min(size, M - start)
      y = logits.narrow(0, 0, n)
      xs = x.narrow(0, start, n).to(self.dtype)
      ts = targets.narrow(0, start, n).unsqueeze(1)
      torch.mm(xs, W.t(), out=y)
      torch._softmax(y, -1, False, out=y)
      total -= torch.sum(torch.log(torch.clamp(y.gather(1, ts).to(6), 1.2e-38)))
      y.scatter_add_(1, ts, torch.full([n, 1], -1., dtype=self.dtype, device=x.device))
      dx.narrow(0, start, n).copy_(torch.mm(y, W))
      if self.full:
        torch.addmm(dw, y.t(), torch.mul(xs, scale), beta=(0 if start == 0 and (first or not direct) else 1), alpha=1, out=dw)
      start += n
    if self.full and not direct:
      self.add_to(g, dw, first)
    dx.mul_(scale)
    return total

  # The parameters with their matrices in the type of the products, where that is the smaller one: made in the first pass of a step and used
  # by all of them, forwards and backwards. Recomputing runs save the memory and round each matrix anew.
  def factors(self, p: List[Tensor], first: bool) -> List[Tensor]:
    if self.dtype != 15 or self.recompute or p[1 + self.layer_start].dtype == 15:
      return p
    if first or len(self.rounded) == 0:
      self.rounded = annotate(List[Tensor], [])
      made: List[Tensor] = annotate(List[Tensor], [])
      for i in range(len(p)):
        made.append(p[i].to(15) if p[i].dim() == 2 and (i > 0 or self.tied) else p[i])
      self.rounded = made
    return self.rounded

  # One pass of a step: adds the gradients of the mean loss's part to g and d, or sets them when `first`.
  # ids and positions [N], lengths [R] of the rows, rows [M] the tokens whose successors `targets` [M] are trained, scale one over the trained
  # tokens of the whole step. -> the summed loss.
  def backward(self, ids: Tensor, positions: Tensor, lengths: Tensor, rows: Tensor, targets: Tensor, scale: Tensor, first: Tensor, seed: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor], g: List[Tensor], a: List[Tensor], d: List[Tensor]) -> Tensor:
    sizes = self.ints(lengths)
    new = bool(first)
    s = int(seed)
    rope = self.rope(positions, cos, sin)
    x = torch.embedding(p[0], ids).to(6)
    w = self.factors(p, new)
    kept: List[List[Tensor]] = annotate(List[List[Tensor]], [])
    for l in range(self.layers):
      saved: List[Tensor] = annotate(List[Tensor], [])
      y = self.layer(x, l, rope, sizes, s, w, a, saved)
      kept.append([x] if self.recompute else saved)
      x = y
    u, r = self.unit(x.index_select(0, rows))
    head = 0 if self.tied else 2
    xs = torch.mul(u, p[1])
    dxs = torch.empty_like(xs)
    total = self.cross_entropy(xs, targets, float(scale), w[head], g[head if self.full else 0], dxs, new)
    dx = torch.zeros_like(x).index_copy_(0, rows, self.norm_back(dxs, u, r, p[1], g[1 if self.full else 0], new))
    for j in range(self.layers):
      l = self.layers - 1 - j
      saved = kept.pop()
      if self.recompute:
        again = saved.pop()
        self.layer(again, l, rope, sizes, s, w, a, saved)
      dx = self.layer_back(dx, l, rope, sizes, s, w, g, a, d, saved, new)
    if self.full:
      if new and not self.tied:
        g[0].zero_()
      g[0].index_add_(0, ids, dx.to(g[0].dtype))
    return total

  def ints(self, x: Tensor) -> List[int]:
    values: List[int] = annotate(List[int], [])
    for i in range(x.size(0)):
      values.append(int(x[i]))
    return values

  # -> the summed loss of the tokens at `rows`, without gradients.
  def loss(self, ids: Tensor, positions: Tensor, lengths: Tensor, rows: Tensor, targets: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor], a: List[Tensor]) -> Tensor:
    sizes = self.ints(lengths)
    rope = self.rope(positions, cos, sin)
    x = torch.embedding(p[0], ids).to(6)
    for l in range(self.layers):
      saved: List[Tensor] = annotate(List[Tensor], [])
      x = self.layer(x, l, rope, sizes, 0, p, a, saved)
    xs = torch.mul(self.unit(x.index_select(0, rows))[0], p[1])
    W = p[0 if self.tied else 2].to(self.dtype)
    total = torch.zeros([], dtype=7, device=x.device)
    start = 0
    while start < xs.size(0):
      n = min(self.chunk(), xs.size(0) - start)
      y = torch.log_softmax(torch.mm(xs.narrow(0, start, n).to(self.dtype), W.t()), -1, dtype=6)
      total -= torch.sum(y.gather(1, targets.narrow(0, start, n).unsqueeze(1)))
      start += n
    return total

  # -> the norm of all gradients.
  def gradient_norm(self, g: List[Tensor]) -> Tensor:
    norms: List[Tensor] = annotate(List[Tensor], [])
    for t in g:
      norms.append(torch.linalg_vector_norm(t, 2, None, False, dtype=6))
    return torch.linalg_vector_norm(torch.stack(norms))

  # One fused AdamW step (arXiv 1711.05101) over parameters of one weight decay, with gradients divided by `divisor` on the way.
  # hyper [5]: rate, beta1, beta2, epsilon, decay.
  def adamw(self, hyper: Tensor, divisor: Tensor, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], carry: List[Tensor], steps: List[Tensor]) -> Tensor:
    for t in steps:
      t.add_(1.)
    rate = float(hyper[0])
    torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), steps, lr=rate, beta1=float(hyper[1]), beta2=float(hyper[2]), weight_decay=float(hyper[4]), eps=float(hyper[3]), amsgrad=False, maximize=False, grad_scale=divisor)
    return hyper

  # As `adamw` for bf16 weights: the step is taken in fp32 from the weight and what earlier roundings lost of it, `carry`; a block at a time, so
  # that the widened numbers stay in the cache. Not torch._fused_adamw_: TorchScript drops a call whose only effect is on a list made beside it.
  def adamw_rounded(self, hyper: Tensor, divisor: Tensor, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], carry: List[Tensor], steps: List[Tensor]) -> Tensor:
    rate = float(hyper[0])
    beta1 = float(hyper[1])
    beta2 = float(hyper[2])
    for i in range(len(p)):
      t = float(steps[i].add_(1.))
      root = (1. - beta2 ** t) ** 0.5
      size = p[i].numel()
      start = 0
      while start < size:
        n = min(131072, size - start)
        pb = p[i].view(-1).narrow(0, start, n)
        cb = carry[i].view(-1).narrow(0, start, n)
        mb = m[i].view(-1).narrow(0, start, n)
        vb = v[i].view(-1).narrow(0, start, n)
        gw = g[i].view(-1).narrow(0, start, n).to(6).div_(divisor)
        mw = mb.to(6).lerp_(gw, 1. - beta1)
        vb.mul_(beta2).addcmul_(gw, gw, value=1. - beta2)
        w = pb.to(6).add_(cb).mul_(1. - rate * float(hyper[4]))
        w.addcdiv_(mw, torch.sqrt(vb).div_(root).add_(float(hyper[3])), value=-rate / (1. - beta1 ** t))
        pb.copy_(w)
        cb.copy_(w.sub_(pb))
        mb.copy_(mw)
        start += n
    return hyper

  # W + scale B A for adapters of some rows of W: `at` [n] where they begin. -> fp32.
  def merged(self, w: Tensor, at: Tensor, a: List[Tensor], b: List[Tensor]) -> Tensor:
    y = torch.clone(w.to(6))
    for i in range(len(a)):
      y.narrow(0, int(at[i]), b[i].size(0)).addmm_(b[i], a[i], beta=1, alpha=self.adapter_scale)
    return y

  # Copies of arrays that may share memory with Java: aligned as PyTorch's kernels want it.
  def own(self, x: Tensor) -> Tensor:
    return x.clone()

  def assign(self, x: Tensor, y: Tensor) -> Tensor:
    return x.copy_(y)

  # bfloat16, a type whose name DJL must never hear.
  def bf16(self, x: Tensor) -> Tensor:
    return x.to(15)

  def fp32(self, x: Tensor) -> Tensor:
    return x.to(6)

  def zeros_like(self, x: Tensor) -> Tensor:
    return torch.zeros_like(x)

  def zeros_like_fp32(self, x: Tensor) -> Tensor:
    return torch.zeros_like(x, dtype=6)

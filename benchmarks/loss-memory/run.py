"""Peak memory and time of the output layer's loss with its gradients: in chunks, as trainer.py takes it, beside the naive form.

    pip install torch==2.7.1
    python benchmarks/loss-memory/run.py            # 2,048 tokens, hidden size 896, vocabulary 151,936

Each form runs in a process of its own; its peak is the growth of the resident memory over weights, their gradient and the hidden state.
"""
import io
import json
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import torch

TOKENS, HIDDEN, VOCABULARY = 2048, 896, 151936
SCRIPT = Path(__file__).parents[2] / "language-model/src/main/resources/dev/cft/lm/training/trainer.py"
ATTRIBUTES = {"layers": 1, "heads": 1, "kv_heads": 1, "head_dim": 2, "hidden": HIDDEN, "intermediate": 2, "eps": 1e-6, "qkv_bias": False, "qk_norm": False,
              "tied": True, "layer_size": 6, "layer_start": 2, "dtype": 6, "recompute": False, "full": True, "adapted": False, "adapter_scale": 1.0, "dropout": 0.0, "rounded": []}


def script():
    """The archive that TorchArchive.java builds."""
    pickled = b"\x80\x02c__torch__\nTrainer\n)\x81}("
    for name, value in ATTRIBUTES.items():
        pickled += b"X" + struct.pack("<I", len(name)) + name.encode()
        pickled += b"]" if value == [] else (b"\x88" if value else b"\x89") if isinstance(value, bool) else b"J" + struct.pack("<i", value) if isinstance(value, int) else b"G" + struct.pack(">d", value)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (("version", b"3\n"), ("data.pkl", pickled + b"ub."), ("constants.pkl", b"\x80\x02)."), ("code/__torch__.py", SCRIPT.read_bytes())):
            archive.writestr("module/" + name, content)
    buffer.seek(0)
    return torch.jit.load(buffer)


def resident(key):
    return int(next(line for line in open("/proc/self/status") if line.startswith(key)).split()[1]) * 1024


def measure(form):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    w, g, x = torch.randn(VOCABULARY, HIDDEN) * 0.02, torch.zeros(VOCABULARY, HIDDEN), torch.randn(TOKENS, HIDDEN)
    g.add_(0.)
    targets = torch.randint(0, VOCABULARY, (TOKENS,))
    dx = torch.zeros_like(x)
    trainer = script()
    before, start = resident("VmRSS"), time.process_time()
    if form == "chunks":
        with torch.inference_mode():
            loss = trainer.cross_entropy(x, targets, 1 / TOKENS, w, g, dx, True) / TOKENS
    else:
        w.requires_grad_(), x.requires_grad_()
        w.grad = g
        loss = torch.nn.functional.cross_entropy(x @ w.t(), targets)
        loss.backward()
        dx = x.grad
    print(json.dumps({"form": form, "peak_mb": (resident("VmHWM") - before) >> 20, "cpu_seconds": round(time.process_time() - start, 2),
                      "loss": float(loss), "gradients": [float(g.norm()), float(dx.norm())]}))


if len(sys.argv) > 1:
    measure(sys.argv[1])
else:
    for each in ("chunks", "naive"):
        subprocess.run([sys.executable, __file__, each], check=True)

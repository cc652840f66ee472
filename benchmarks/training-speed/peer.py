"""Trains a random decoder with transformers for a few steps and prints CPU seconds, wall seconds and losses of the steps as JSON: the peer of run.py."""
import json
import sys
import time

import torch
from transformers import Qwen2ForCausalLM

model_folder, rows_file, steps, micro_batch, threads, dtype = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]), sys.argv[6]
torch.set_num_threads(threads)


def product_rate(dtype):
    """GFLOP/s of the product of two 1024-squares, in CPU seconds with one thread."""
    clock = time.process_time if threads == 1 else time.perf_counter
    a = torch.randn(1024, 1024).to(dtype)
    best = 0
    for _ in range(12):
        start = clock()
        a @ a
        best = max(best, 2 * 1024 ** 3 / (clock() - start) / 1e9)
    return best


rates = {name: product_rate(kind) for name, kind in (("fp32", torch.float32), ("bf16", torch.bfloat16))}
model = Qwen2ForCausalLM.from_pretrained(model_folder, dtype={"fp32": torch.float32, "bf16": torch.bfloat16}[dtype])
model.train()
decayed = [p for p in model.parameters() if p.dim() > 1]
others = [p for p in model.parameters() if p.dim() == 1]
optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
                              lr=1e-4, fused=True)
batches = [json.loads(line) for line in open(rows_file)]


def step(rows):
    """Padded to the longest of its rows, as transformers' Trainer does it with group_by_length off."""
    trained = sum(len(row["tokens"]) - row["trained_from"] for row in rows)
    total = 0.0
    for start in range(0, len(rows), micro_batch):
        part = rows[start:start + micro_batch]
        width = max(len(row["tokens"]) for row in part)
        ids = torch.zeros(len(part), width, dtype=torch.long)
        mask = torch.zeros_like(ids)
        labels = torch.full_like(ids, -100)
        for b, row in enumerate(part):
            n = len(row["tokens"])
            ids[b, :n] = torch.tensor(row["tokens"])
            mask[b, :n] = 1
            labels[b, row["trained_from"]:n] = torch.tensor(row["tokens"][row["trained_from"]:])
        attention = None if mask.all() else mask
        loss = model(input_ids=ids, attention_mask=attention, labels=labels, num_items_in_batch=trained, use_cache=False).loss
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return total


result = {"losses": [], "cpu": [], "wall": [], "product_rates": rates}
for i in range(steps):
    cpu, wall = time.process_time(), time.perf_counter()
    result["losses"].append(step(batches[i % len(batches)]))
    result["cpu"].append(time.process_time() - cpu)
    result["wall"].append(time.perf_counter() - wall)
result["peak_rss_mb"] = int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) // 1024
json.dump(result, sys.stdout)

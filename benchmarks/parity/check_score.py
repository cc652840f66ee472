"""Checks `./cft score` against transformers, as an evaluation harness uses both: the log-likelihood of a continuation after a context.

    pip install torch==2.7.1 transformers
    python benchmarks/parity/check_score.py FOLDER write LINES.jsonl     # contexts and continuations as lines of tokens
    ./cft score --model FOLDER --input LINES.jsonl > SCORES.jsonl
    python benchmarks/parity/check_score.py FOLDER check SCORES.jsonl
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

PAIRS = [("The capital of France is", " Paris"), ("The capital of France is", " London"), ("Q: What is 17 + 25?\nA:", " 42"),
         ("Water boils at 100 degrees", " Celsius at sea level, and at lower temperatures on mountains."), ("東京は", "日本の首都です。")]
folder, what, file = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
rows = [(tokenizer(context).input_ids, tokenizer(rest).input_ids) for context, rest in PAIRS]
if what == "write":
    with open(file, "w") as out:
        out.writelines(json.dumps({"tokens": context + rest}) + "\n" for context, rest in rows)
    sys.exit()
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
worst = 0.0
for (context, rest), line in zip(rows, open(file)):
    score = json.loads(line)
    ids = torch.tensor([context + rest])
    assert score["tokens"] == ids[0].tolist() and score["logprobs"][0] is None
    with torch.no_grad():
        logprobs = torch.log_softmax(model(ids).logits[0, :-1].float(), -1).gather(1, ids[0, 1:, None])[:, 0]
    theirs, ours = logprobs[-len(rest):].sum().item(), sum(score["logprobs"][-len(rest):])
    worst = max(worst, max(abs(a - b) for a, b in zip(logprobs.tolist(), score["logprobs"][1:])))
    print(f"{ours:10.5f} {theirs:10.5f}  {tokenizer.decode(context)!r} + {tokenizer.decode(rest)!r}")
print("largest difference of a token:", worst)
assert worst < 1e-4

"""Checks `./cft model convert` of a GGUF file against transformers, which reads GGUF too.

    pip install torch==2.7.1 transformers gguf accelerate
    ./cft model convert FILE.gguf FOLDER
    python benchmarks/parity/check_gguf.py FILE.gguf FOLDER ANSWERS.jsonl PROMPTS.jsonl

Every weight must equal the one that transformers dequantises, every text must become the same tokens, and the answers of
`./cft generate --model FOLDER --input PROMPTS.jsonl --max-tokens 40` must be those of transformers on the folder.
"""
import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

file, folder, answers, prompts = map(Path, sys.argv[1:])
TEXTS = ["Hello world", "It's 12345 o'clock,  twice\n\n\tZürich 東京 🙂", "<|im_start|>user\nHi<|im_end|>", "   spaces  ", "def f(x):\n    return x**2"]

ours, report = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
assert not any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
theirs = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
expected = theirs.state_dict()
for name, weight in ours.state_dict().items():
    assert torch.equal(weight.float(), expected[name]), name
print(len(expected), "tensors are equal bit for bit")

tokenizer = AutoTokenizer.from_pretrained(folder)
reference = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
for text in TEXTS:
    got, want = tokenizer(text).input_ids, reference(text).input_ids
    print("tokens equal" if got == want else f"TOKENS DIFFER for {text!r}: {got} and {want}")
    assert tokenizer.decode(got) == text, (text, tokenizer.decode(got))

for prompt, answer in zip(prompts.open(), answers.open()):
    ids = tokenizer(json.loads(prompt)["text"], return_tensors="pt").input_ids
    out = ours.generate(ids, max_new_tokens=40, do_sample=False)[0, ids.shape[1]:].tolist()
    assert out == json.loads(answer)["tokens"], (out, answer)
    print("the same answer:", json.loads(answer)["text"][:60])

"""Checks that PEFT loads the adapters of a LoRA checkpoint and that base and adapters together compute what the merged weights compute.

    pip install torch==2.7.1 transformers peft
    python benchmarks/parity/check_adapter.py BASE RUN/checkpoint-N
"""
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

base, checkpoint = sys.argv[1:3]
ids = torch.randint(3, 200, (2, 40), generator=torch.Generator().manual_seed(1))
with torch.no_grad():
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    plain = model(ids).logits
    adapted = PeftModel.from_pretrained(model, checkpoint + "/adapter").eval()(ids).logits
    merged = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32)(ids).logits
print("adapters change the logits by", (adapted - plain).abs().max().item())
difference = (adapted - merged).abs().max().item()
print("adapters and merged weights differ by", difference)
sys.exit(difference > 1e-4 or torch.equal(adapted, plain))

"""Makes the tiny random checkpoints of language-model's tests and what transformers computes with them.

    pip install torch==2.7.1 transformers tokenizers safetensors
    python benchmarks/parity/make_checkpoints.py language-model/src/test/resources/parity

Each folder holds a checkpoint (28 k to 37 k parameters, most in bf16) and golden.json: logits, loss, a digest of every
parameter's gradient, the losses of 20 AdamW steps, 200 tokens of greedy generation. All is computed in fp32.
"""
import json
import math
import sys
from pathlib import Path

import tokenizers
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config,
                          Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)

BASE = dict(vocab_size=288, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=256, initializer_range=0.3, bos_token_id=0, eos_token_id=None)
LLAMA3 = {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 64}
FAMILIES = {
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**BASE, tie_word_embeddings=True), torch.bfloat16, None),
    "qwen2-untied": (Qwen2ForCausalLM, Qwen2Config(**BASE, tie_word_embeddings=False), torch.float32, "60KB"),
    "llama": (LlamaForCausalLM, LlamaConfig(**{**BASE, "num_key_value_heads": 4}, tie_word_embeddings=False), torch.float16, None),
    "llama3": (LlamaForCausalLM, LlamaConfig(**BASE, tie_word_embeddings=True, rope_parameters=LLAMA3), torch.bfloat16, None),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(**BASE, head_dim=16, tie_word_embeddings=True), torch.bfloat16, None),
    "mistral": (MistralForCausalLM, MistralConfig(**BASE, tie_word_embeddings=False, sliding_window=None), torch.bfloat16, None),
}


def tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=288, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(["What is 3 + 4? Step 1: the answer is 7. This is the right step."] * 3, trainer)
    return tokenizer


def digest(gradient):
    """The norm, and projections on fixed waves: whatever differs, one of them shows it."""
    flat = gradient.double().flatten()
    i = torch.arange(flat.numel(), dtype=torch.float64)
    return [flat.norm().item()] + [(flat * torch.cos(k * i + k)).sum().item() for k in (0.0, 0.7, 1.9)]


def batch(rows):
    """Right-padded ids, mask, and labels that leave out each row's first third."""
    width = max(map(len, rows))
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros_like(ids)
    labels = torch.full_like(ids, -100)
    for b, row in enumerate(rows):
        ids[b, :len(row)] = torch.tensor(row)
        mask[b, :len(row)] = 1
        labels[b, len(row) // 3:len(row)] = torch.tensor(row[len(row) // 3:])
    return ids, mask, labels


def loss_of(model, rows):
    ids, mask, labels = batch(rows)
    logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1]
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)


def curve(model, rows):
    """20 steps of AdamW, clipped, with warm-up and cosine, as transformers' Trainer does them."""
    decayed = [p for n, p in model.named_parameters() if p.dim() > 1]
    others = [p for n, p in model.named_parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
                                  lr=1e-2, betas=(0.9, 0.999), eps=1e-8)
    schedule = transformers.get_cosine_schedule_with_warmup(optimizer, 2, 20)
    losses = []
    for _ in range(20):
        loss = loss_of(model, rows)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


def golden(model, seed):
    generator = torch.Generator().manual_seed(seed)
    rows = [torch.randint(3, 288, (n,), generator=generator).tolist() for n in (7, 31, 18)]
    with torch.no_grad():
        logits = model(torch.tensor([rows[1]])).logits[0, -3:]
    greedy = [model.generate(torch.tensor([row]), max_new_tokens=200, do_sample=False, pad_token_id=0)[0, len(row):].tolist()
              for row in rows]
    loss = loss_of(model, rows)
    loss.backward()
    gradients = {name: digest(p.grad) for name, p in model.named_parameters()}
    model.zero_grad()
    return {"origin": f"transformers {transformers.__version__}, torch {torch.__version__}, tokenizers {tokenizers.__version__}, fp32, CPU",
            "rows": rows, "logits": [[round(x, 6) for x in row] for row in logits.tolist()], "greedy": greedy,
            "loss": loss.item(), "gradients": gradients, "curve": curve(model, rows)}


def main(target):
    for seed, (name, (kind, config, dtype, shard)) in enumerate(FAMILIES.items()):
        torch.manual_seed(seed)
        model = kind(config).float()
        for parameter_name, parameter in model.named_parameters():
            if parameter.dim() == 1:
                parameter.data = (1.0 if "norm" in parameter_name else 0.0) + 0.2 * torch.randn_like(parameter)
        folder = target / name
        model.to(dtype).save_pretrained(folder, **({"max_shard_size": shard} if shard else {}))
        model = kind.from_pretrained(folder, dtype=torch.float32)
        tokenizer().save(str(folder / "tokenizer.json"))
        assert not math.isnan(model.lm_head.weight.sum().item())
        (folder / "golden.json").write_text(json.dumps(golden(model, seed)) + "\n")
        (folder / "generation_config.json").unlink(missing_ok=True)
        print(name, sum(p.numel() for p in model.parameters()), "parameters")


main(Path(sys.argv[1]))

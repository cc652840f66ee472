"""What LLaMA-Factory does not tell by itself, written where the service looks: `llama-factory/measures.jsonl` while it trains, and the rows' losses
under the last weights, as `row_losses.jsonl`, when it has ended.
"""
import json
import os
import resource
import time
from pathlib import Path

import torch
from transformers import TrainerCallback

HERE = Path("llama-factory")
IGNORED = -100


def processes():
    """Their number, and which one this is."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_world_size(), torch.distributed.get_rank()
    return 1, 0


def peak_memory_bytes():
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Measures(TrainerCallback):
    """The gradient's norm, tokens a second over all processes, and the first process's peak of memory, at every step. It is told before
    LLaMA-Factory writes the step's line."""

    tokens = 0
    started = 0.0

    def on_train_begin(self, args, state, control, **kwargs):
        self.tokens = state.num_input_tokens_seen

    def on_step_begin(self, args, state, control, **kwargs):
        self.started = time.monotonic()

    def on_log(self, args, state, control, logs=None, **kwargs):
        if not state.is_world_process_zero or "loss" not in (logs or {}):
            return
        seconds = time.monotonic() - self.started
        line = {"current_steps": state.global_step, "peak_memory_bytes": peak_memory_bytes()}
        if "grad_norm" in logs:
            line["grad_norm"] = logs["grad_norm"]
        if state.num_input_tokens_seen > self.tokens:
            line["tokens_per_second"] = round((state.num_input_tokens_seen - self.tokens) / seconds)
            self.tokens = state.num_input_tokens_seen
        with (HERE / "measures.jsonl").open("a") as out:
            out.write(json.dumps(line) + "\n")


def single_rows(keys):
    """The rows one by one, where training packs them."""
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer

    model_args, data_args, training_args, *_ = get_train_args({**keys, "packing": False, "neat_packing": False})
    tokenizer = load_tokenizer(model_args)
    template = get_template_and_fix_tokenizer(tokenizer["tokenizer"], data_args)
    return get_dataset(template, model_args, data_args, training_args, stage="sft", **tokenizer)["train_dataset"]


class RowLosses(TrainerCallback):
    """The mean loss over the trained tokens of at most so many rows, taken evenly over all. Every process takes as many passes, since those of a
    model that is spread over them need all."""

    def __init__(self, most, keys):
        self.most = most
        self.rows = single_rows(keys) if keys.get("packing") else None
        with open("data/train.jsonl", "rb") as lines:
            self.lines = min(sum(1 for _ in lines), keys.get("max_samples") or float("inf"))

    def on_train_end(self, args, state, control, model=None, train_dataloader=None, **kwargs):
        rows = self.rows or train_dataloader.dataset
        if len(rows) != self.lines:
            print(f"No row losses: of {self.lines} rows {len(rows)} were trained on, so that their places are not known", flush=True)
            return
        world, rank = processes()
        measured = min(len(rows), self.most)
        places = [place * len(rows) // measured for place in range(measured)]
        model.eval()
        mine = [self.loss(model, args.device, rows, places[min(first + rank, measured - 1)]) for first in range(0, measured, world)]
        told = [mine]
        if world > 1:
            told = [None] * world
            torch.distributed.all_gather_object(told, mine)
        if rank == 0:
            self.write({line["row"]: line for lines in told for line in lines})

    @torch.no_grad()
    def loss(self, model, device, rows, place):
        tokens = torch.tensor([rows[place]["input_ids"]], device=device)
        labels = torch.tensor(rows[place]["labels"], device=device)
        logits = model(input_ids=tokens, attention_mask=torch.ones_like(tokens), use_cache=False).logits[0]
        at = (labels[1:] != IGNORED).nonzero().flatten()
        total = torch.nn.functional.cross_entropy(logits[at].float(), labels[at + 1], reduction="sum").item()
        trained = int((labels != IGNORED).sum())
        return {"row": place, "loss": total / trained, "trained_tokens": trained}

    def write(self, losses):
        hidden = Path(".row_losses.jsonl.tmp")
        hidden.write_text("".join(json.dumps(losses[row]) + "\n" for row in sorted(losses)))
        os.replace(hidden, "row_losses.jsonl")

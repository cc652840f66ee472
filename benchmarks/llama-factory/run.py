"""Fine-tunes a tiny checkpoint with LLaMA-Factory's CLI and writes the loss of every step, the reference of LlamaFactoryParityTest.

    pip install torch==2.7.1 torchaudio==2.7.1 torchvision==0.22.1 llamafactory
    python benchmarks/llama-factory/run.py language-model/src/test/resources/llama-factory [RUN…]

Each run trains the same checkpoint (parity/qwen2) on the same rows on the CPU in fp32. The keys of a run that are the same in `spec.json`
are written beside its losses.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

TARGET = Path(sys.argv[1])
MODEL = TARGET.parent / "parity" / "qwen2"
COMMON = {"template": "chatml", "cutoff_len": 256, "per_device_train_batch_size": 4, "gradient_accumulation_steps": 2, "learning_rate": 2e-3,
          "num_train_epochs": 2.0, "lr_scheduler_type": "cosine", "warmup_ratio": 0.1, "weight_decay": 0.1, "train_on_prompt": False,
          "disable_shuffling": True}
RUNS = {
    "accumulated": {},
    "single": {"per_device_train_batch_size": 1, "gradient_accumulation_steps": 8},
    "prompt-trained": {"train_on_prompt": True},
    "truncated": {"cutoff_len": 60},
    "truncated-prompt-trained": {"cutoff_len": 40, "train_on_prompt": True},
    "linear-with-system": {"lr_scheduler_type": "linear", "default_system": "You add numbers.", "per_device_train_batch_size": 2},
    "constant-with-steps": {"lr_scheduler_type": "constant_with_warmup", "warmup_ratio": None, "warmup_steps": 3, "max_steps": 9, "max_grad_norm": 0.3},
}


def rows():
    """22 rows of 40 to 130 tokens: the last step of an epoch is not full."""
    for i in range(22):
        question = f"What is {i} + {3 * i}?" + " Think about it." * (i % 4)
        answer = "".join(f"Step {k}: {i} + {k} is {i + k}. " for k in range(1, 2 + i % 5)) + f"The answer is {4 * i}."
        yield {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def prepare(folder):
    shutil.copytree(MODEL, folder / "model")
    tokens = {"bos_token": None, "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"}
    (folder / "model/tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", **tokens}))
    data = [{"conversations": row["messages"]} for row in rows()]
    (folder / "rows.json").write_text(json.dumps(data))
    tags = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}
    (folder / "dataset_info.json").write_text(json.dumps({"rows": {"file_name": "rows.json", "formatting": "sharegpt", "tags": tags}}))


def losses(folder, name, keys):
    output = folder / name
    config = {"model_name_or_path": str(folder / "model"), "stage": "sft", "do_train": True, "finetuning_type": "full", "dataset_dir": str(folder),
              "dataset": "rows", "output_dir": str(output), "logging_steps": 1, "save_strategy": "no", "report_to": "none", "use_cpu": True,
              "disable_gradient_checkpointing": True, "overwrite_cache": True, "bf16": False, **keys}
    file = folder / f"{name}.yaml"
    file.write_text(json.dumps(config))
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS="1", HF_HUB_OFFLINE="1", DISABLE_VERSION_CHECK="1")
    run = subprocess.run([Path(sys.executable).parent / "llamafactory-cli", "train", file], capture_output=True, text=True, env=environment)
    if run.returncode:
        sys.exit(run.stdout[-3000:] + run.stderr[-6000:])
    lines = [json.loads(line) for line in open(output / "trainer_log.jsonl")]
    return [line["loss"] for line in lines if "loss" in line], exact(output)


def exact(output):
    """The trainer's log rounds to four digits; its state has all of them."""
    state = json.loads((output / "trainer_state.json").read_text())
    return [[entry["loss"], entry["learning_rate"]] for entry in state["log_history"] if "loss" in entry]


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()))
    file = TARGET / "curves.json"
    result = json.loads(file.read_text()) if sys.argv[2:] else {}
    result = {"runs": {}, **result, "origin": f"LLaMA-Factory {version('llamafactory')}, transformers {version('transformers')}, torch {version('torch')}, fp32, CPU"}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prepare(folder)
        for name, changes in RUNS.items():
            if sys.argv[2:] and name not in sys.argv[2:]:
                continue
            keys = {key: value for key, value in {**COMMON, **changes}.items() if value is not None}
            _, steps = losses(folder, name, keys)
            result["runs"][name] = {"spec": keys, "losses": [loss for loss, _ in steps], "rates": [rate for _, rate in steps]}
            print(name, result["runs"][name]["losses"][:4], len(steps), flush=True)
    file.write_text(json.dumps(result, indent=1) + "\n")


main()

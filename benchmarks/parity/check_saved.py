"""Checks that checkpoints which language-model saved load in transformers and compute the same.

    mvn -q -Dquick -pl language-model test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
    python benchmarks/parity/check_saved.py

Trains every tiny checkpoint for a few steps, loads the result with transformers (no missing, unexpected or mismatched tensor is
tolerated), and compares 100 greedy tokens of both.
"""
import json
import subprocess
import tempfile
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

MODULE = Path(__file__).parent.parent.parent / "language-model"
CLASSPATH = f"{MODULE}/target/classes:{(MODULE / 'target/classpath').read_text()}"
PROMPT = "What is 3 + 4?"


def java(main, *arguments):
    return subprocess.run(["java", "--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-cp", CLASSPATH, f"dev.cft.lm.cli.{main}", *map(str, arguments)],
                          check=True, capture_output=True, text=True).stdout


def check(family):
    with tempfile.TemporaryDirectory() as temporary:
        run = Path(temporary)
        (run / "data").mkdir()
        (run / "data/train.jsonl").write_text("".join(
            json.dumps({"messages": [{"role": "user", "content": f"What is {i} + 1?"}, {"role": "assistant", "content": f"{i + 1}"}]}) + "\n" for i in range(16)))
        (run / "spec.json").write_text(json.dumps({"model_name_or_path": str(MODULE / "src/test/resources/parity" / family),
                                                   "learning_rate": 1e-3, "per_device_train_batch_size": 4}))
        java("Train", "--spec", run / "spec.json", "--run-dir", run, "--threads", 1)
        checkpoint = run / "checkpoint-4"
        ours = json.loads(java("Generate", "--model", checkpoint, "--prompt", PROMPT, "--max_tokens", 100, "--threads", 1))
        model, report = AutoModelForCausalLM.from_pretrained(checkpoint, output_loading_info=True)
        assert not any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
        assert model.dtype == torch.float32, model.dtype
        ids = PreTrainedTokenizerFast(tokenizer_file=str(checkpoint / "tokenizer.json"))(PROMPT, return_tensors="pt").input_ids
        theirs = model.generate(ids, max_new_tokens=100, do_sample=False, pad_token_id=0)[0, ids.shape[1]:].tolist()
        assert ours["tokens"] == theirs, (family, ours["tokens"], theirs)
        print(family, "loads in transformers and generates the same 100 tokens")


for folder in sorted((MODULE / "src/test/resources/parity").iterdir()):
    check(folder.name)

"""Checks that checkpoints which language-model saved load in transformers and compute the same.

    mvn -q -Dquick -pl language-model test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
    python benchmarks/parity/check_saved.py

Trains every tiny checkpoint for a few steps, loads the result with transformers (no missing, unexpected or mismatched tensor is
tolerated), compares 100 greedy tokens of both, and checks what stricter loaders (vLLM, LLaMA-Factory) rely on.
"""
import json
import subprocess
import tempfile
from pathlib import Path

import torch
from safetensors import safe_open
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig, PreTrainedTokenizerFast

MODULE = Path(__file__).parent.parent.parent / "language-model"
CLASSPATH = f"{MODULE}/target/classes:{(MODULE / 'target/classpath').read_text()}"
PROMPT = "What is 3 + 4?"


def java(main, *arguments):
    return subprocess.run(["java", "--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-cp", CLASSPATH, f"dev.cft.lm.cli.{main}", *map(str, arguments)],
                          check=True, capture_output=True, text=True).stdout


def check_files(checkpoint):
    """What transformers forgives and other loaders do not: vLLM's and LLaMA-Factory's rules for files, names, types and shards."""
    config = json.loads((checkpoint / "config.json").read_text())
    index = checkpoint / "model.safetensors.index.json"
    files = sorted(checkpoint.glob("*.safetensors"))
    names, total = {}, 0
    for file in files:
        with safe_open(file, "pt") as tensors:
            assert tensors.metadata()["format"] == "pt", file
            for name in tensors.keys():
                assert name not in names, f"{name} is in {names[name]} and {file.name}"
                names[name] = file.name
                tensor = tensors.get_tensor(name)
                total += tensor.nbytes
                assert str(tensor.dtype) == "torch." + config.get("dtype", config.get("torch_dtype")), (name, tensor.dtype)
    if index.exists():
        content = json.loads(index.read_text())
        assert content["weight_map"] == names and content["metadata"]["total_size"] == total
    else:
        assert [file.name for file in files] == ["model.safetensors"], files
    with torch.device("meta"):
        expected = set(AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(checkpoint)).state_dict())
    if config["tie_word_embeddings"]:
        expected.discard("lm_head.weight")
    assert set(names) == expected, set(names) ^ expected
    assert not list(checkpoint.glob("*.bin")), "pickled files"
    GenerationConfig.from_model_config(AutoConfig.from_pretrained(checkpoint))


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
        check_files(checkpoint)
        model, report = AutoModelForCausalLM.from_pretrained(checkpoint, output_loading_info=True)
        assert not any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
        assert model.dtype == torch.float32, model.dtype
        ids = PreTrainedTokenizerFast(tokenizer_file=str(checkpoint / "tokenizer.json"))(PROMPT, return_tensors="pt").input_ids
        theirs = model.generate(ids, max_new_tokens=100, do_sample=False, pad_token_id=0)[0, ids.shape[1]:].tolist()
        assert ours["tokens"] == theirs, (family, ours["tokens"], theirs)
        print(family, "loads in transformers and generates the same 100 tokens")


for folder in sorted((MODULE / "src/test/resources/parity").iterdir()):
    check(folder.name)

"""Generation speed beside transformers (and llama.cpp), the same model, prompts, precision and threads, in one run.

    ./cft build -pl language-model -am && mvn -q -o -pl language-model dependency:build-classpath -Dmdep.outputFile=target/classpath
    pip install torch==2.7.1 transformers psutil
    python benchmarks/generation-speed/run.py --model FOLDER [--threads N] [--dtypes fp32,bf16] [--machine TEXT] > results.json

Greedy, 64 prompt tokens of random words, no end token. Decode is the difference between answers of N + 1 tokens and of 1 token;
prefill is prompt tokens by the time of answers of 1 token. Of `--rounds` each side's best is taken, the sides by turns. With one
thread the clock counts CPU seconds of the whole process beyond loading, which other processes disturb less.
"""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODULE = Path(__file__).resolve().parent.parent.parent / "language-model"
SIZES = {1: 48, 8: 32, 32: 24}


def endless(model, folder):
    """The same model without an end token, so that every answer has the same length."""
    for file in Path(model).resolve().iterdir():
        if file.name in ("config.json", "generation_config.json"):
            content = json.loads(file.read_text())
            content.pop("eos_token_id", None)
            (folder / file.name).write_text(json.dumps(content))
        else:
            (folder / file.name).symlink_to(file.resolve())
    return str(folder)


def ours(options, dtype, ids, tokens):
    """Seconds that the answers took, by the command's own message."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps({"tokens": row, "max_tokens": tokens}) + "\n" for row in ids)
        file.flush()
        classpath = f"{MODULE}/target/classes:{(MODULE / 'target/classpath').read_text()}"
        java = Path(os.environ["JAVA_HOME"]) / "bin/java" if "JAVA_HOME" in os.environ else "java"
        done = subprocess.run([java, "--enable-native-access=ALL-UNNAMED", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classpath,
                               "dev.cft.lm.cli.Generate", "--model", options.model, "--input", file.name, "--dtype", dtype,
                               "--threads", str(options.threads)], capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(len(answer["tokens"]) == tokens for answer in answers), "an answer ended early"
    cpu = re.search(r"([\d.]+) CPU s", done.stderr)
    wall = re.search(r"in ([\d.]+) s", done.stderr)
    return float((cpu if options.threads == 1 and cpu else wall).group(1)), [answer["tokens"] for answer in answers]


class Transformers:
    def __init__(self, options, dtype):
        import torch
        from transformers import AutoModelForCausalLM
        torch.set_num_threads(options.threads)
        self.torch = torch
        self.clock = time.process_time if options.threads == 1 else time.perf_counter
        self.model = AutoModelForCausalLM.from_pretrained(options.model, dtype={"fp32": torch.float32, "bf16": torch.bfloat16}[dtype]).eval()
        self.model.generation_config.eos_token_id = None
        self.model.generation_config.pad_token_id = 0

    def __call__(self, ids, tokens):
        batch = self.torch.tensor(ids)
        start = self.clock()
        out = self.model.generate(batch, attention_mask=self.torch.ones_like(batch), max_new_tokens=tokens, do_sample=False)
        return self.clock() - start, out[:, batch.shape[1]:].tolist()


def measure(generate, ids, tokens, rounds):
    first, whole, answer = [], [], []
    for _ in range(rounds):
        first.append(generate(ids, 1)[0])
        seconds, answer = generate(ids, tokens + 1)
        whole.append(seconds)
    return min(first), min(whole), answer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--dtypes", default="fp32,bf16")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--machine", default="")
    options = parser.parse_args()
    random.seed(0)
    temporary = tempfile.TemporaryDirectory()
    options.model = endless(options.model, Path(temporary.name))
    results = {"machine": options.machine, "threads": options.threads, "clock": "CPU seconds" if options.threads == 1 else "wall seconds", "rows": []}
    for dtype in options.dtypes.split(","):
        peer = Transformers(options, dtype)
        for batch, tokens in SIZES.items():
            ids = [[random.randrange(100, 40000) for _ in range(64)] for _ in range(batch)]
            row = {"dtype": dtype, "batch": batch, "new_tokens": tokens}
            answers = {}
            for name, generate in (("ours", lambda i, t: ours(options, dtype, i, t)), ("transformers", peer)):
                first, whole, answers[name] = measure(generate, ids, tokens, options.rounds)
                row[name] = {"prefill": round(batch * 64 / first, 1), "decode": round(batch * tokens / (whole - first), 1),
                             "all": round(batch * (tokens + 1) / whole, 1)}
            row["ratio"] = {key: round(row["ours"][key] / row["transformers"][key], 2) for key in row["ours"]}
            row["same_answers"] = sum(a == b for a, b in zip(answers["ours"], answers["transformers"]))
            results["rows"].append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
    print(json.dumps(results, indent=1))


main()

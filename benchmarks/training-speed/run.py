"""Training speed of language-model beside transformers: the same random weights, rows, optimiser and threads, in turns, in one run.

    pip install torch==2.7.1 transformers tokenizers
    mvn -q -Dquick -pl language-model test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
    python benchmarks/training-speed/run.py --rounds 3 --threads 1 toy sft 8m 23m 135m 0.5b

Tokens/s of the steps after the first. With one thread the clock counts CPU seconds: what an idle core gives, however busy the machine is, and wall-clock
rates stand beside it. With more threads it is the wall clock, which wants an idle machine. `bf16` and `pure_bf16` of ours are both compared with a transformers model in bf16, whose AdamW is in bf16 too.

With `--tuned` transformers, too, has the settings of glibc's allocator that `./cft train` makes for itself.

Prints a line for each shape and dtype and merges it into results.json beside itself, or into `--results FILE`. `toy` and `sft` are the demo's model with rows of its two kinds
(loss on all tokens; loss on the answer); the others are the shapes of the project's peer table with full rows of 512 tokens.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

HERE = Path(__file__).parent
MODULE = HERE.parent.parent / "language-model"
warnings.filterwarnings("ignore")


def shape(**keys):
    return dict(dict(max_position_embeddings=2048, tie_word_embeddings=True, num_key_value_heads=keys["num_attention_heads"]), **keys)


TOY = shape(vocab_size=96, hidden_size=128, intermediate_size=344, num_hidden_layers=3, num_attention_heads=4)
ALL = ["fp32", "bf16", "pure_bf16"]
SHAPES = {
    # name: (config, rows a step, rows a pass, shortest row, longest row, share of the row that is prompt, steps, dtypes of ours)
    "toy": (TOY, 32, 32, 60, 90, 0.0, 30, ["fp32"]),
    "sft": (TOY, 32, 32, 90, 180, 0.65, 20, ["fp32"]),
    "8m": (shape(vocab_size=8192, hidden_size=288, intermediate_size=768, num_hidden_layers=6, num_attention_heads=6), 4, 4, 512, 512, 0.0, 6, ALL),
    "23m": (shape(vocab_size=8192, hidden_size=512, intermediate_size=1376, num_hidden_layers=6, num_attention_heads=8), 4, 4, 512, 512, 0.0, 4, ALL),
    "135m": (shape(vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3),
             2, 2, 512, 512, 0.0, 3, ALL),
    "0.5b": (shape(vocab_size=151936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24, num_attention_heads=14, num_key_value_heads=2),
             1, 1, 512, 512, 0.0, 3, ["bf16", "pure_bf16"]),
}


def flops(config, length):
    """Of a trained token: six times the weights that it is multiplied with, and causal attention (arXiv 2001.08361, section 2.1)."""
    h, i, head = config["hidden_size"], config["intermediate_size"], config["hidden_size"] // config["num_attention_heads"]
    layer = h * (2 * h + 2 * config["num_key_value_heads"] * head) + 3 * h * i
    layers = config["num_hidden_layers"]
    return 6 * (layers * layer + config["vocab_size"] * h) + 6 * layers * length * h


def make(folder, config, rows, shortest, longest, prompt, steps):
    """A random checkpoint, a tokenizer with one word per token, and the same rows for both."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import Qwen2Config, Qwen2ForCausalLM
    Qwen2ForCausalLM(Qwen2Config(**config, initializer_range=0.02)).save_pretrained(folder / "model")
    tokenizer = Tokenizer(models.WordLevel({f"w{i}": i for i in range(config["vocab_size"])}, unk_token="w0"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "model/tokenizer.json"))
    generator = random.Random(1)
    (folder / "data").mkdir()
    with open(folder / "rows.jsonl", "w") as peer, open(folder / "data/train.jsonl", "w") as ours:
        for _ in range(steps):
            batch = []
            for _ in range(rows):
                tokens = [generator.randrange(config["vocab_size"]) for _ in range(generator.randint(shortest, longest))]
                cut = int(prompt * len(tokens))
                words = [f"w{token}" for token in tokens]
                line = {"prompt": " ".join(words[:cut]), "completion": " ".join(words[cut:])} if cut else {"text": " ".join(words)}
                ours.write(json.dumps(line) + "\n")
                batch.append({"tokens": tokens, "trained_from": cut})
            peer.write(json.dumps(batch) + "\n")


def environment(threads):
    return dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))


# What `./cft train` and the trainer service set for the training process.
ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "17179869184",
             "MALLOC_TOP_PAD_": "67108864"}


def transformers_run(folder, steps, passes, threads, dtype, tuned):
    output = subprocess.run([sys.executable, HERE / "peer.py", folder / "model", folder / "rows.jsonl", str(steps), str(passes), str(threads), dtype],
                            capture_output=True, text=True, check=True, env={**environment(threads), **(ALLOCATOR if tuned else {})}).stdout
    return json.loads(output)


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def our_run(folder, steps, rows, passes, threads, dtype):
    """The trainer writes a line after each step: between two of them lies the step."""
    run = Path(tempfile.mkdtemp(dir=folder))
    (run / "data").mkdir(parents=True)
    os.link(folder / "data/train.jsonl", run / "data/train.jsonl")
    spec = {"model_name_or_path": str(folder / "model"), "per_device_train_batch_size": passes, "gradient_accumulation_steps": rows // passes,
            "learning_rate": 1e-4, "lr_scheduler_type": "constant", "weight_decay": 0.01, "disable_shuffling": True, "max_steps": steps}
    if dtype != "fp32":
        spec[dtype] = True
    (run / "spec.json").write_text(json.dumps(spec))
    classpath = f"{MODULE}/target/classes:{(MODULE / 'target/classpath').read_text()}"
    command = ["java", "--enable-native-access=ALL-UNNAMED", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classpath,
               "dev.cft.lm.cli.Train", "--spec", run / "spec.json", "--run-dir", run, "--threads", str(threads)]
    lines, cpu = [], []
    with open(run / "stderr", "w") as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True,
                                                      env={**environment(threads), **ALLOCATOR}) as process:
        for line in process.stdout:
            cpu.append(cpu_seconds(process.pid))
            lines.append(json.loads(line))
    if process.returncode:
        sys.exit((run / "stderr").read_text())
    return {"cpu": [0] + [b - a for a, b in zip(cpu, cpu[1:])], "speed": [line["tokens_per_second"] for line in lines],
            "losses": [line["loss"] for line in lines], "peak_rss_mb": lines[-1]["peak_memory_bytes"] >> 20}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shapes", nargs="*", default=["toy", "sft", "8m"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtypes", default=",".join(ALL))
    parser.add_argument("--tuned", action="store_true")
    parser.add_argument("--machine", default="unnamed machine")
    parser.add_argument("--results", default="results.json")
    arguments = parser.parse_args()
    for name in arguments.shapes:
        config, rows, passes, shortest, longest, prompt, steps, dtypes = SHAPES[name]
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            make(folder, config, rows, shortest, longest, prompt, steps)
            tokens = [sum(len(row["tokens"]) for row in json.loads(line)) for line in open(folder / "rows.jsonl")]
            measured = {}
            for _ in range(arguments.rounds):
                peers = {}
                for dtype in [d for d in dtypes if d in arguments.dtypes.split(",")]:
                    kind = "fp32" if dtype == "fp32" else "bf16"
                    if kind not in peers:
                        peers[kind] = transformers_run(folder, steps, passes, arguments.threads, kind, arguments.tuned)
                    ours = our_run(folder, steps, rows, passes, arguments.threads, dtype)
                    measured.setdefault(dtype, []).append((ours, peers[kind]))
                    record(arguments, name, dtype, summary(config, tokens, measured[dtype], (shortest + longest) // 2, arguments.threads, kind))


def summary(config, tokens, pairs, length, threads, kind):
    """Medians over the rounds; the first step of each run is left out. A run in bf16 may use the faster product, one in fp32 has one only."""
    def rate(run):
        if threads == 1:
            return sum(tokens[1:]) / sum(run["cpu"][1:])
        seconds = run["wall"] if "wall" in run else [n / speed for n, speed in zip(tokens, run["speed"])]
        return sum(tokens[1:]) / sum(seconds[1:])
    ours, peer = statistics.median(rate(a) for a, _ in pairs), statistics.median(rate(b) for _, b in pairs)
    products = {kind: max(b["product_rates"][kind] for _, b in pairs) for kind in ("fp32", "bf16")}
    gflops = flops(config, length) / 1e9
    rate_of_products = products["fp32"] if kind == "fp32" else max(products.values())
    return {
        "ours": round(ours, 1), "transformers": round(peer, 1), "ratio": round(statistics.median(rate(a) / rate(b) for a, b in pairs), 2),
        "rounds": [[round(rate(a), 1), round(rate(b), 1)] for a, b in pairs],
        "gflops": [round(ours * gflops), round(peer * gflops)], "product_gflops": {kind: round(value) for kind, value in products.items()},
        "share_of_product_rate": [round(speed * gflops / rate_of_products, 2) for speed in (ours, peer)],
        "wall_tokens_per_second": [round(max(max(a["speed"][1:]) for a, _ in pairs), 1),
                                   round(max(n / s for _, b in pairs for n, s in list(zip(tokens, b["wall"]))[1:]), 1)],
        "loss_difference": max(abs(a - b) for a, b in zip(pairs[0][0]["losses"], pairs[0][1]["losses"])),
        "peak_rss_mb": [max(a["peak_rss_mb"] for a, _ in pairs), max(b["peak_rss_mb"] for _, b in pairs)]}


def record(arguments, name, dtype, result):
    import torch
    import transformers
    print(name, dtype, json.dumps(result), flush=True)
    file = HERE / arguments.results
    results = json.loads(file.read_text()) if file.exists() else {}
    results.setdefault("unit", "tokens/s; [ours, transformers]")
    entry = {"machine": arguments.machine, "threads": arguments.threads, "clock": "CPU" if arguments.threads == 1 else "wall",
             "versions": {"transformers": transformers.__version__, "torch": torch.__version__}, **result}
    results.setdefault("shapes", {}).setdefault(name + " tuned" * arguments.tuned, {})[dtype] = entry
    file.write_text(json.dumps(results, indent=1) + "\n")


main()

"""Training tokens per second of language-model beside transformers: the same random weights, rows and threads, in turns.

    pip install torch==2.7.1 transformers tokenizers
    mvn -q -Dquick -pl language-model test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
    python benchmarks/training-speed/run.py --rounds 3 --threads 1 toy sft 8m

Tokens per CPU second: each side trains a few steps and many steps, and the CPU time between the two is that of the steps alone. With one
thread that is what an idle core gives, however busy the machine is. Wall-clock rates of the steps stand beside it.

Prints a line for each shape and writes results.json beside itself. `toy` and `sft` are the demo's model with rows of its two kinds (loss on all
tokens; loss on the answer), `8m` is the 8 M shape of the project's peer table with full rows of 512 tokens.
"""
import argparse
import json
import os
import random
import resource
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


FEW = 4
TOY = shape(vocab_size=96, hidden_size=128, intermediate_size=344, num_hidden_layers=3, num_attention_heads=4)
SHAPES = {
    # name: (config, rows a step, rows a pass, shortest row, longest row, share of the row that is prompt, steps)
    "toy": (TOY, 32, 32, 60, 90, 0.0, 60),
    "sft": (TOY, 32, 32, 90, 180, 0.65, 40),
    "8m": (shape(vocab_size=8192, hidden_size=288, intermediate_size=768, num_hidden_layers=6, num_attention_heads=6), 4, 4, 512, 512, 0.0, 10),
    "23m": (shape(vocab_size=8192, hidden_size=512, intermediate_size=1376, num_hidden_layers=6, num_attention_heads=8), 4, 4, 512, 512, 0.0, 5),
    "135m": (shape(vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3), 2, 2, 512, 512, 0.0, 4),
}


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


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(run, steps):
    """The long run with its tokens per CPU second, from the difference to a short one."""
    start = cpu_seconds()
    run(FEW)
    between = cpu_seconds()
    result = run(steps)
    result["cpu"] = (cpu_seconds() - between) - (between - start)
    return result


def environment(threads):
    return dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))


def transformers_run(folder, steps, passes, threads):
    output = subprocess.run([sys.executable, HERE / "peer.py", folder / "model", folder / "rows.jsonl", str(steps), str(passes), str(threads)],
                            capture_output=True, text=True, check=True, env=environment(threads)).stdout
    return json.loads(output)


def our_run(folder, steps, rows, passes, threads):
    run = Path(tempfile.mkdtemp(dir=folder))
    (run / "data").mkdir(parents=True)
    os.link(folder / "data/train.jsonl", run / "data/train.jsonl")
    spec = {"model_name_or_path": str(folder / "model"), "per_device_train_batch_size": passes, "gradient_accumulation_steps": rows // passes,
            "learning_rate": 1e-4, "lr_scheduler_type": "constant", "weight_decay": 0.01, "disable_shuffling": True, "max_steps": steps}
    (run / "spec.json").write_text(json.dumps(spec))
    classpath = f"{MODULE}/target/classes:{(MODULE / 'target/classpath').read_text()}"
    subprocess.run(["/usr/bin/env", "time", "-f", "%M", "-o", run / "rss", "java", "--enable-native-access=ALL-UNNAMED", "-Xmx1g", "-cp", classpath, "dev.cft.lm.cli.Train",
                    "--spec", run / "spec.json", "--run-dir", run, "--threads", str(threads)],
                   check=True, capture_output=True, text=True, env=environment(threads))
    lines = [json.loads(line) for line in open(run / "trainer_log.jsonl")]
    return {"rates": [line["tokens_per_second"] for line in lines[2:]], "losses": [line["loss"] for line in lines],
            "peak_rss_mb": int((run / "rss").read_text()) // 1024}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shapes", nargs="*", default=["toy", "sft", "8m"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--machine", default="unnamed machine")
    arguments = parser.parse_args()
    results = {}
    for name in arguments.shapes:
        config, rows, passes, shortest, longest, prompt, steps = SHAPES[name]
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            make(folder, config, rows, shortest, longest, prompt, steps)
            tokens = sum(len(row["tokens"]) for line in list(open(folder / "rows.jsonl"))[FEW:] for row in json.loads(line))
            ours, peers = [], []
            for _ in range(arguments.rounds):
                peers.append(timed(lambda n: transformers_run(folder, n, passes, arguments.threads), steps))
                ours.append(timed(lambda n: our_run(folder, n, rows, passes, arguments.threads), steps))
        our_rate = [tokens / run["cpu"] for run in ours]
        peer_rate = [tokens / run["cpu"] for run in peers]
        results[name] = {
            "ours": round(statistics.median(our_rate)), "transformers": round(statistics.median(peer_rate)),
            "ratio": round(statistics.median(a / b for a, b in zip(our_rate, peer_rate)), 2),
            "rounds": [[round(a), round(b)] for a, b in zip(our_rate, peer_rate)],
            "wall": [round(max(max(run["rates"]) for run in side)) for side in (ours, peers)],
            "loss_difference": max(abs(a - b) for a, b in zip(ours[0]["losses"], peers[0]["losses"])),
            "peak_rss_mb": [ours[0]["peak_rss_mb"], peers[0]["peak_rss_mb"]]}
        print(name, json.dumps(results[name]), flush=True)
    import torch
    import transformers
    record = {"machine": arguments.machine, "threads": arguments.threads, "dtype": "float32", "unit": "tokens per CPU second; wall: the fastest step, tokens per second",
              "versions": {"transformers": transformers.__version__, "torch": torch.__version__}, "shapes": results}
    (HERE / "results.json").write_text(json.dumps(record, indent=1) + "\n")


main()

"""Generation speed beside transformers, the same model, prompts, precision and threads, in one run.

    ./cft build -pl language-model -am && mvn -q -o -pl language-model dependency:build-classpath -Dmdep.outputFile=target/classpath
    pip install torch==2.7.1 transformers
    python benchmarks/generation-speed/run.py --model FOLDER [--threads N] [--dtypes fp32,bf16] [--rows 1,8,32] [--tokens N] [--machine TEXT]

Greedy, 64 prompt tokens of random words, answers of 48, 32 and 24 tokens at 1, 8 and 32 rows or of `--tokens`, no end token. Decode is the difference between answers of N + 1 tokens and of 1 token;
prefill is prompt tokens by the time of answers of 1 token, `all` all new tokens by the time of the whole answers. Of `--rounds` each side's best is
taken, the sides by turns, both processes warm: each has answered these prompts a few times before. With one thread the clock counts CPU seconds, which other processes disturb less. `share` is
decode's and prefill's share of the rate of a 1024-cube product in the same type; `peak_mb` each process' largest resident set, libraries included.

Transformers has the environment that this script has, ours what `./cft generate` sets, of which glibc's allocator matters. `--tuned` gives both that.

Merges what it measured into results.json beside itself, or into `--results FILE`. With `--alone` only the library answers, three times as many rounds, and the figures are only
printed: for another peer directly after it (`--prompt` for other lengths), or with `--beside N` more models loaded in the same process.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULE = HERE.parent.parent / "language-model"
SIZES = {1: 48, 8: 32, 32: 24}
# Short answers before the first that is measured: the JVM compiles what it computes often.
WARM = 5
# What `./cft generate` sets.
ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "17179869184",
             "MALLOC_TOP_PAD_": "67108864"}


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


# What `cft` starts Java with.
JAVA = ["--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector", "-Xmx1g", "-XX:+UseSerialGC"]


def peak_of(process):
    """Megabytes of a process' largest resident set."""
    return int(next(line for line in open(f"/proc/{process}/status") if line.startswith("VmHWM")).split()[1]) >> 10


class Ours:
    """The library in a Java process that stays warm (Answers.java)."""

    def __init__(self, options, dtype, folder):
        self.threads = options.threads
        libraries = (MODULE / "target/classpath").read_text()
        classpath = f"{MODULE}/target/classes:{libraries}:{folder}"
        home = Path(os.environ["JAVA_HOME"]) / "bin" if "JAVA_HOME" in os.environ else Path("")
        subprocess.run([home / "javac", "-cp", classpath, "-d", folder, HERE / "Answers.java"], check=True)
        self.process = subprocess.Popen([home / "java", *JAVA, "-cp", classpath, "Answers", options.model, dtype.upper(), str(options.threads),
                                         str(options.beside)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **ALLOCATOR})

    def __call__(self, ids, tokens):
        self.process.stdin.write(json.dumps({"rows": ids, "tokens": tokens}) + "\n")
        self.process.stdin.flush()
        result = json.loads(self.process.stdout.readline())
        assert all(len(answer) == tokens for answer in result["answers"]), "an answer ended early"
        return result["cpu_seconds" if self.threads == 1 else "seconds"], result["answers"]

    @property
    def peak(self):
        return peak_of(self.process.pid)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Transformers:
    def __init__(self, options, dtype):
        import torch
        from transformers import AutoModelForCausalLM
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

    @property
    def peak(self):
        return peak_of("self")


def product_rate(dtype, threads):
    """GFLOP/s of the product of two 1024-squares."""
    import torch
    clock = time.process_time if threads == 1 else time.perf_counter
    a = torch.randn(1024, 1024).to({"fp32": torch.float32, "bf16": torch.bfloat16}[dtype])
    best = 0
    for _ in range(300):
        start = clock()
        a @ a
        best = max(best, 2 * 1024 ** 3 / (clock() - start) / 1e9)
    return best


def flops(model):
    """Of a token in the layers, and of a row of logits: twice the weights."""
    config = json.loads((Path(model) / "config.json").read_text())
    h, heads = config["hidden_size"], config["num_attention_heads"]
    head = config.get("head_dim") or h // heads
    layer = h * head * (2 * heads + 2 * config["num_key_value_heads"]) + 3 * h * config["intermediate_size"]
    return 2 * config["num_hidden_layers"] * layer, 2 * config["vocab_size"] * h


def measure(sides, ids, tokens, rounds):
    """Best of the rounds of each side, the sides by turns."""
    first, whole, answers = {}, {}, {}
    for generate in sides.values():
        for _ in range(WARM):
            generate(ids, 2)
    for _ in range(rounds):
        for name, generate in sides.items():
            first[name] = min(first.get(name, 1e9), generate(ids, 1)[0])
            seconds, answers[name] = generate(ids, tokens + 1)
            whole[name] = min(whole.get(name, 1e9), seconds)
    batch = len(ids)
    return {name: {"prefill": round(batch * len(ids[0]) / first[name], 1), "decode": round(batch * tokens / (whole[name] - first[name]), 1),
                   "all": round(batch * (tokens + 1) / whole[name], 1)} for name in sides}, answers


def record(options, sides, dtype, batch, rate):
    tokens = options.tokens or SIZES[batch]
    ids = [[random.randrange(100, 40000) for _ in range(options.prompt)] for _ in range(batch)]
    if options.alone:
        speeds, _ = measure(sides, ids, tokens, 3 * options.rounds)
        print(dtype, batch, options.prompt, json.dumps(speeds), flush=True)
        return
    speeds, answers = measure(sides, ids, tokens, options.rounds)
    ours, peer = sides
    layers, head = flops(options.model)
    result = {"machine": options.machine, "threads": options.threads, "clock": "CPU" if options.threads == 1 else "wall", "new_tokens": tokens, "tuned": options.tuned,
              "product_gflops": round(rate), **speeds, "ratio": {key: round(speeds[ours][key] / speeds[peer][key], 2) for key in speeds[ours]},
              "share": {name: {"decode": round(speeds[name]["decode"] * (layers + head) / 1e9 / rate, 3),
                               "prefill": round(speeds[name]["prefill"] * (layers + head / options.prompt) / 1e9 / rate, 3)} for name in sides},
              "peak_mb": {name: side.peak for name, side in sides.items()},
              "same_answers": sum(a == b for a, b in zip(answers[ours], answers[peer]))}
    file = HERE / options.results
    results = json.loads(file.read_text()) if file.exists() else {"unit": "tokens/s"}
    results.setdefault(dtype, {})[str(batch) + f" x {tokens}" * bool(options.tokens) + " tuned" * options.tuned] = result
    file.write_text(json.dumps(results, indent=1) + "\n")
    print(dtype, batch, json.dumps(result), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--dtypes", default="fp32,bf16")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rows", default="1,8,32")
    parser.add_argument("--prompt", type=int, default=64)
    parser.add_argument("--tokens", type=int)
    parser.add_argument("--tuned", action="store_true")
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--beside", type=int, default=0)
    parser.add_argument("--machine", default="unnamed machine")
    parser.add_argument("--results", default="results.json")
    options = parser.parse_args()
    if options.tuned and not ALLOCATOR.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ALLOCATOR})
    dtypes = options.dtypes.split(",")
    if len(dtypes) > 1:
        # A process for each, so that each has its own peak of memory.
        for dtype in dtypes:
            subprocess.run([sys.executable, *sys.argv, "--dtypes", dtype], check=True)
        return
    random.seed(0)
    import torch
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as temporary:
        options.model = endless(options.model, Path(temporary))
        rate = product_rate(dtypes[0], options.threads)
        ours = Ours(options, dtypes[0], temporary)
        sides = {"ours": ours} if options.alone else {"ours": ours, "transformers": Transformers(options, dtypes[0])}
        for batch in map(int, options.rows.split(",")):
            record(options, sides, dtypes[0], batch, rate)
        ours.close()


main()

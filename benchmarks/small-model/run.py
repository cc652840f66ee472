"""Two benchmarks with a small model: on our own engine, and through an OpenAI-compatible endpoint.

usage: run.py --model FOLDER --data BENCHMARK_FOLDER [--items 50] [--max-tokens 256] [--work FOLDER] [--out FILE]

Starts one platform that has the model and a second one that knows the first as the endpoint `first`, runs gsm8k and math-500 on both, prints the
figures and how often both gave the same text, and writes every sample to --out as JSON lines.
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCHMARKS = ["gsm8k", "math-500"]


class Platform:
    def __init__(self, port, data, settings, env=None):
        command = [str(ROOT / "cft"), "up", "--port", str(port), "--data-dir", str(data)]
        for setting in settings:
            command += setting
        self.address = f"http://localhost:{port}"
        self.data = pathlib.Path(data)
        self.data.mkdir(parents=True, exist_ok=True)
        log = open(self.data / "run.log", "w")
        self.process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}, start_new_session=True
        )
        self.key = None
        self.wait()

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit((self.data / "run.log").read_text())
            key = self.data / "operator.key"
            if key.exists():
                self.key = key.read_text().strip()
                try:
                    self.get("/v1/models")
                    return
                except (urllib.error.URLError, ConnectionError):
                    pass
            time.sleep(0.5)
        raise SystemExit("the platform does not come up; see " + str(self.data / "run.log"))

    def ask(self, path, body=None):
        request = urllib.request.Request(self.address + path, data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", "Bearer " + self.key)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as e:
            if e.code < 500:
                raise SystemExit(f"{path}: {e.code} {e.read().decode()}") from e
            raise

    def get(self, path):
        return self.ask(path)

    def run(self, benchmark, body):
        began = time.time()
        run = self.ask(f"/v1/evals/{benchmark}/runs", body)
        path = f"/v1/evals/{benchmark}/runs/{run['id']}"
        while run["status"] in ("queued", "in_progress"):
            time.sleep(1)
            run = self.get(path)
        if run["status"] != "completed":
            raise SystemExit(json.dumps(run, indent=1))
        samples, after = [], ""
        while True:
            page = self.get(f"{path}/output_items?limit=100{after}")
            samples += page["data"]
            if not page["has_more"]:
                return run, samples, time.time() - began
            after = "&after=" + page["last_id"]

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(60)


def figures(run, seconds):
    metrics = {k: round(100 * m["value"], 1) for k, m in run["metrics"].items()}
    usage = run["per_model_usage"][0]
    return {
        "seconds": round(seconds, 1),
        "tokens": usage["completion_tokens"],
        "accuracy": f"{metrics['accuracy']} [{100 * run['ci_low']:.1f}, {100 * run['ci_high']:.1f}]",
        **{k: v for k, v in metrics.items() if k != "accuracy"},
        **{k: v for k, v in run["result_counts"].items()},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--items", type=int, default=50)
    parser.add_argument("--max-tokens", type=int, default=256)
    parser.add_argument("--work", default="/tmp/cft-small-model")
    parser.add_argument("--out", default="samples.jsonl")
    args = parser.parse_args()
    common = [
        ["--set", "cft.eval.benchmarks.data-dir=" + args.data],
        ["--set", "cft.eval.benchmarks.fetch=false"],
        ["--set", "cft.eval.chat.patience=10m"],
        ["--set", "cft.eval.chat.timeout=15m"],
    ]
    work = pathlib.Path(args.work)
    first = Platform(18080, work / "first", common + [["--base-model", args.model]])
    try:
        models = [m["id"] for m in first.get("/v1/models")["data"]]
        name = next(m for m in models if pathlib.Path(args.model).name in m)
        endpoint = [
            ["--set", "cft.endpoints.first.base-url=http://localhost:18080/v1"],
            ["--set", "cft.endpoints.first.model=" + name],
            ["--set", "cft.endpoints.first.api-key-env=FIRST_KEY"],
            ["--set", "cft.endpoints.first.concurrency=16"],
            ["--set", "cft.endpoints.first.timeout=15m"],
        ]
        second = Platform(18081, work / "second", common + endpoint, {"FIRST_KEY": first.key})
        try:
            compare(first, second, name, args)
        finally:
            second.stop()
    finally:
        first.stop()


def compare(first, second, name, args):
    body = {"limit": args.items, "max_tokens": args.max_tokens, "prompt": "chat"}
    texts = {}
    with open(args.out, "w") as out:
        for where, platform, model in (("engine", first, name), ("endpoint", second, "endpoint:first")):
            for benchmark in BENCHMARKS:
                run, samples, seconds = platform.run(benchmark, {**body, "model": model})
                print(benchmark, where, json.dumps(figures(run, seconds)), flush=True)
                texts[benchmark, where] = [s["sample"]["output"][-1]["content"] if s["sample"]["output"] else None for s in samples]
                for sample in samples:
                    out.write(json.dumps({"benchmark": benchmark, "where": where, **sample}) + "\n")
                out.flush()
    for benchmark in BENCHMARKS:
        pairs = list(zip(texts[benchmark, "engine"], texts[benchmark, "endpoint"]))
        print(f"{benchmark}: {sum(a == b for a, b in pairs)} of {len(pairs)} answers are the same text", flush=True)


def interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    main()

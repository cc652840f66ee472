"""Wall time of a training step in a job of the platform beside the same run from the command line: the same spec, rows, seed and threads, in turns.

    ./cft build
    python benchmarks/training-service/run.py --rounds 3 --steps 300

Starts the platform on a data folder of its own, runs the job, takes its spec and rows and runs them again with `./cft train`. The time of a step is the time between two lines
of trainer_log.jsonl, first and last step measured apart, so that start and end do not count. Prints a line a round and writes results.json beside itself.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PORT = 18480


def call(key, path, body=None):
    request = urllib.request.Request(
        f"http://localhost:{PORT}/v1{path}", json.dumps(body).encode() if body is not None else None,
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def upload(key, rows):
    boundary = "rows-of-the-benchmark"
    parts = (f'--{boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
             f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="rows.jsonl"\r\n\r\n{rows}\r\n--{boundary}--\r\n')
    request = urllib.request.Request(
        f"http://localhost:{PORT}/v1/files", parts.encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": f"multipart/form-data; boundary={boundary}"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)["id"]


def step_seconds(log, first, last, is_over):
    """Watches the log grow: seconds between the lines of two steps, for each step between them."""
    seen = {}
    while last not in seen:
        if log.exists():
            lines = log.read_bytes().count(b"\n")
            now = time.perf_counter()
            for step in (first, last):
                if lines >= step and step not in seen:
                    seen[step] = now
        if is_over() and last not in seen and (not log.exists() or log.read_bytes().count(b"\n") < last):
            raise SystemExit(f"ended before step {last}: {log}")
        time.sleep(0.002)
    return (seen[last] - seen[first]) / (last - first)


def from_command_line(folder, first, last, threads):
    for old in list(folder.glob("checkpoint-*")) + list(folder.glob("*.jsonl")):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    process = subprocess.Popen(
        [ROOT / "cft", "train", "--spec", folder / "spec.json", "--run-dir", folder, "--threads", str(threads)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = step_seconds(folder / "trainer_log.jsonl", first, last, lambda: process.poll() is not None)
    assert process.wait() == 0
    return seconds


def in_a_job(key, data, file, options):
    job = call(key, "/fine_tuning/jobs", {
        "model": options.model, "training_file": file, "seed": 7, "row_losses": 0,
        "method": {"type": "supervised", "supervised": {"hyperparameters": {
            "max_steps": options.steps, "batch_size": options.batch, "checkpoint_steps": options.steps}}}})
    folder = data / "runs" / job["id"]
    status = lambda: call(key, f"/fine_tuning/jobs/{job['id']}")["status"]
    over = {"at": 0.0, "is": False}

    def is_over():
        if time.perf_counter() - over["at"] > 5:
            over.update(at=time.perf_counter(), **{"is": status() in ("succeeded", "failed", "cancelled")})
        return over["is"]

    seconds = step_seconds(folder / "trainer_log.jsonl", options.skip, options.steps, is_over)
    while status() not in ("succeeded", "failed", "cancelled"):
        time.sleep(0.2)
    assert status() == "succeeded", call(key, f"/fine_tuning/jobs/{job['id']}")
    return seconds, folder


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--skip", type=int, default=20)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--model", default="cft-demo-base")
    options = parser.parse_args()
    data = Path(tempfile.mkdtemp(prefix="training-service-"))
    platform = subprocess.Popen(
        [ROOT / "cft", "up", "--port", str(PORT), "--data-dir", data],
        stdout=open(data / "up.log", "w"), stderr=subprocess.STDOUT, env=dict(os.environ, CFT_DATA_DIR=str(data)))
    try:
        for _ in range(600):
            if (data / "operator.key").exists():
                break
            time.sleep(0.2)
        key = (data / "operator.key").read_text().strip()
        for _ in range(600):
            try:
                call(key, "/models")
                break
            except OSError:
                time.sleep(0.2)
        rows = "\n".join(json.dumps({"messages": [
            {"role": "user", "content": f"Tom has {n % 9 + 1} pens . He gets {n % 7 + 1} more . How many pens does Tom have now ?"},
            {"role": "assistant", "content": f"Step 1 : {n % 9 + 1} + {n % 7 + 1} = {n % 9 + n % 7 + 2} #### {n % 9 + n % 7 + 2}"}]}) for n in range(512))
        file = upload(key, rows)
        rounds = []
        for _ in range(options.rounds):
            job, folder = in_a_job(key, data, file, options)
            copy = Path(tempfile.mkdtemp(prefix="command-line-"))
            (copy / "data").mkdir()
            shutil.copy(folder / "spec.json", copy)
            shutil.copy(folder / "data" / "train.jsonl", copy / "data")
            os.symlink(os.readlink(folder / "model"), copy / "model")
            alone = from_command_line(copy, options.skip, options.steps, options.threads)
            rounds.append({"job_ms": round(1000 * job, 3), "command_line_ms": round(1000 * alone, 3), "ratio": round(job / alone, 4)})
            print(json.dumps(rounds[-1]), flush=True)
            shutil.rmtree(copy)
        ratio = statistics.median(r["ratio"] for r in rounds)
        (HERE / "results.json").write_text(json.dumps({"options": vars(options), "rounds": rounds, "median_ratio": ratio}, indent=1) + "\n")
        print("median ratio", ratio)
    finally:
        platform.terminate()
        platform.wait()
        shutil.rmtree(data, ignore_errors=True)


main()

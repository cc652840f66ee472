"""`robust` beside Math-Verify in one run: accuracy, speed on one core, hostile input.

    python -m venv v && v/bin/pip install math-verify==0.9.0 psutil
    v/bin/python benchmarks/grading/run.py [--grade './cft grade'] [--data ../shared/data] [--only accuracy|speed|hostile] [--seconds 20]

Writes results.json beside this file. Both graders read the same JSON lines from standard input and answer line by line, each pinned to one core.
"""
import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

import pairs

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HOSTILE_LIMIT = 10


class Grader:
    """A process that answers a line with a line."""

    def __init__(self, command, core=None):
        pin = ["taskset", "-c", str(core)] if core is not None else []
        self.process = subprocess.Popen(
            pin + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True, encoding="utf-8"
        )

    def ask(self, row):
        self.process.stdin.write(json.dumps({k: row[k] for k in ("gold", "prediction", "options")}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"verdict": "dead"}

    def all(self, rows):
        """Answers to all rows, fed while they are read."""
        threading.Thread(target=self.feed, args=(rows,), daemon=True).start()
        return [json.loads(self.process.stdout.readline()) for _ in rows]

    def feed(self, rows):
        for row in rows:
            self.process.stdin.write(json.dumps({k: row[k] for k in ("gold", "prediction", "options")}) + "\n")
        self.process.stdin.flush()

    def resident(self):
        """Megabytes of the process and its children."""
        try:
            me = psutil.Process(self.process.pid)
            return sum(p.memory_info().rss for p in [me] + me.children(recursive=True)) / 1e6
        except psutil.Error:
            return 0.0

    def cpu(self):
        try:
            me = psutil.Process(self.process.pid)
            return sum(sum(p.cpu_times()[:2]) for p in [me] + me.children(recursive=True))
        except psutil.Error:
            return 0.0

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()


def accuracy(commands, data):
    disputed = pairs.disputed(ROOT)
    sets = {
        "realcritic": pairs.real_critic(data),
        "math-verify's cases": pairs.math_verify(data),
        "qwen2.5-math's example": pairs.qwen(data),
    }
    sets["realcritic, undisputed"] = [row for row in sets["realcritic"] if row["name"] not in disputed]
    result = {}
    for name, rows in sets.items():
        result[name] = {"rows": len(rows)}
        for grader, command in commands.items():
            process = Grader(command)
            answers = [a["verdict"] for a in process.all(rows)]
            process.close()
            wrong = [r["name"] for r, a in zip(rows, answers) if (a == "correct") != r["expected"] or a not in ("correct", "incorrect")]
            result[name][grader] = {
                "agree": len(rows) - len(wrong),
                "false positives": sum(a == "correct" and not r["expected"] for r, a in zip(rows, answers)),
                "false negatives": sum(a == "incorrect" and r["expected"] for r, a in zip(rows, answers)),
                "undecided": answers.count("undecided"),
                "differs on": wrong[:60],
            }
            print(name, grader, result[name][grader]["agree"], "of", len(rows), flush=True)
    return result


def speed(commands, data, seconds):
    """Comparisons a second of processor time on one core, after a warm-up; the graders take turns."""
    sets = {"full responses": pairs.real_critic(data), "answers alone": pairs.short(data)}
    result = {name: {grader: [] for grader in commands} for name in sets}
    for name, rows in sets.items():
        processes = {grader: Grader(command, core=0) for grader, command in commands.items()}
        for grader, process in processes.items():
            for _ in range(6 if grader == "robust" else 1):
                process.all(rows)
        for _ in range(3):
            for grader, process in processes.items():
                start, done, cpu = time.monotonic(), 0, process.cpu()
                while time.monotonic() - start < seconds / 3:
                    process.all(rows)
                    done += len(rows)
                spent = process.cpu() - cpu
                result[name][grader].append({"comparisons": done, "cpu_s": round(spent, 2), "wall_s": round(time.monotonic() - start, 2), "per_cpu_s": round(done / spent, 1)})
                print(name, grader, result[name][grader][-1], flush=True)
        for process in processes.values():
            process.close()
        medians = {g: sorted(r["per_cpu_s"] for r in runs)[1] for g, runs in result[name].items()}
        result[name]["median per CPU second"] = medians
        result[name]["ratio"] = round(medians["robust"] / medians["math-verify"], 1)
    return result


def hostile(commands):
    """Processor time and resident memory of each hostile answer, asked of a warm process."""
    result = {}
    for grader, command in commands.items():
        process = warm(Grader(command))
        runs = []
        for answer in pairs.HOSTILE:
            peak, before, cpu, start = [0.0], process.resident(), process.cpu(), time.monotonic()
            done = threading.Event()
            threading.Thread(target=sample, args=(process, peak, done), daemon=True).start()
            killer = threading.Timer(HOSTILE_LIMIT, process.process.kill)
            killer.start()
            verdict = process.ask({"gold": "5", "prediction": f"\\boxed{{{answer}}}", "options": {}})["verdict"]
            killer.cancel()
            wall, spent = time.monotonic() - start, process.cpu() - cpu
            done.set()
            runs.append({"answer": answer[:60], "verdict": verdict, "cpu_s": round(max(spent, 0), 3), "wall_s": round(wall, 3), "grown_mb": round(max(peak[0] - before, 0), 1), "resident_mb": round(peak[0])})
            if verdict == "dead":
                process.close()
                process = warm(Grader(command))
        process.close()
        result[grader] = {
            "worst cpu_s": max(r["cpu_s"] for r in runs),
            "worst wall_s": max(r["wall_s"] for r in runs),
            "most resident_mb": max(r["resident_mb"] for r in runs),
            "died": sum(r["verdict"] == "dead" for r in runs),
            "runs": runs,
        }
        print(grader, {k: v for k, v in result[grader].items() if k != "runs"}, flush=True)
    return result


def warm(process):
    # The second one starts the computer algebra system, which is no input's cost.
    for gold, answer in (("5", "2+3"), ("\\int_0^1 x\\,dx", "\\frac12"), ("\\lim_{x\\to0}\\frac{\\sin x}{x}", "1")):
        process.ask({"gold": gold, "prediction": f"\\boxed{{{answer}}}", "options": {}})
    return process


def sample(process, peak, done):
    while not done.wait(0.01):
        peak[0] = max(peak[0], process.resident())


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--grade", default="./cft grade")
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    options.add_argument("--only", choices=("accuracy", "speed", "hostile"))
    options.add_argument("--seconds", type=float, default=18)
    args = options.parse_args()
    commands = {"robust": shlex.split(args.grade), "math-verify": [sys.executable, str(HERE / "peer.py")]}
    path = HERE / "results.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    results["machine"] = {"cores": os.cpu_count(), "python": platform.python_version(), "load before": os.getloadavg()[0]}
    if args.only in (None, "accuracy"):
        results["accuracy"] = accuracy(commands, args.data)
    if args.only in (None, "speed"):
        results["speed"] = speed(commands, args.data, args.seconds)
    if args.only in (None, "hostile"):
        results["hostile"] = hostile(commands)
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


main()

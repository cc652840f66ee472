"""Bespoke Curator against the loopback teacher that `LoadBenchmark teacher` starts.

pip install bespokelabs-curator; python curator_peer.py ROWS
Prints what its own limiter reached, by the teacher's count.
"""

import json
import os
import random
import sys
import tempfile
import time
import urllib.request

os.environ.setdefault("OPENAI_API_KEY", "none")
os.environ["CURATOR_CACHE_DIR"] = tempfile.mkdtemp()
os.environ["CURATOR_DISABLE_RICH_DISPLAY"] = "1"
os.environ["TELEMETRY_ENABLED"] = "0"

import tiktoken  # noqa: E402


class FourCharacters:
    """Its tokenizer's file comes from the network; this counts as the loopback teacher does."""

    def encode(self, text, **_):
        return [0] * (len(text) // 4)


tiktoken.get_encoding = tiktoken.encoding_for_model = lambda *_, **__: FourCharacters()

from bespokelabs import curator  # noqa: E402

TEACHER = "http://127.0.0.1:18099"
ROWS = int(sys.argv[1])


def stats():
    with urllib.request.urlopen(TEACHER + "/stats") as answer:
        return json.load(answer)


def words(rng, count):
    return " ".join(format(rng.randrange(1 << 24), "x") for _ in range(count))


class Critic(curator.LLM):
    def prompt(self, row):
        return [
            {"role": "system", "content": "You are a science expert. Conclude with 'Conclusion: right/wrong [END]'."},
            {"role": "user", "content": f"Question: {row['question']}\n\nSolution: {row['response']}\n"},
        ]

    def parse(self, row, response):
        return {"question": row["question"], "critique": response}


def main():
    rng = random.Random(3)
    rows = [{"question": words(rng, 60), "response": words(rng, 80)} for _ in range(ROWS)]
    critic = Critic(
        model_name="loopback",
        backend="openai",
        backend_params={
            "base_url": TEACHER + "/v1",
            "max_requests_per_minute": 10_000,
            "max_tokens_per_minute": 2_000_000,
            "max_concurrent_requests": 600,
            "max_retries": 6,
            "require_all_responses": False,
        },
        generation_params={"temperature": 0.3, "top_p": 0.95, "max_tokens": 1000},
    )
    before, begun = stats(), time.time()
    out = critic(rows)
    took = time.time() - begun
    after = stats()
    calls = after["calls"] - before["calls"]
    tokens = after["tokens"] - before["tokens"]
    # the steady part: without the seconds of its start and end
    seconds = {int(k): v for k, v in after["tokens_by_second"].items() if int(k) >= begun}
    inner = sorted(seconds)[10:-5]
    steady = sum(seconds[s] for s in inner) / max(1, inner[-1] - inner[0] + 1) * 60 if inner else 0
    print(f"{ROWS} rows in {took:.1f} s: {ROWS / took:.0f} rows/s, calls {calls}, refused {after['refused'] - before['refused']}")
    print(f"tokens a minute overall {tokens / took * 60:.0f} ({tokens / took * 60 / 20_000:.1f} % of the limit)")
    print(f"tokens a minute while steady {steady:.0f} ({steady / 20_000:.1f} %), rows that came back {len(getattr(out, 'dataset', out))}")


main()

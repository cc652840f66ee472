"""The pairs of gold and prediction with the verdicts that were published for them."""
import json
from pathlib import Path

QUIRKS = {"test_latex_notation 5", "test_latex_notation 6", "test_relations_math 21", "test_string_extraction 9", "test_symbols 0"}
DEFAULTS = {"precision": 6, "strict": True, "allow_set_relation_comp": True}


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def pair(name, gold, prediction, expected, options=None):
    return {"name": name, "gold": gold, "prediction": prediction, "expected": expected, "options": options or {}}


def math_verify(data):
    """Math-Verify's own cases, accidents of its suite left out."""
    return [
        pair(f"{r['test']} {r['case']}", r["gold"], r["prediction"], r["expected"], r["options"])
        for r in rows(data / "grader-cases/math-verify-dev.jsonl")
        if f"{r['test']} {r['case']}" not in QUIRKS
    ]


def real_critic(data):
    """RealCritic's full responses with the published verdicts."""
    return [
        pair(f"{s} {r['idx']}", r["gt"], r["reasoning"], r["previous_score"][0])
        for s in ("math", "gsm8k", "olympiadbench")
        for r in rows(data / f"noisy-responses/realcritic/{s}.jsonl")
    ]


def qwen(data):
    """Qwen2.5-Math's example: eight answers to each of a hundred problems of MATH."""
    return [
        pair(f"{r['idx']} {i}", r["gt"], text, r["score"][i])
        for r in rows(data / "noisy-responses/math/math_cot_100_x8.jsonl")
        for i, text in enumerate(r["code"])
    ]


def short(data):
    """Typical answers alone, in a box: RealCritic's extracted ones."""
    return [
        pair(f"{s} {r['idx']}", r["gt"], f"\\boxed{{{r['pred']}}}", r["previous_score"][0])
        for s in ("math", "gsm8k", "olympiadbench")
        for r in rows(data / f"noisy-responses/realcritic/{s}.jsonl")
    ]


def disputed(root):
    """The published verdicts of RealCritic that do not follow from the answer."""
    path = root / "answer-grading/src/test/resources/dev/cft/grading/realcritic-disputed.json"
    return {f"{r['set']} {r['idx']}" for r in json.loads(path.read_text())}


HOSTILE = [
    "10^{10^{10}}",
    "9^{9^{9^{9}}}",
    "1000000!",
    "(10^9)!",
    "1e999999",
    "(2^{1000})^{1000}",
    "\\binom{10^9}{10^8}",
    "(x+y)^{1000000}",
    "x^{10^{10}}-1",
    "\\frac{1}{10^{10^{10}}}",
    "\\sum_{k=1}^{1000000000} k",
    "\\sum_{i=1}^{2000}\\sum_{j=1}^{2000}\\sum_{k=1}^{2000} ijk",
    "\\prod_{k=1}^{2000}(10^{100})^{k}",
    "\\int_0^{10^{10^{10}}} x^{x^x} dx",
    "\\int_0^1 \\sin(\\sin(\\sin(x^5+1)^7)^3)^{50} dx",
    "\\int_0^1 x^{1000}(1-x)^{1000} dx",
    "\\int_0^1 (x^7+x^5+x+1)^{40} dx",
    "\\int_0^1 \\ln(1+x^{11})\\arctan(x^{13})^{7} dx",
    "\\lim_{x\\to\\infty} \\frac{x^{1000000}}{e^x}",
    "\\sin(10^{10^{10}})",
    "\\sqrt[1000000]{2^{1000001}}",
    "\\frac{1}{" * 500 + "2" + "}" * 500,
    "(" * 2000 + "1" + ")" * 2000,
    "{" * 20000 + "1",
    "\\sqrt" * 5000 + "2",
    "2^" * 3000 + "2",
    "-" * 20000 + "1",
    "1," * 10000 + "1",
    "|" * 5000 + "x",
    "x+" * 1400 + "x",
    "\\begin{pmatrix}" + ("1&" * 900 + "1\\\\") * 300 + "\\end{pmatrix}",
    "\\begin{pmatrix}" + ("x^2+1&" * 20 + "1\\\\") * 20 + "\\end{pmatrix}",
    "\\left\\{" + ",".join(f"x_{{{i}}}+{i}" for i in range(300)) + "\\right\\}",
]

"""`robust` on random pairs of expressions of which SymPy knows whether they are equal.

    v/bin/python benchmarks/grading/oracle.py [--grade './cft grade'] [--pairs 2000] [--seed 1]

Each expression is rewritten by SymPy (expanded, factored, brought together, simplified: equal by construction) or changed a little and
then compared by SymPy's exact arithmetic. Both are printed as LaTeX; disagreements are listed.
"""
import argparse
import json
import random
import shlex
import subprocess
from pathlib import Path

import sympy as sp

ROOT = Path(__file__).resolve().parent.parent.parent
X, Y, N = sp.symbols("x y n")
REWRITES = [sp.expand, sp.factor, sp.together, sp.cancel, sp.expand_trig, sp.nsimplify, lambda e: sp.apart(e, X) if e.has(X) else e, lambda e: e]


def leaf(rng):
    return rng.choice([X, X, Y, sp.Integer(rng.randint(-9, 9)), sp.Rational(rng.randint(1, 9), rng.randint(2, 9)), sp.sqrt(rng.choice([2, 3, 5])), sp.pi, sp.E])


def expression(rng, depth):
    if depth == 0:
        return leaf(rng)
    a, b = expression(rng, depth - 1), leaf(rng)
    return rng.choice([
        lambda: a + b, lambda: a - b, lambda: a * b, lambda: a * (b + X), lambda: a**2, lambda: a / (b**2 + 1), lambda: sp.sqrt(a**2 + 1),
        lambda: sp.sin(a) if depth < 2 else a, lambda: sp.exp(b) * a, lambda: sp.log(b**2 + 2) + a, lambda: a**3 + b,
    ])()


def changed(rng, e):
    return rng.choice([lambda: e + 1, lambda: -e, lambda: 2 * e, lambda: e + X, lambda: e * sp.Rational(10, 9), lambda: e.subs(X, X + 1), lambda: e.subs(Y, X), lambda: sp.sqrt(e**2)])()


def equal(a, b):
    """True, False, or None where exact arithmetic at rational points and simplification say too little."""
    for x, y in ((sp.Rational(7, 10), sp.Rational(13, 10)), (sp.Rational(17, 10), sp.Rational(4, 10)), (sp.Rational(-6, 10), sp.Rational(21, 10))):
        value = sp.N((a - b).subs({X: x, Y: y}), 40)
        if value.is_number and value.is_finite and abs(value) > 1e-20:
            return False
    return True if sp.simplify(a - b) == 0 else None


def made(rng):
    a = expression(rng, rng.randint(1, 4))
    b = rng.choice(REWRITES)(a) if rng.random() < 0.5 else changed(rng, a)
    return a, b


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--grade", default="./cft grade")
    options.add_argument("--pairs", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    args = options.parse_args()
    rng = random.Random(args.seed)
    rows = []
    while len(rows) < args.pairs:
        try:
            a, b = made(rng)
            if a.has(sp.zoo, sp.nan, sp.I) or b.has(sp.zoo, sp.nan, sp.I):
                continue
            same = equal(a, b)
        except (sp.PolynomialError, NotImplementedError, TypeError, ZeroDivisionError):
            continue
        if same is not None:
            rows.append((sp.latex(a), sp.latex(b), same))
    lines = "".join(json.dumps({"gold": a, "prediction": f"\\boxed{{{b}}}"}) + "\n" for a, b, _ in rows)
    done = subprocess.run(shlex.split(args.grade), input=lines, capture_output=True, text=True, cwd=ROOT, encoding="utf-8")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    counts = {}
    for (a, b, same), answer in zip(rows, answers, strict=True):
        verdict = answer.get("verdict", "error")
        key = f"{'equal' if same else 'different'}: {verdict}"
        counts[key] = counts.get(key, 0) + 1
        if verdict != ("correct" if same else "incorrect"):
            print(key, "|", a, "|", b, "|", answer.get("reason", answer.get("error")))
    print(json.dumps(dict(sorted(counts.items()))))


main()

"""Math-Verify behind the same lines as `./cft grade`: a verdict for each line, in order."""
import json
import sys

from math_verify import ExprExtractionConfig, LatexExtractionConfig, StringExtractionConfig, parse, verify

CONFIGS = {"latex": LatexExtractionConfig, "expr": ExprExtractionConfig, "string": StringExtractionConfig}


def verdict(row):
    options = row.get("options") or {}
    configs = [CONFIGS[t]() for t in options.get("match_types", ["latex", "expr"])]
    gold = row["gold"] if "match_types" in options else f"${row['gold']}$"
    return verify(
        parse(gold, configs),
        parse(row["prediction"], configs),
        float_rounding=options.get("precision", 6),
        strict=options.get("strict", True),
        allow_set_relation_comp=options.get("allow_set_relation_comp", False),
    )


for line in sys.stdin:
    try:
        answer = {"verdict": "correct" if verdict(json.loads(line)) else "incorrect"}
    except Exception as e:  # what it raises is its answer
        answer = {"verdict": "error", "reason": type(e).__name__}
    print(json.dumps(answer), flush=True)

"""Renders the chat templates of language-model's tests as transformers renders them.

    pip install transformers jinja2
    python benchmarks/parity/render_templates.py language-model/src/test/resources/templates

Reads *.jinja (the families' templates, and whitespace.jinja for the corners of the language), writes rendered.json.
"""
import json
import sys
from pathlib import Path

import jinja2
import transformers
from transformers.utils.chat_template_utils import _compile_jinja_template

CONVERSATIONS = [
    [("user", "What is 2+2?")],
    [("system", " Be brief. "), ("user", "Hi \n"), ("assistant", " Hello!\n"), ("user", "<tool_response>x</tool_response>")],
    [("user", "q1"), ("assistant", "<think>\nhm\n</think>\n\nanswer"), ("user", "q2"), ("assistant", "<think>so</think>fine 'ok' \"é\"")],
    [("assistant", "a"), ("user", "b")],
]


def rendered(template, values):
    try:
        return {"text": template.render(**values)}
    except jinja2.exceptions.TemplateError as error:
        return {"error": str(error)}


def main(folder):
    cases = []
    for file in sorted(folder.glob("*.jinja")):
        template = _compile_jinja_template(file.read_text())
        for conversation in CONVERSATIONS:
            for prompt in (False, True):
                values = {"messages": [{"role": r, "content": c} for r, c in conversation], "add_generation_prompt": prompt,
                          "bos_token": "<s>", "eos_token": "</s>"}
                cases.append({"template": file.name, "values": values, **rendered(template, values)})
    origin = f"transformers {transformers.__version__}, jinja2 {jinja2.__version__}"
    (folder / "rendered.json").write_text(json.dumps({"origin": origin, "cases": cases}, ensure_ascii=False, indent=1) + "\n")


main(Path(sys.argv[1]))

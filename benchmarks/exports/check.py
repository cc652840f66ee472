"""Exported training sets, loaded by LLaMA-Factory and by TRL: the same rows, and the same tokens are trained.

    pip install llamafactory==0.9.5 trl==0.24.0
    CFT_URL=http://localhost:8080 CFT_KEY=$(cat ~/.local/share/cft/operator.key) python benchmarks/exports/check.py --rows ROWS.jsonl --model CHECKPOINT

ROWS: lines of critiques in the authors' One-Shot-CFT form (messages). CHECKPOINT: any with a tokenizer and a chat template. Makes a dataset on the platform,
exports each training set in each format, and has both programs read and tokenize it as they would for training. Exits 1 where something differs.
"""
import argparse
import json
import os
import sys
import tempfile
import urllib.request
import uuid
from pathlib import Path

URL, KEY = os.environ.get("CFT_URL", "http://localhost:8080"), os.environ["CFT_KEY"]
FORMATS = {"alpaca-json": "cft.json", "alpaca": "cft-alpaca.jsonl", "chat": "cft.jsonl", "parquet": "cft.parquet"}


def ask(path, body=None, content_type="application/json"):
    request = urllib.request.Request(URL + path, data=body, headers={"Authorization": "Bearer " + KEY, "Content-Type": content_type})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read()
    except urllib.error.HTTPError as e:
        sys.exit(f"{path}: {e.code} {e.read().decode()}")


def upload(name, content):
    boundary = uuid.uuid4().hex
    body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n--{boundary}\r\n"
            f"Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return json.loads(ask("/v1/files", body, f"multipart/form-data; boundary={boundary}"))["id"]


def dataset_info():
    """The project's own documentation of it."""
    docs = (Path(__file__).parents[2] / "docs/datasets.md").read_text()
    return json.loads(docs[docs.index('{"cft":'):].split("```")[0])


def by_llama_factory(folder, name, model):
    """Prompt and trained text of each row, out of the tokens that LLaMA-Factory would train on."""
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer
    from transformers.trainer_utils import set_seed
    set_seed(1)
    arguments = dict(model_name_or_path=model, stage="sft", do_train=True, finetuning_type="full", dataset=name, dataset_dir=str(folder), template="qwen",
                     cutoff_len=8192, output_dir=str(folder / "out"), overwrite_cache=True, report_to="none")
    model_args, data_args, training_args, _, _ = get_train_args(arguments)
    tokenizer = load_tokenizer(model_args)
    template = get_template_and_fix_tokenizer(tokenizer["tokenizer"], data_args)
    rows = get_dataset(template, model_args, data_args, training_args, stage="sft", **tokenizer)["train_dataset"]
    for row in rows:
        trained = [token for token in row["labels"] if token >= 0]
        prompt = row["input_ids"][:len(row["input_ids"]) - len(trained)]
        yield tokenizer["tokenizer"].decode(prompt), tokenizer["tokenizer"].decode(trained)


def by_trl(file, model):
    """The number of rows and of trained tokens after TRL has prepared the file."""
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer
    rows = load_dataset("parquet" if file.suffix == ".parquet" else "json", data_files=str(file), split="train", cache_dir=str(file.parent / "cache"))
    if "prompt" in rows.column_names:
        rows = rows.select_columns(["prompt", "completion"])
    config = SFTConfig(output_dir=str(file.parent / "trl"), max_length=8192, report_to="none", use_cpu=True, bf16=False,
                       completion_only_loss="prompt" in rows.column_names)
    tokenizer = AutoTokenizer.from_pretrained(model)
    prepared = SFTTrainer(AutoModelForCausalLM.from_pretrained(model), config, train_dataset=rows, processing_class=tokenizer).train_dataset
    return rows, prepared, tokenizer


def check(what, truth):
    print("ok    " if truth else "FAILED", what, flush=True)
    if not truth:
        sys.exit(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", required=True, type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--count", type=int, default=64)
    options = parser.parse_args()
    lines = options.rows.read_text().splitlines()[:options.count]
    source = [json.loads(line)["messages"][-1]["content"] for line in lines]
    file = upload("rows.jsonl", "\n".join(lines).encode())
    dataset = json.loads(ask("/v1/datasets", json.dumps({"file": file, "name": "exports"}).encode()))
    check(f"{len(source)} rows make a dataset", dataset["status"] == "ready")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for training_set in ("cft", "sft"):
            compare(folder, dataset["id"], training_set, source, options.model)


def compare(folder, dataset, training_set, source, model):
    for form, name in FORMATS.items():
        (folder / name).write_bytes(ask(f"/v1/datasets/{dataset}/content?format={form}&set={training_set}"))
    info = dataset_info()
    info["alpaca"] = {"file_name": FORMATS["alpaca"]}
    (folder / "dataset_info.json").write_text(json.dumps(info))
    alpaca = json.loads((folder / FORMATS["alpaca-json"]).read_text())
    check(f"{training_set}: {len(alpaca)} of {len(source)} rows are exported", len(alpaca) == len(source))
    if training_set == "cft":
        check("cft: outputs are the source's", [r["output"].strip() for r in alpaca] == [text.strip() for text in source])
    read = {name: list(by_llama_factory(folder, name, model)) for name in ("cft", "alpaca", "chat", "parquet")}
    check(f"{training_set}: LLaMA-Factory reads {len(alpaca)} rows of each format", all(len(rows) == len(alpaca) for rows in read.values()))
    check(f"{training_set}: LLaMA-Factory trains the output of every row",
          all(row[1].replace("<|im_end|>", "").strip() == a["output"].strip() for rows in read.values() for row, a in zip(rows, alpaca)))
    check(f"{training_set}: its prompts of all formats have the same words",
          all(row[0].split() == first[0].split() for rows in read.values() for row, first in zip(rows, read["cft"])))
    check(f"{training_set}: chat and parquet give the same tokens", read["chat"] == read["parquet"])
    for form in ("parquet", "chat"):
        rows, prepared, tokenizer = by_trl(folder / FORMATS[form], model)
        check(f"{training_set}: TRL prepares {len(prepared)} rows of {form}", len(prepared) == len(alpaca))
        if form == "parquet":
            trained = [tokenizer.decode([t for t, m in zip(r["input_ids"], r["completion_mask"]) if m]) for r in prepared]
            check(f"{training_set}: TRL trains the output of every row",
                  all(t.replace(tokenizer.eos_token, "").strip() == a["output"].strip() for t, a in zip(trained, alpaca)))
        else:
            text = [tokenizer.decode(r["input_ids"]) for r in prepared]
            check(f"{training_set}: TRL's conversations hold every output", all(a["output"].strip() in t for t, a in zip(text, alpaca)))


main()

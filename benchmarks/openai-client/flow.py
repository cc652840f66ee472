"""The unmodified openai client against a running platform: files, fine-tuning jobs, models, chat completions.

    pip install openai
    CFT_URL=http://localhost:8080 CFT_KEY=$(cat ~/.local/share/cft/operator.key) python flow.py [--model cft-demo-base]

Exits 1 with the reason when an answer is not what the client expects.
"""

import argparse
import io
import json
import os
import sys
import time

import openai

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="cft-demo-base")
options = parser.parse_args()

url = os.environ.get("CFT_URL", "http://localhost:8080")
client = openai.OpenAI(base_url=f"{url}/v1", api_key=os.environ["CFT_KEY"])


def check(what, truth):
    print(("ok    " if truth else "FAILED"), what)
    if not truth:
        sys.exit(1)


rows = [
    {"messages": [{"role": "user", "content": f"Tom has {n} pens . How many pens does Tom have now ?"},
                  {"role": "assistant", "content": f"#### {n}"}]}
    for n in range(2, 34)
]
content = "\n".join(json.dumps(row) for row in rows).encode()
file = client.files.create(file=("rows.jsonl", io.BytesIO(content)), purpose="fine-tune")
check("files.create", file.object == "file" and file.bytes == len(content) and file.purpose == "fine-tune")
check("files.retrieve", client.files.retrieve(file.id).id == file.id)
check("files.content", client.files.content(file.id).read() == content)
check("files.list", file.id in [f.id for f in client.files.list(purpose="fine-tune")])
try:
    client.files.create(file=("bad.jsonl", io.BytesIO(b'{"messages": []}\n{oops\n')), purpose="fine-tune")
    check("a malformed file is refused", False)
except openai.BadRequestError as error:
    check(f"a malformed file is refused: {error.message}", "line" in str(error))

check("models.list", options.model in [m.id for m in client.models.list()])
check("models.retrieve", client.models.retrieve(options.model).object == "model")

method = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": 8}}}
plan = client.post("/fine_tuning/jobs", cast_to=object, options={"params": {"dry_run": "true"}}, body={
    "model": options.model, "training_file": file.id, "method": method})
check(f"a dry run tells the plan: {plan['steps']} steps, {plan['memory']['total'] >> 20} MB", plan["steps"] == 8)
try:
    client.fine_tuning.jobs.create(
        model="nobody", training_file="file-none", suffix="a b", seed=-1,
        integrations=[{"type": "wandb", "wandb": {}}], extra_body={"select": "first", "dry_run": True})
    check("every fault is told at once", False)
except openai.BadRequestError as error:
    check(f"every fault is told at once: {error.message}", all(
        word in error.message for word in ("model:", "training_file:", "suffix:", "seed:", "integrations[0].wandb.project:", "select:")))
job = client.fine_tuning.jobs.create(
    model=options.model, training_file=file.id, validation_file=file.id, suffix="client", seed=7, method=method,
    integrations=[{"type": "wandb", "wandb": {"project": "maths"}}], metadata={"made_by": "flow.py"},
    extra_body={"keep": {"best": 1, "last": 1}})
check("fine_tuning.jobs.create", job.object == "fine_tuning.job" and job.id.startswith("ftjob-"))
while job.status not in ("succeeded", "failed", "cancelled"):
    time.sleep(1)
    job = client.fine_tuning.jobs.retrieve(job.id)
check(f"fine_tuning.jobs.retrieve: {job.status} {job.error or ''}", job.status == "succeeded")
check("fine_tuning.jobs.list", job.id in [j.id for j in client.fine_tuning.jobs.list(limit=100)])
events = list(client.fine_tuning.jobs.list_events(job.id, limit=5))
check(f"fine_tuning.jobs.list_events: {len(events)}", any(e.type == "metrics" for e in events))
check("result_files, downloaded", client.files.content(job.result_files[0]).text.startswith("step,"))
check("integrations", job.integrations[0].wandb.project == "maths")
checkpoints = list(client.fine_tuning.jobs.checkpoints.list(job.id))
check(f"fine_tuning.jobs.checkpoints.list: {len(checkpoints)}", len(checkpoints) >= 1)

asked = client.chat.completions.create(
    model=checkpoints[0].fine_tuned_model_checkpoint, messages=[{"role": "user", "content": "How many ?"}], max_tokens=3)
check("chat with a checkpoint", asked.usage.completion_tokens > 0)
longer = client.post(f"/fine_tuning/jobs/{job.id}/continue", cast_to=openai.types.fine_tuning.FineTuningJob, body={"n_epochs": 1})
paused = client.fine_tuning.jobs.pause(longer.id)
check(f"fine_tuning.jobs.pause: {paused.status}", paused.status in ("pausing", "paused"))
while client.fine_tuning.jobs.retrieve(longer.id).status == "pausing":
    time.sleep(0.5)
check("fine_tuning.jobs.resume", client.fine_tuning.jobs.resume(longer.id).status in ("queued", "running", "validating_files"))
while longer.status not in ("succeeded", "failed", "cancelled"):
    time.sleep(1)
    longer = client.fine_tuning.jobs.retrieve(longer.id)
check(f"a run continued: {longer.status} {longer.error or ''}", longer.status == "succeeded" and longer.to_dict()["result"]["steps"] == 12)

question = [{"role": "user", "content": "Tom has 7 pens . How many pens does Tom have now ?"}]
answer = client.chat.completions.create(model=job.fine_tuned_model, messages=question, max_tokens=20, temperature=0)
check(f"chat.completions.create: {answer.choices[0].message.content!r}", answer.usage.completion_tokens > 0)
streamed = "".join(
    chunk.choices[0].delta.content or ""
    for chunk in client.chat.completions.create(
        model=job.fine_tuned_model, messages=question, max_tokens=20, temperature=0, stream=True)
    if chunk.choices)
check("chat.completions.create, streamed, says the same", streamed == answer.choices[0].message.content)

cancelled = client.fine_tuning.jobs.create(model=options.model, training_file=file.id)
cancelled = client.fine_tuning.jobs.cancel(cancelled.id)
check("fine_tuning.jobs.cancel", cancelled.status == "cancelled")
try:
    client.chat.completions.create(model="no-such-model", messages=question)
    check("an unknown model is refused", False)
except openai.NotFoundError as error:
    check(f"an unknown model is refused: {error.message}", True)
try:
    openai.OpenAI(base_url=f"{url}/v1", api_key="sk-wrong").models.list()
    check("a wrong key is refused", False)
except openai.AuthenticationError:
    check("a wrong key is refused", True)
check("models.delete", client.models.delete(job.fine_tuned_model).deleted)
check("files.delete", client.files.delete(file.id).deleted)

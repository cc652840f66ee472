"""Jobs created by one `kubectl create -f`, the same as our launcher's in what they ask for: by_kubectl.py JOBS NAMESPACE RUNS_FOR. Prints one line of JSON.

Times of starts and ends are the API server's, in whole seconds; how long a pod ran is its own two times.
"""
import json
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import median

PLACES = 64
NAME = "batch.kubernetes.io/job-name"


def kubectl(*arguments):
    return subprocess.run(["kubectl", "-n", namespace, *arguments], check=True, capture_output=True, text=True).stdout


def at(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


number, namespace, runs_for = int(sys.argv[1]), sys.argv[2], sys.argv[3]
template = (Path(__file__).parent / "job.yaml").read_text().replace("RUNS_FOR", runs_for)
with tempfile.NamedTemporaryFile("w", suffix=".yaml") as manifests:
    manifests.write("\n---\n".join(template.replace("NAME", f"job-{n}") for n in range(number)))
    manifests.flush()
    start = time.time()
    kubectl("create", "-f", manifests.name)
    created = time.time()
while kubectl("get", "jobs", "-o", 'jsonpath={range .items[?(@.status.succeeded==1)]}x{end}').count("x") < number:
    time.sleep(0.5)
end = time.time()
jobs = json.loads(kubectl("get", "jobs", "-o", "json"))["items"]
pods = json.loads(kubectl("get", "pods", "-o", "json"))["items"]
submitted = {job["metadata"]["name"]: at(job["metadata"]["creationTimestamp"]) for job in jobs}
started = {pod["metadata"]["labels"][NAME]: at(pod["status"]["startTime"]) for pod in pods}
ended = {pod["metadata"]["labels"][NAME]: at(pod["status"]["containerStatuses"][0]["state"]["terminated"]["finishedAt"]) for pod in pods}
last = max(started.values())
waits = sorted(started[name] - submitted[name] for name in started)
busy = sum(max(0, min(ended[name], last) - started[name]) for name in started)
print(json.dumps({
    "jobs": number, "failed": number - len(ended), "submitted_after_s": round(created - start, 2), "all_started_after_s": round(last - start, 2),
    "started_per_s": round(number / (last - start), 2), "all_ended_after_s": round(end - start, 2), "wait_first_s": waits[0],
    "wait_median_s": median(waits), "wait_last_s": waits[-1], "idle_percent": round(100 * (1 - busy / (PLACES * (last - start))), 2)}))

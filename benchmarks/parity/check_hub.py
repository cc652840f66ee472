"""Checks that language-model and huggingface_hub agree on the hub's protocol and on the cache.

    pip install huggingface_hub
    python benchmarks/parity/check_hub.py        # after check_saved.py's preparation

A loopback hub serves one tiny checkpoint: small files itself (ETag: git's blob hash), weights by a redirect to another server
(X-Linked-Etag: SHA-256). huggingface_hub and `./cft model inspect` fetch it into a cache each: both must hold the same files, links and
references. Then huggingface_hub, offline, must find the model in our cache, and we in its.
"""
import hashlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

MODULE = Path(__file__).parent.parent.parent / "language-model"
SOURCE = MODULE / "src/test/resources/parity/qwen2"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {file.name: file.read_bytes() for file in SOURCE.iterdir() if file.name != "golden.json"}


def etag(name):
    content = FILES[name]
    if name.endswith(".safetensors"):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def entry(name):
    found = {"type": "file", "path": name, "size": len(FILES[name]), "oid": etag(name)[:40]}
    if name.endswith(".safetensors"):
        found["lfs"] = {"oid": etag(name), "size": len(FILES[name]), "pointerSize": 134}
    return found


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, content=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def do_GET(self):
        path = self.path.split("?")[0]
        name = path.rsplit("/", 1)[-1]
        if path.startswith("/api/models/tiny/model/tree/"):
            self.reply(200, json.dumps([entry(file) for file in FILES]).encode(), Content_Type="application/json")
        elif path.startswith("/api/models/tiny/model"):
            siblings = [{"rfilename": file} for file in FILES]
            self.reply(200, json.dumps({"id": "tiny/model", "modelId": "tiny/model", "sha": COMMIT, "siblings": siblings}).encode(),
                       Content_Type="application/json")
        elif path.startswith("/storage/") and name in FILES:
            self.reply(200, FILES[name], ETag=f'"{name}"')
        elif path.startswith("/tiny/model/resolve/") and name in FILES:
            if name.endswith(".safetensors"):
                self.reply(302, Location=f"http://127.0.0.1:{self.server.server_port}/storage/{name}", X_Repo_Commit=COMMIT,
                           X_Linked_Etag=f'"{etag(name)}"', X_Linked_Size=str(len(FILES[name])))
            else:
                self.reply(200, FILES[name], ETag=f'"{etag(name)}"', X_Repo_Commit=COMMIT)
        else:
            self.reply(404, X_Error_Code="EntryNotFound")

    do_HEAD = do_GET


def tree(cache):
    """Files with their content, links with their targets; locks and bookkeeping left out."""
    found = {}
    for path in sorted((cache / "models--tiny--model").rglob("*")):
        name = str(path.relative_to(cache))
        if path.is_symlink():
            found[name] = ("link", os.readlink(path))
        elif path.is_file() and "/blobs/" in name or "/refs/" in name:
            found[name] = ("file", hashlib.sha256(path.read_bytes()).hexdigest())
    return found


def environment(cache, **more):
    return {**os.environ, "HF_HUB_CACHE": str(cache), "HF_HUB_DISABLE_XET": "1", **more}


def theirs(cache, **more):
    code = "from huggingface_hub import snapshot_download; print(snapshot_download('tiny/model', ignore_patterns=['*.bin']))"
    return subprocess.run([sys.executable, "-c", code], env=environment(cache, **more),
                          check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def ours(cache, **more):
    classpath = f"{MODULE}/target/classes:{(MODULE / 'target/classpath').read_text()}"
    return json.loads(subprocess.run(["java", "--enable-native-access=ALL-UNNAMED", "-cp", classpath, "dev.cft.lm.cli.Model", "inspect", "tiny/model"],
                                     env=environment(cache, **more), check=True, capture_output=True, text=True).stdout)


server = http.server.ThreadingHTTPServer(("localhost", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://localhost:{server.server_port}"
with tempfile.TemporaryDirectory() as temporary:
    python, java = Path(temporary) / "python", Path(temporary) / "java"
    theirs(python, HF_ENDPOINT=address)
    described = ours(java, HF_ENDPOINT=address)
    assert tree(python) == tree(java), (tree(python), tree(java))
    print("both caches hold the same", len(tree(java)), "files, links and references")
    print("huggingface_hub, offline, finds", theirs(java, HF_HUB_OFFLINE="1"))
    assert ours(python, HF_HUB_OFFLINE="1")["sha256"] == described["sha256"]
    print("language-model, offline, finds the same model in the cache of huggingface_hub")

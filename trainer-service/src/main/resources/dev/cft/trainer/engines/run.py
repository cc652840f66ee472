"""Runs LLaMA-Factory as it is in a run folder, with a checkpoint before it ends when the file `llama-factory/stop` appears.

The folder is the working directory. Exit codes are the run folder's: 0 done or stopped (then `llama-factory/stopped` exists), 42 bad input,
74 the disk is full; anything else is a crash.
"""
import ctypes
import errno
import json
import os
import platform
import signal
import sys
from concurrent.futures.thread import _python_exit as finish_threads
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path("llama-factory")
PR_SET_PDEATHSIG = 1


def die_with_parent():
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(137)


def fail(code, error, message):
    Path("error.json").write_text(json.dumps({"code": error, "message": message}))
    print(message, file=sys.stderr, flush=True)
    sys.exit(code)


def check_version(wanted):
    found = installed("llamafactory")
    if found is None:
        fail(42, "no_engine", f"no LLaMA-Factory is installed for {sys.executable}; install llamafactory=={wanted}")
    if found != wanted:
        fail(42, "no_engine", f"LLaMA-Factory {found} is installed; cft.trainer.llama-factory.version says {wanted}")


def installed(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def tell_versions():
    versions = {"python": platform.python_version()}
    for package in ["llamafactory", "torch", "transformers", "accelerate", "deepspeed"]:
        if found := installed(package):
            versions[package] = found
    (HERE / "versions.json").write_text(json.dumps(versions))
    print("trains with " + ", ".join(" ".join(each) for each in versions.items()), flush=True)


def stop_callback():
    import torch
    from telling import processes
    from transformers import TrainerCallback

    def several():
        return processes()[0] > 1

    def agreed(wanted):
        """All processes stop after the same step: the first one decides."""
        if not several():
            return wanted
        device = "cuda" if torch.cuda.is_available() else "cpu"
        word = torch.tensor([int(wanted)], device=device)
        torch.distributed.broadcast(word, src=0)
        return bool(word.item())

    class StopOnRequest(TrainerCallback):
        stopping = False

        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step < state.max_steps and agreed((HERE / "stop").exists()):
                self.stopping = True
                control.should_save = True
            return control

        def on_save(self, args, state, control, **kwargs):
            if self.stopping:
                if several():
                    torch.distributed.barrier()
                if state.is_world_process_zero:
                    (HERE / "stopped").write_text(str(state.global_step))
                leave()

    return StopOnRequest()


def leave(*_):
    """Ends this process at once. Taking PyTorch's and Gloo's threads down may wait for ever, and then all nodes wait for this one."""
    finish_threads()  # LLaMA-Factory writes its log in one
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def know_cpus_by_number(torch):
    """Where several processes train on CPUs, checkpoints are read to `cpu:0`, which PyTorch does not know."""
    torch.serialization.register_package(1, lambda storage: None, lambda storage, location: storage if location.startswith("cpu:") else None)


def train(row_losses):
    import torch
    import yaml
    from llamafactory.train.tuner import run_exp
    from telling import Measures, RowLosses

    know_cpus_by_number(torch)
    torch.distributed.destroy_process_group = leave  # LLaMA-Factory's last act, where there are several processes
    keys = yaml.safe_load((HERE / "train.yaml").read_text())
    resume = HERE / "resume"
    if resume.exists():
        keys["resume_from_checkpoint"] = resume.read_text().strip()
    callbacks = [stop_callback(), Measures()]
    if row_losses:
        callbacks.append(RowLosses(row_losses, keys))
    try:
        run_exp(args=keys, callbacks=callbacks)
    except torch.OutOfMemoryError as failure:
        fail(42, "out_of_memory", f"the GPU's memory ran out: {failure}; lower micro_batch_size or cutoff_len, or ask for more gpus")
    except OSError as failure:
        if failure.errno == errno.ENOSPC:
            fail(74, "cannot_write", str(failure))
        raise


def main():
    die_with_parent()
    launch = json.loads((HERE / "launch.json").read_text())
    if "RANK" not in os.environ:
        check_version(launch["version"])
        if os.environ.get("PET_NODE_RANK", "0") == "0":
            tell_versions()
        nodes = int(os.environ.get("PET_NNODES", "1"))
        if nodes > 1 or launch["processes"] > 1:
            from torch.distributed.run import main as torchrun

            # Over several nodes torchrun is told by its variables: PET_NNODES, PET_NODE_RANK, PET_NPROC_PER_NODE, PET_MASTER_ADDR, PET_MASTER_PORT.
            alone = ["--standalone", "--nproc_per_node", str(launch["processes"])]
            torchrun([*(alone if nodes == 1 else []), __file__])
            return
    train(launch["row_losses"])


main()

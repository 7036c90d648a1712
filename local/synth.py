"""The CDK app, synthesized without the CDK's command line and only when something changed."""

import fcntl
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_INPUTS = (
    "app.py",
    "cdk.json",
    "stacks",
    "lambdas",
    "iot",
    "web",
    "models",
    "requirements.txt",
    "requirements.lock",
    "docs/openapi.json",
)
_IGNORED = {"__pycache__", "node_modules"}
_FINGERPRINT = ".fingerprint"


class SynthError(Exception):
    """The app did not synthesize."""


def fingerprint(app_dir: Path) -> str:
    """A digest of everything that goes into the templates and their assets.

    That is what this project is made of, and what `watch.include` of cdk.json names besides.
    """
    watched = _settings(app_dir).get("watch", {}).get("include", [])
    patterns = {*_INPUTS, *(pattern.removesuffix("/**") for pattern in watched)}
    roots = [root for pattern in patterns for root in app_dir.glob(pattern)]
    digest = hashlib.sha256()
    for path in sorted({path for root in roots for path in _files(root)}):
        digest.update(str(path.relative_to(app_dir)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
    for path in root.rglob("*"):
        if path.is_file() and path.suffix != ".pyc" and not _IGNORED.intersection(path.parts):
            yield path


def synthesize(
    app_dir: Path, out: Path | None = None, context: Mapping[str, str] | None = None
) -> Path:
    """The directory with the templates, written anew if the app is not what it was. ``context``
    changes what cdk.json says, and has a directory of its own."""
    out = (out or app_dir / "build" / "cdk.out").resolve()
    with _one_at_a_time(out):
        now = fingerprint(app_dir)
        known = out / _FINGERPRINT
        if not (known.is_file() and known.read_text() == now):
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir(parents=True)
            _run_app(app_dir, out, context or {})
            known.write_text(now)
    return out


@contextmanager
def _one_at_a_time(out: Path) -> Iterator[None]:
    """Tests and a demo may want the same templates at the same time."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.with_name(f"{out.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _settings(app_dir: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((app_dir / "cdk.json").read_text())
    return settings


def _run_app(app_dir: Path, out: Path, context: Mapping[str, str]) -> None:
    settings = _settings(app_dir)
    interpreter, *arguments = shlex.split(settings["app"])
    if Path(interpreter).name.startswith("python"):
        interpreter = sys.executable
    run = subprocess.run(
        [interpreter, *arguments],
        cwd=app_dir,
        env=os.environ
        | {
            # Node for jsii comes with the Python environment.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "CDK_OUTDIR": str(out),
            "CDK_CONTEXT_JSON": json.dumps({**settings.get("context", {}), **context}),
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if run.returncode:
        raise SynthError(f"{settings['app']} failed:\n{run.stdout}")

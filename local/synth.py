"""The CDK app, synthesized without the CDK's command line and only when something changed."""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

_INPUTS = (
    "app.py",
    "cdk.json",
    "stacks",
    "lambdas",
    "iot",
    "web",
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

    That is what `watch.include` of cdk.json lists; without it, what this project is made of.
    """
    digest = hashlib.sha256()
    watched = _settings(app_dir).get("watch", {}).get("include", _INPUTS)
    for name in watched:
        for path in _files(app_dir / name):
            digest.update(str(path.relative_to(app_dir)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    found = (p for p in root.rglob("*") if p.is_file() and not _IGNORED.intersection(p.parts))
    return sorted(p for p in found if p.suffix != ".pyc")


def synthesize(app_dir: Path, out: Path | None = None) -> Path:
    """The directory with the templates, written anew if the app is not what it was."""
    out = (out or app_dir / "build" / "cdk.out").resolve()
    now = fingerprint(app_dir)
    known = out / _FINGERPRINT
    if known.is_file() and known.read_text() == now:
        return out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    _run_app(app_dir, out)
    known.write_text(now)
    return out


def _settings(app_dir: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((app_dir / "cdk.json").read_text())
    return settings


def _run_app(app_dir: Path, out: Path) -> None:
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
            "CDK_CONTEXT_JSON": json.dumps(settings.get("context", {})),
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if run.returncode:
        raise SynthError(f"{settings['app']} failed:\n{run.stdout}")

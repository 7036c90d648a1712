"""What goes to Lambda: our code in one asset, third-party packages in layers.

The layers are wheels for Lambda's own platform (arm64, Python 3.13), which need neither Docker nor
that platform here. Their hash is that of what they are made from, so the template is the same
whether or not they were built: only a real deployment needs them (`make layers`).
"""

import atexit
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from aws_cdk import AssetHashType
from aws_cdk import aws_lambda as lambda_

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
LOCK = ROOT / "requirements.lock"
PYTHON = lambda_.Runtime.PYTHON_3_13
LAYERS = {
    "common": ROOT / "lambdas/requirements.txt",
    "vision": ROOT / "lambdas/detect/requirements.txt",
    "money": ROOT / "lambdas/billing/requirements.txt",
    "numbers": ROOT / "lambdas/ingest/requirements.txt",
    "statistics": ROOT / "lambdas/ingest/statistics/requirements.txt",
    "places": ROOT / "lambdas/dispatch/requirements.txt",
    "push": ROOT / "lambdas/notify/requirements.txt",
}
"""The first for every function, one of the others for those who ask for it."""

MODEL = ROOT / "models"
"""What makes the network that goes into layer "vision", at /opt/model."""
UNUSED = {"vision": ("libLiteRtWebGpuAccelerator.so", "aot", "vendors")}
"""Parts of packages that our functions never load, by layer."""
LIMIT = 250 * 1024 * 1024
"""Bytes that a function and its layers may take unpacked."""
SYSTEM = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13)}
"""The newest versions of the C and C++ libraries' symbols that the runtime's system has: Amazon
Linux 2023, glibc 2.34 and GCC 11."""


def code() -> lambda_.Code:
    """The one code asset of all functions: lambdas/ and what iot/ shares with devices."""
    return lambda_.Code.from_asset(_gathered())


@cache
def _gathered() -> str:
    """The code by itself, in a folder of this process: several may synthesize at a time."""
    target = Path(tempfile.mkdtemp(prefix="mimamori-code-"))
    atexit.register(shutil.rmtree, target, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__", "requirements.txt", "agent", "scene*")
    for package in ("lambdas", "iot"):
        shutil.copytree(ROOT / package, target / package, ignore=ignored)
    return str(target)


def layer(name: str, *, built: bool) -> lambda_.Code:
    """A layer's asset. Without ``built`` it holds the list of packages only."""
    listed = LAYERS[name]
    if built:
        folder = BUILD / "layers" / name
        if not folder.exists():
            raise FileNotFoundError(f"{folder} is missing: run `make layers` first")
    else:
        folder = BUILD / "layers-unbuilt" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "packages.txt").write_text(listed.read_text())
    made_from = hashlib.sha256(listed.read_bytes() + LOCK.read_bytes() + PYTHON.name.encode())
    if name == "vision":
        made_from.update((MODEL / "build.py").read_bytes())
    return lambda_.Code.from_asset(
        str(folder), asset_hash=made_from.hexdigest(), asset_hash_type=AssetHashType.CUSTOM
    )


def build() -> int:
    """Build all layers; the bytes that the heaviest function takes unpacked."""
    for name, listed in LAYERS.items():
        target = BUILD / "layers" / name / "python"
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(
            [
                *("uv", "pip", "install", "--quiet", "--target", target),
                *("--python-platform", "aarch64-manylinux_2_28", "--python-version", "3.13"),
                *("--only-binary", ":all:", "--requirements", listed, "--constraints", LOCK),
            ],
            check=True,
        )
        for unneeded in [*target.rglob("__pycache__"), *target.rglob("tests"), target / "bin"]:
            shutil.rmtree(unneeded, ignore_errors=True)
        for unused in UNUSED.get(name, ()):
            for path in target.rglob(unused):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    subprocess.run([sys.executable, MODEL / "build.py"], check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(BUILD / "model", BUILD / "layers/vision/model", dirs_exist_ok=True)
    if newer := asks_too_much(BUILD / "layers"):
        raise ValueError("would not load on Lambda:\n" + "\n".join(newer))
    size = heaviest()
    if size > LIMIT:
        raise ValueError(f"{size / 2**20:.0f} MiB: Lambda takes {LIMIT / 2**20:.0f} MiB at most")
    return size


def asks_too_much(folder: Path) -> list[str]:
    """The compiled files in a folder that ask for newer symbols than ``SYSTEM`` has, and which."""
    return [
        f"{file.relative_to(folder)} asks for {name}"
        for file in sorted(folder.rglob("*.so*"))
        if file.is_file()
        for name in sorted(_symbol_versions(file))
        if _too_new(name)
    ]


def _symbol_versions(file: Path) -> set[str]:
    """The versions of other libraries' symbols that a compiled file asks for: {"GLIBC_2.17", …}."""
    from elftools.elf.elffile import ELFFile
    from elftools.elf.gnuversions import GNUVerNeedSection

    with file.open("rb") as stream:
        return {
            version.name
            for needed in ELFFile(stream).iter_sections("SHT_GNU_verneed")
            if isinstance(needed, GNUVerNeedSection)
            for _library, versions in needed.iter_versions()
            for version in versions
        }


def _too_new(name: str) -> bool:
    library, _, version = name.rpartition("_")
    if library not in SYSTEM or not re.fullmatch(r"[\d.]+", version):
        return False
    return tuple(int(part) for part in version.split(".")) > SYSTEM[library]


def heaviest() -> int:
    """Bytes of our code, the common layer and the largest of the others."""
    sizes = {name: _bytes(BUILD / "layers" / name) for name in LAYERS}
    return sizes.pop("common") + max(sizes.values()) + _bytes(ROOT / "lambdas", ROOT / "iot")


def _bytes(*folders: Path) -> int:
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files)


if __name__ == "__main__":
    sys.stdout.write(f"heaviest function: {build() / 2**20:.0f} of {LIMIT / 2**20:.0f} MiB\n")

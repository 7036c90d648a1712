"""What build.py writes: the same every time, complete, and free of what the CSP refuses."""

import json
import re
from pathlib import Path

from web.build import WEB, build


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_two_builds_are_the_same(tmp_path: Path) -> None:
    assert contents(build(tmp_path / "one")) == contents(build(tmp_path / "two"))


def test_what_is_no_longer_there_is_removed(tmp_path: Path) -> None:
    page = contents(build(tmp_path))
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "left.js").write_text("")
    assert contents(build(tmp_path)) == page
    assert not (tmp_path / "old").exists()


def test_every_import_leads_to_a_file(site: Path) -> None:
    imports = re.compile(r"""(?:\bfrom|\bimport\()\s*["']([^"']+)["']""")
    for path in site.rglob("*.js"):
        if path.name == "uplot.js":
            continue  # one closed file
        for target in imports.findall(path.read_text(encoding="utf-8")):
            assert target.startswith("."), f"{path.name} imports {target}"
            assert (path.parent / target).resolve().is_file(), f"{path.name} imports {target}"


def test_nothing_stands_inline(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"\bstyle=|\bon[a-z]+=|<style", page)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == [""]


def test_licences_come_along(site: Path) -> None:
    text = (site / "vendor" / "LICENSES.txt").read_text(encoding="utf-8")
    packages = json.loads((WEB / "package.json").read_text())["dependencies"]
    assert all(f"{name} {version}" in text for name, version in packages.items())


def test_the_lock_names_no_registry() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)

"""The recipes of docs/extending.md, followed in a copy of the code."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")


class Block(NamedTuple):
    """A fenced block: the attributes behind its language, and its text."""

    about: dict[str, str]
    text: str


def recipes(text: str) -> dict[str, list[Block]]:
    """The blocks of each recipe by its title."""
    found = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        blocks = re.findall(r"^```\w+ ([^\n]+)\n(.*?)^```$", body, re.MULTILINE | re.DOTALL)
        found[title] = [Block(attributes(line), block) for line, block in blocks]
    return found


def attributes(line: str) -> dict[str, str]:
    """``file=a after="b"`` as a dictionary; a word alone is empty."""
    return {name: value for name, _, value in (word.partition("=") for word in shlex.split(line))}


def apply(folder: Path, block: Block) -> None:
    """Write a block where it says: a new file, or before, after or instead of a line's text."""
    path = folder / block.about["file"]
    where = next((word for word in ("before", "after", "replace") if word in block.about), None)
    if where is None:
        assert not path.exists(), f"{path.name} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        return
    text, anchor = path.read_text(encoding="utf-8"), block.about[where]
    assert anchor in text, f"{anchor!r} is not in {path.name}"
    at = text.index(anchor)
    if where == "replace":
        text = text[:at] + block.text.rstrip("\n") + text[at + len(anchor) :]
    else:
        line = text.rindex("\n", 0, at) + 1 if where == "before" else text.index("\n", at) + 1
        text = text[:line] + block.text + text[line:]
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("title", recipes(TEXT))
def test_a_recipe_does_what_it_says(title: str, tmp_path: Path) -> None:
    blocks = recipes(TEXT)[title]
    checks = [block for block in blocks if "check" in block.about]
    assert checks, "a recipe ends with a check"
    for name in ("lambdas", "iot"):
        shutil.copytree(ROOT / name, tmp_path / name)  # with what is compiled of it
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "rules.md", tmp_path / "docs")
    assert run(tmp_path, checks[0].text).returncode != 0, "the check passes without the recipe"
    for block in blocks:
        if "file" in block.about:
            apply(tmp_path, block)
    for check in checks:
        done = run(tmp_path, check.text)
        assert done.returncode == 0, done.stderr[-2000:]


def run(folder: Path, program: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

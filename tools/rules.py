"""Which business rules are built, where, and which tests prove them: ``python -m tools.rules``.

docs/rules.md is the list of rules. Tests say ``@pytest.mark.rule("DC-18", …)``. Nothing is run or
imported: files are read. Exits with 1 when a rule is named that is not in the list, or a rule that
is built has no test.
"""

import argparse
import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCUMENT = "docs/rules.md"
FOLDERS = ("lambdas", "iot", "stacks", "tests")
SUFFIXES = {".py", ".json", ".yaml", ".yml", ".toml", ".csv", ".txt", ".html", ".subject"}
SKIPPED = {"build", "cdk.out", "node_modules", "__pycache__", "var"}
STATUSES = ("built", "partly", "planned")

_ROW = re.compile(r"^\| ([A-Z]+-\d+) \|(.*)\|$")
_ID = re.compile(r"\b(?:DC|DL|AL|HT|HF|G|S|A)-\d{1,3}\b")
_FILE = re.compile(r"[\w./-]*\w/[\w./-]*\w")


class Rule(NamedTuple):
    """A row of the list."""

    id: str
    demands: str
    status: str
    where: str

    @property
    def needs_tests(self) -> bool:
        """Whether anything of it works, so that a test can prove it."""
        return self.status != "planned"


class Place(NamedTuple):
    """Where a rule is named."""

    file: str
    line: int
    test: str = ""  # which test carries it, where it is a mark

    def __str__(self) -> str:
        return f"{self.file}::{self.test}" if self.test else f"{self.file}:{self.line}"


@dataclass
class Survey:
    """The rules, who names them, and what is wrong."""

    rules: dict[str, Rule]
    tests: dict[str, list[Place]]
    named: dict[str, list[Place]]
    problems: list[str] = field(default_factory=list)


def survey(root: Path) -> Survey:
    """Read the list, the tests and the code under ``root``."""
    problems: list[str] = []
    found = Survey(_rules(root, problems), {}, {}, problems)
    for file in _files(root):
        name = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8", errors="replace")
        for line, id in _mentions(text):
            found.named.setdefault(id, []).append(Place(name, line))
        if name.startswith("tests/") and file.suffix == ".py":
            for id, place in _marks(name, text, problems):
                found.tests.setdefault(id, []).append(place)
    for id in {*found.named, *found.tests} - set(found.rules):
        places = {*found.tests.get(id, []), *found.named.get(id, [])}
        problems += [f"{place}: {id} is not in {DOCUMENT}" for place in sorted(places)]
    problems += [
        f"{DOCUMENT}: {rule.id} is {rule.status}, but no test carries it"
        for rule in found.rules.values()
        if rule.needs_tests and rule.id not in found.tests
    ]
    return found


def _rules(root: Path, problems: list[str]) -> dict[str, Rule]:
    """The rows of the list, in its order."""
    rules: dict[str, Rule] = {}
    for line in (root / DOCUMENT).read_text(encoding="utf-8").splitlines():
        row = _ROW.match(line)
        if row is None:
            continue
        cells = [cell.strip() for cell in row[2].split("|")]
        if len(cells) != 3 or cells[1] not in STATUSES or not all(cells):
            problems.append(f"{DOCUMENT}: {row[1]}: wants demand, {'/'.join(STATUSES)}, where")
            continue
        rule = Rule(row[1], *cells)
        if rule.id in rules:
            problems.append(f"{DOCUMENT}: {rule.id} stands there twice")
        rules[rule.id] = rule
        if rule.needs_tests:
            built = rule.where.partition("planned:")[0]
            problems += [
                f"{DOCUMENT}: {rule.id} is said to live in {file}, which is not there"
                for file in _FILE.findall(built)
                if not (root / file).exists()
            ]
    return rules


def _files(root: Path) -> Iterator[Path]:
    """The files that may name rules."""
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            inside = file.relative_to(root).parts
            if file.suffix in SUFFIXES and not SKIPPED & set(inside) and file.is_file():
                yield file


def _mentions(text: str) -> Iterator[tuple[int, str]]:
    """Lines and the rules they name."""
    for number, line in enumerate(text.splitlines(), 1):
        for id in sorted(set(_ID.findall(line))):
            yield number, id


def _marks(name: str, text: str, problems: list[str]) -> Iterator[tuple[str, Place]]:
    """The rules that a file's tests carry: by decorators, ``pytestmark`` or a parameter's marks."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        problems.append(f"{name}:{error.lineno}: not Python")
        return
    owners = {
        mark: node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in node.decorator_list
        for mark in ast.walk(decorator)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.rule")):
            continue
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value, Place(name, node.lineno, owners.get(node, ""))
            else:
                problems.append(f"{name}:{node.lineno}: a rule's mark wants its ID in quotes")


def table(found: Survey, *, each_test: bool) -> Iterator[str]:
    """The survey for people: a line for each rule, and for each file or test that proves it."""
    for rule in found.rules.values():
        tests = found.tests.get(rule.id, [])
        count = f"{len(tests)} test{'s' if len(tests) != 1 else ''}" if tests else ""
        yield f"{rule.id:<7} {rule.status:<8} {count:<9} {rule.where}".rstrip()
        if each_test:
            yield from (f"{'':<26}{place}" for place in tests)
        else:
            files = Counter(place.file for place in tests)
            yield from (f"{'':<26}{file} ({times})" for file, times in sorted(files.items()))


def summary(found: Survey) -> Iterator[str]:
    """How many rules stand where, and what is wrong."""
    statuses = Counter(rule.status for rule in found.rules.values())
    counts = ", ".join(f"{statuses[status]} {status}" for status in STATUSES)
    marks = {place for places in found.tests.values() for place in places}
    yield f"{len(found.rules)} rules: {counts}; {len(marks)} tests carry {len(found.tests)} of them"
    ahead = [id for id in found.rules if not found.rules[id].needs_tests and id in found.tests]
    if ahead:
        yield f"planned, but tested already: {', '.join(ahead)}"
    yield from (f"wrong: {problem}" for problem in found.problems)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Print the survey; 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="tools.rules", description="Rules and their tests")
    parser.add_argument("--tests", action="store_true", help="name each test")
    parser.add_argument("--summary", action="store_true", help="only the summary")
    options = parser.parse_args(arguments)
    found = survey(root)
    lines = [] if options.summary else [*table(found, each_test=options.tests), ""]
    sys.stdout.write("\n".join([*lines, *summary(found)]) + "\n")
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main())

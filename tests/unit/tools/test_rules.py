"""The list of rules and the tool that holds tests and code against it."""

from pathlib import Path

import pytest

from tools import rules

# Names that are no rules are put together here, so that the tool does not find them in this file.
UNKNOWN, OTHER = "DC-" + "999", "HT-" + "998"

LIST = """# Rules
| Rule | Demands | Status | Where |
|---|---|---|---|
| DC-16 | no number | built | lambdas/cameras.py |
| DC-18 | three cameras | partly | lambdas/cameras.py; planned: lambdas/billing |
| DC-02 | a price | planned | lambdas/billing |
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in which everything is as it should be."""
    write(tmp_path, "docs/rules.md", LIST)
    write(tmp_path, "lambdas/cameras.py", '"""Three (DC-18), without a number (DC-16)."""\n')
    write(
        tmp_path,
        "tests/unit/test_cameras.py",
        "import pytest\n\n"
        '@pytest.mark.rule("DC-16", "DC-18")\n'
        "def test_three() -> None: ...\n\n"
        '@pytest.mark.rule("DC-18")\n'
        "class TestMore: ...\n",
    )
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


def test_it_says_which_tests_carry_which_rule(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rules.main([], project) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "DC-16   built    1 test    lambdas/cameras.py"
    assert lines[1].split() == ["tests/unit/test_cameras.py", "(1)"]
    assert lines[2].startswith("DC-18   partly   2 tests")
    assert lines[4] == "DC-02   planned            lambdas/billing"
    assert lines[-1] == "3 rules: 1 built, 1 partly, 1 planned; 2 tests carry 2 of them"


def test_it_names_each_test_when_asked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules.main(["--tests"], project) == 0
    out = capsys.readouterr().out
    assert "tests/unit/test_cameras.py::test_three\n" in out
    assert "tests/unit/test_cameras.py::TestMore\n" in out


def wrong(project: Path) -> list[str]:
    problems = rules.survey(project).problems
    assert rules.main(["--summary"], project) == (1 if problems else 0)
    return problems


@pytest.mark.parametrize(
    "file",
    [
        "lambdas/billing/catalogue/2026.yaml",
        "lambdas/notify/templates/mail.ja.txt",
        "iot/agent/camera/sound.py",
        "stacks/data.py",
        "tests/e2e/test_it.py",
    ],
)
def test_an_unknown_rule_in_code_prices_or_words_is_wrong(project: Path, file: str) -> None:
    write(project, file, f"\n# as {UNKNOWN} demands\n")
    assert wrong(project) == [f"{file}:2: {UNKNOWN} is not in docs/rules.md"]


def test_an_unknown_rule_on_a_test_is_wrong(project: Path) -> None:
    mark = f'@pytest.mark.rule("{UNKNOWN}")\ndef test_it() -> None: ...\n'
    write(project, "tests/test_more.py", "import pytest\n" + mark)
    (problem, _) = wrong(project)
    assert f"{UNKNOWN} is not in" in problem


def test_a_built_rule_without_a_test_is_wrong_a_planned_one_is_not(project: Path) -> None:
    write(project, "tests/unit/test_cameras.py", "")
    assert wrong(project) == [
        "docs/rules.md: DC-16 is built, but no test carries it",
        "docs/rules.md: DC-18 is partly, but no test carries it",
    ]


def test_marks_are_found_wherever_pytest_takes_them(project: Path) -> None:
    write(
        project,
        "tests/test_marks.py",
        "import pytest\n"
        'pytestmark = [pytest.mark.slow, pytest.mark.rule("DC-16")]\n'
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.rule("DC-18"))])\n'
        "async def test_async(x: int) -> None: ...\n"
        'text = "pytest.mark.rule(DC-02)"\n',
    )
    found = rules.survey(project)
    assert next(str(place) for place in found.tests["DC-16"]) == "tests/test_marks.py:2"
    assert "tests/test_marks.py::test_async" in map(str, found.tests["DC-18"])
    assert "DC-02" not in found.tests


def test_a_mark_whose_rule_cannot_be_read_is_wrong(project: Path) -> None:
    write(project, "tests/test_odd.py", "import pytest\nRULE = 'x'\nm = pytest.mark.rule(RULE)\n")
    write(project, "tests/test_broken.py", "def test(:\n")
    assert wrong(project) == [
        "tests/test_broken.py:1: not Python",
        "tests/test_odd.py:3: a rule's mark wants its ID in quotes",
    ]


def test_a_list_that_is_not_in_order_is_wrong(project: Path) -> None:
    rows = (
        "| DC-02 | again | planned | lambdas/billing |\n"
        "| DC-03 | nearly | done | lambdas/billing |\n"
        "| DC-04 | only three cells | planned |\n"
        "| DC-16 | moved | built | lambdas/gone.py |\n"
    )
    write(project, "docs/rules.md", LIST + rows)
    problems = wrong(project)
    assert [problem.split(": ", 1)[1][:30] for problem in problems] == [
        "DC-02 stands there twice",
        "DC-03: wants demand, built/par",
        "DC-04: wants demand, built/par",
        "DC-16 stands there twice",
        "DC-16 is said to live in lambd",
    ]


def test_what_looks_like_a_rule_is_none(project: Path) -> None:
    write(project, "lambdas/other.py", "# SHA-256, UTF-8, X-1, ISO-8601, AwsSolutions-S1, PAL-1\n")
    write(project, "lambdas/build/made.py", f"# {UNKNOWN}\n")
    write(project, "lambdas/picture.jpg", OTHER)
    assert wrong(project) == []


def test_a_planned_rule_that_is_tested_already_is_said_to_be(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "tests/test_price.py", 'import pytest\nm = pytest.mark.rule("DC-02")\n')
    assert rules.main(["--summary"], project) == 0
    assert "planned, but tested already: DC-02" in capsys.readouterr().out


def test_the_project_itself_is_in_order() -> None:
    found = rules.survey(rules.ROOT)
    assert found.problems == []
    assert len(found.rules) == 340
    prefixes = ("G", "DC", "DL", "AL", "HT", "HF", "S", "A")
    counts = [sum(id.startswith(f"{prefix}-") for id in found.rules) for prefix in prefixes]
    assert counts == [8, 37, 35, 103, 91, 18, 7, 41]
    for prefix, count in zip(prefixes, counts, strict=True):
        assert {
            f"{prefix}-{n:02d}" if prefix != "S" else f"S-{n}" for n in range(1, count + 1)
        } == {id for id in found.rules if id.startswith(f"{prefix}-")}

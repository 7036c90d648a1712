"""Problems: every one that can be raised has words in both languages."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from lambdas.shared.problems import TEXTS, Problem

ROOT = Path(__file__).parents[3]


def raised() -> set[str]:
    """The slugs that the code names."""
    slugs = set()
    for file in (ROOT / "lambdas").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                name, literals = (
                    ast.unparse(node.func),
                    [
                        argument.value
                        for argument in node.args
                        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                    ],
                )
                if name.endswith(("Problem", "Denied")) and literals:
                    slugs.add(literals[0])
                elif name.endswith("Requirement") and len(literals) > 1:
                    slugs.add(literals[1])
    return slugs


def test_every_problem_that_is_raised_has_words() -> None:
    assert {"not-found", "contractor-only", "too-many-cameras", "invalid"} <= raised()
    assert raised() <= set(TEXTS)


@pytest.mark.parametrize("slug", TEXTS)
def test_both_languages_say_something_of_their_own(slug: str) -> None:
    for text in TEXTS[slug]:
        assert re.search(r"[ぁ-んァ-ン一-龥]", text.ja)
        assert re.fullmatch(r"[\x20-\x7e’“”]+", text.en)
    title, detail = TEXTS[slug]
    assert len(title.ja) < len(detail.ja)
    assert detail.ja.endswith("。")
    assert detail.en.endswith(".")
    assert _values(detail.ja) == _values(detail.en)


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_document_has_what_is_known_and_nothing_else() -> None:
    plain = Problem(404, "not-found").body("en")
    assert plain == {
        "type": "urn:mimamori:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "What you are looking for does not exist, or is not yours to see.",
    }
    ruled = Problem(409, "too-many-cameras", rule="DC-18", limit=3).body("ja")
    assert ruled["rule"] == "DC-18"
    assert "3台まで" in str(ruled["detail"])
    assert Problem(422, "invalid").body("ja", [{"at": "body"}])["errors"] == [{"at": "body"}]


def test_a_value_is_put_in_as_it_is() -> None:
    body = Problem(409, "too-many-cameras", limit="{0}").body("en")
    assert "{0}" in str(body["detail"])

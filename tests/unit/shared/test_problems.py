"""Problems: every one that can be raised has words in both languages."""

import ast
import re
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

from lambdas.devices import problems as devices
from lambdas.shared.problems import TEXTS, Problem, Text, Texts

ROOT = Path(__file__).parents[3]


CONTEXTS = sorted(p.parent.name for p in (ROOT / "lambdas").glob("*/__init__.py"))
"""Contexts, and shared."""


def texts_of(context: str) -> Texts:
    """The words of a context's own problems."""
    if context == "shared" or not (ROOT / "lambdas" / context / "problems.py").exists():
        return {}
    texts: Texts = import_module(f"lambdas.{context}.problems").TEXTS
    return texts


ALL = [(context, slug, texts) for context in CONTEXTS for slug, texts in texts_of(context).items()]
ALL += [("shared", slug, texts) for slug, texts in TEXTS.items()]


def raised(context: str) -> set[str]:
    """The slugs that the code of a context names."""
    slugs = set()
    for file in (ROOT / "lambdas" / context).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("Problem", "Denied", "member_of")
            ):
                constants = [a.value for a in node.args if isinstance(a, ast.Constant)]
                slugs |= {word for word in constants[:2] if isinstance(word, str)}
    return slugs


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_problem_that_is_raised_has_words(context: str) -> None:
    assert raised(context) <= set(TEXTS) | set(texts_of(context))


def test_problems_are_found_in_the_code() -> None:
    assert {"not-found", "too-many-cameras"} <= raised("devices")
    assert {"contractor-only", "invalid"} <= raised("shared")


def test_no_problem_has_words_in_two_places() -> None:
    slugs = [slug for _, slug, _ in ALL]
    assert len(slugs) == len(set(slugs))


@pytest.mark.parametrize(("context", "slug", "texts"), ALL, ids=[slug for _, slug, _ in ALL])
def test_both_languages_say_something_of_their_own(
    context: str, slug: str, texts: tuple[Text, Text]
) -> None:
    for text in texts:
        assert re.search(r"[ぁ-んァ-ン一-龥]", text.ja)
        assert re.fullmatch(r"[\x20-\x7e’“”]+", text.en)
    title, detail = texts
    assert len(title.ja) < len(detail.ja)
    assert detail.ja.endswith("。")
    assert detail.en.endswith(".")
    assert _values(detail.ja) == _values(detail.en)


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_document_has_what_is_known_and_nothing_else() -> None:
    plain = Problem(404, "not-found").body("en", devices.TEXTS)
    assert plain == {
        "type": "urn:mimamori:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "What you are looking for does not exist, or is not yours to see.",
    }
    ruled = Problem(409, "too-many-cameras", rule="DC-18", limit=3).body("ja", devices.TEXTS)
    assert ruled["rule"] == "DC-18"
    assert "3台まで" in str(ruled["detail"])
    assert Problem(422, "invalid").body("ja", {}, [{"at": "body"}])["errors"] == [{"at": "body"}]


def test_a_value_is_put_in_as_it_is() -> None:
    body = Problem(409, "too-many-cameras", limit="{0}").body("en", devices.TEXTS)
    assert "{0}" in str(body["detail"])


def test_a_value_in_both_languages_is_said_in_the_callers() -> None:
    problem = Problem(403, "not-in-contract", service=Text("お部屋のみまもり", "room watch"))
    assert "お部屋のみまもりを" in str(problem.body("ja", {})["detail"])
    assert "room watch" in str(problem.body("en", {})["detail"])

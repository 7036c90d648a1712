"""Every notice that code can publish has words in both languages, and all words are used."""

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, meta

from lambdas.notify.mails import RESERVED
from lambdas.notify.words import Card, Sentence, kinds, words_of
from lambdas.shared.events import Contractor, Notice, NoticeKind, StaffGroup
from tests.notices import HANAKO, LANGUAGES, mailed
from tests.unit.notify.test_mails import NOON

ROOT = Path(__file__).parents[3]
FILTERS = Environment()  # noqa: S701 nothing is rendered with it
FILTERS.filters |= dict.fromkeys(("day", "month", "jst"), str)


def emitted(sources: Iterable[str]) -> list[str]:
    """The kinds of notices in these modules: the text inside each ``NoticeKind("...")``."""
    found = []
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NoticeKind":
                (kind,) = node.args
                assert isinstance(kind, ast.Constant), f"line {node.lineno}: a text itself"
                found.append(kind.value)
    return found


CODE = sorted((ROOT / "lambdas").rglob("*.py"))


def test_every_kind_that_code_can_publish_has_words_and_all_words_are_published() -> None:
    assert set(emitted(path.read_text(encoding="utf-8") for path in CODE)) == set(kinds())


def test_a_kind_is_found_where_it_is_written_and_must_be_a_text() -> None:
    assert emitted(['X = {"a": NoticeKind("contract.b")}']) == ["contract.b"]
    with pytest.raises(AssertionError):
        emitted(["X = NoticeKind(f'contract.{a}')"])


def example(kind: str, **changes: Any) -> Notice:
    """A notice of the examples in the catalogue."""
    staff = "staff_" in kind or kind.split(".")[1] in ("run_summary", "bank_file_taken")
    return Notice(
        **{
            "id": "c-1/x",
            "kind": NoticeKind(kind),
            "rule": "HT-78",
            "at": NOON,
            "audience": StaffGroup(group="billing") if staff else Contractor(contract="c-1"),
            "home": "home",
            "subject": "c-1",
            "values": dict(words_of(kind).examples),
            **changes,
        }
    )


@pytest.mark.rule("HT-78")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", kinds())
def test_every_kind_reads_well_in_both_languages(kind: str, language: Any) -> None:
    made = mailed(example(kind), language)
    assert len(made.subject) > len("【みまもり】")
    assert f'lang="{language}"' in made.html
    for text in (made.subject, made.text):
        assert "{" not in text
        assert "None" not in text
        assert "2026-10-31" not in text  # days as people write them
    assert HANAKO.name in made.text or isinstance(example(kind).audience, StaffGroup)


@pytest.mark.parametrize("kind", kinds())
def test_words_use_what_the_notice_says_and_nothing_else(kind: str) -> None:
    words = words_of(kind)
    allowed = {*words.examples, *RESERVED, *words.catalogue.words, "link"}
    entry = words.entry
    texts: list[Sentence | None] = [entry.subject, entry.text, entry.note]
    texts += [getattr(entry.card, name) for name in Card.model_fields] if entry.card else []
    written = [text.ja + text.en for text in texts if text] + [entry.link or ""]
    used = {
        name for text in written for name in meta.find_undeclared_variables(FILTERS.parse(text))
    }
    assert used <= allowed
    assert set(entry.values) <= used, "an example of a value that is not used"
    assert not set(words.examples) & RESERVED


@pytest.mark.rule("HT-25", "HT-34", "A-02")
def test_what_is_not_known_leaves_no_gap() -> None:
    for kind in ("applied", "suspended", "price_change", "cancelled", "service_ended"):
        whole = example(f"contract.{kind}")
        known = {
            name: value
            for name, value in whole.values.items()
            if name in ("product", "day", "from", "ends_on")
        }
        for language, end in (("ja", "。"), ("en", ".")):
            text = mailed(whole.model_copy(update={"values": known}), language).text  # type: ignore[arg-type]
            said = [line for line in text.splitlines() if line][1]
            assert said.endswith(end), said
            assert "円" not in said
            assert "yen" not in said

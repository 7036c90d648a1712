"""Every notice about a contract can be mailed, in both languages, with all that it says."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from lambdas.notify.mails import contract_mail
from lambdas.shared.events import ContractNotice, NoticeKind, Sentence

VALUES = {
    **dict.fromkeys(
        (
            "day",
            "until",
            "resumes",
            "ends_on",
            "return_by",
            "due",
            "stops",
            "cure_by",
            "from",
            "happened",
        ),
        "2026-10-31",
    ),
    **dict.fromkeys(("month", "first_month"), "2026-09"),
    **dict.fromkeys(("total", "was", "fee", "first_amount", "amount"), "4,378"),
    "starts": "2026-10-20 01:00",
    "ends": "2026-10-20 05:00",
    "why_ja": "保守",
    "why_en": "maintenance",
    "run": "monthly-2026-09",
    "lines": "new: 1",
}


def mail(kind: str, language: str, **values: str) -> tuple[str, str]:
    notice = ContractNotice.model_validate(
        {
            "id": "c-1/x",
            "kind": kind,
            "rule": "HT-26",
            "contract": "c-1",
            "at": datetime(2026, 10, 1, tzinfo=UTC),
            "person": "person-hanako",
            "name": "花子",
            "email": "hanako@f.example",
            "product": Sentence(ja="ドシテル", en="Doshiteru"),
            "values": values,
        }
    )
    made = contract_mail(notice, "en" if language == "en" else "ja", "https://x.example")
    return made.subject, made.text


@pytest.mark.rule("HT-78")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kind", get_args(NoticeKind))
def test_every_kind_has_its_words(kind: str, language: str) -> None:
    subject, text = mail(kind, language, **VALUES)
    assert len(subject) > len("【みまもり】")
    assert "2026-10-31" not in subject + text  # days as people write them
    assert "{{" not in subject + text
    assert "None" not in subject + text


@pytest.mark.rule("HT-25", "HT-34", "A-02")
def test_what_is_not_known_leaves_no_gap() -> None:
    for kind in ("applied", "suspended", "price_change", "cancelled", "service_ended"):
        known = {name: VALUES[name] for name in ("day", "from", "ends_on")}
        for language, end in (("ja", "。"), ("en", ".")):
            said = [line for line in mail(kind, language, **known)[1].splitlines() if line][1]
            assert said.endswith(end), said
            assert "円" not in said
            assert "yen" not in said

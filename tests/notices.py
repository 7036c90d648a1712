"""What every notice that code publishes has to fulfil."""

from collections.abc import Iterable
from typing import get_args

from lambdas.notify.mails import Mail, Operator, Reader, mail
from lambdas.shared.events import Notice
from lambdas.shared.household import Language

LANGUAGES = get_args(Language)
OPERATOR = Operator(web_url="https://m.example", call_centre="0120-000-001")
HANAKO = Reader(key="hanako", name="花子", email="hanako@f.example", home_name="実家")


def mailed(notice: Notice, language: Language = "ja", reader: Reader = HANAKO) -> Mail:
    """The mail that a reader gets of a notice."""
    return mail(notice, reader, language, OPERATOR)


def checked(notices: Iterable[Notice]) -> list[Notice]:
    """Notices that can be read in both languages."""
    found = list(notices)
    for notice in found:
        for language in LANGUAGES:
            made = mailed(notice, language)
            assert "{" not in made.subject + made.text
            assert "None" not in made.subject + made.text
    return found

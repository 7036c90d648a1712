"""A notice as a mail in its reader's language: the catalogue's words in one pair of templates."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from lambdas.notify import words as w
from lambdas.shared.calendar import JST
from lambdas.shared.events import Notice, Sentence, StaffGroup
from lambdas.shared.household import Language

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""No name may end a subject's line."""

RESERVED = frozenset(
    {"id", "home", "home_name", "subject", "reader", "address", "call_centre", "token"}
)
"""What every text may use beside the notice's own values, as it may ``link`` and word lists."""


class Mail(NamedTuple):
    """A mail, as plain text and as HTML, and what a phone is told of it."""

    subject: str
    text: str
    html: str
    summary: str  # the first words of it, on one line
    link: str  # where it leads: the page itself, where it names none
    language: Language


class Reader(NamedTuple):
    """Somebody who is told."""

    key: str  # whom "once a person" is counted by: a login's subject, or what stands for it
    name: str  # empty for staff: the catalogue knows how they are addressed
    email: str
    home_name: str = ""
    token: str = ""  # the secret of their invitation's link


class Operator(NamedTuple):
    """What mails say of whoever runs Mimamori here."""

    web_url: str
    call_centre: str  # the number to call (DL-15, DL-24)


def mail(notice: Notice, reader: Reader, language: Language, operator: Operator) -> Mail:
    """The mail that ``reader`` gets of a notice (DC-21, DC-22, HT-78, DL-11, DL-20).

    Raises KeyError for a kind without words, jinja2.UndefinedError for words that use a value which
    their entry does not declare.
    """
    found = w.words_of(notice.kind)
    catalogue, entry, frame = found.catalogue, found.entry, w.frame()
    staff = isinstance(notice.audience, StaffGroup)
    values = {name: _spoken(notice.values.get(name, ""), language) for name in found.examples}
    said: dict[str, Any] = {
        **{name: _in(choices, language) for name, choices in catalogue.words.items()},
        **values,
        "id": notice.id,
        "home": notice.home or "",
        "home_name": reader.home_name,
        "subject": notice.subject,
        "reader": reader.name or catalogue.staff.text(language),
        "address": reader.email,
        "token": reader.token,
        "call_centre": operator.call_centre,
    }
    page = _fill(catalogue.link if entry.link is None else entry.link, said, language)
    said["link"] = f"{operator.web_url}/#/{page}"

    def fill(template: Sentence | None) -> str:
        return _fill(template.text(language), said, language) if template else ""

    points = catalogue.points[entry.points] if entry.points else None
    around = {
        "language": language,
        "card_brand": frame.card_brand.text(language),
        "sender": frame.sender.text(language),
        "colon": frame.colon.text(language),
        "greeting": fill(frame.greeting),
        "text": fill(entry.text),
        "rows": [] if staff else _rows(catalogue, said, language),
        "points_title": points.title.text(language) if points else "",
        "points": points.points.text(language) if points else (),
        "note": fill(entry.note),
        "phone": "" if staff else fill(catalogue.phone),
        "call_centre": operator.call_centre,
        "foot": [_fill(part, said, language) for part in catalogue.foot.text(language)],
        "link": said["link"],
        "picture": bool(notice.picture),
        "card": {name: fill(part) for name, part in entry.card} if entry.card else None,
    }
    plain, html = (_pages().get_template(f"mail.{part}").render(around) for part in ("txt", "html"))
    subject = frame.brand.text(language) + fill(entry.subject)
    summary = _CONTROL.sub(" ", fill(entry.text)).strip()
    link = said["link"] if said["link"] in plain else f"{operator.web_url}/"
    return Mail(_CONTROL.sub(" ", subject).strip(), plain, html, summary, link, language)


def headline(made: Mail) -> str:
    """A mail's subject without the brand before it."""
    return made.subject.removeprefix(w.frame().brand.text(made.language)).strip()


def _rows(
    catalogue: w.Catalogue, said: Mapping[str, Any], language: Language
) -> list[tuple[str, str]]:
    """Labels and values of the table, in the catalogue's order."""
    rows = []
    for name, row in catalogue.rows.items():
        value = said.get(name)
        if not value:
            continue
        if row.format == "moment":
            value = moment_in_words(value, language)
        if row.words:
            value = said[row.words][value]
        rows.append((row.text(language), value))
    return rows


def _spoken(value: str | int | Sentence, language: Language) -> str | int:
    return value.text(language) if isinstance(value, Sentence) else value


def _in(choices: Mapping[str, Sentence], language: Language) -> dict[str, str]:
    return {name: choice.text(language) for name, choice in choices.items()}


# --- templates


def _fill(template: str, said: Mapping[str, Any], language: Language) -> str:
    return _sentences(language).from_string(template).render(said).removesuffix("\n")


@cache
def _sentences(language: Language) -> Environment:
    """For the catalogue's texts. They are plain: the page around them escapes."""
    found = Environment(
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 the page around escapes
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters["day"] = lambda day: day_in_words(day, language)
    found.filters["month"] = lambda month: month_in_words(month, language)
    found.filters["jst"] = lambda at, form: (
        datetime.fromisoformat(at).astimezone(JST).strftime(form)
    )
    return found


@cache
def _pages() -> Environment:
    """For the pair of templates beside this file."""
    return Environment(
        loader=PackageLoader("lambdas.notify"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


# --- days


def day_in_words(day: str, language: Language) -> str:
    """A day as people write it: ``2026-12-15`` is 2026年12月15日."""
    found = date.fromisoformat(day)
    if language == "en":
        return f"{found:%d %B %Y}".lstrip("0")
    return f"{found.year}年{found.month}月{found.day}日"


def moment_in_words(instant: str, language: Language) -> str:
    """An instant in Japan as people write it; the end of a day is its 24:00."""
    at = datetime.fromisoformat(instant).astimezone(JST)
    if at.time() == time(0):
        return f"{day_in_words(str(at.date() - timedelta(days=1)), language)} 24:00"
    return f"{day_in_words(str(at.date()), language)} {at:%H:%M}"


def month_in_words(month: str, language: Language) -> str:
    """A month as people write it: ``2026-12`` is 2026年12月."""
    found = date.fromisoformat(f"{month}-01")
    return f"{found:%B %Y}" if language == "en" else f"{found.year}年{found.month}月"

"""Mails in the reader's language, from the templates beside this file."""

import json
import re
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined, select_autoescape

from lambdas.shared.events import CaseNotice, ContractNotice, MotionDetected
from lambdas.shared.household import Home, Language

JST = ZoneInfo("Asia/Tokyo")
LATE_MINUTES = 2

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""No name may end a subject's line."""


class Mail(NamedTuple):
    """A mail, as plain text and as HTML."""

    subject: str
    text: str
    html: str


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("lambdas.notify"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["jst"] = lambda at, form: at.astimezone(JST).strftime(form)
    return environment


def motion_mail(
    motion: MotionDetected, home: Home, reader: str, language: Language, web_url: str, held: int
) -> Mail:
    """The notice of something a camera detected (DC-21, DC-22).

    ``held`` is how many notices of this camera were held back since the last one.
    """
    values = {
        "motion": motion,
        "home": home.name,
        "reader": reader,
        "reason": motion.reason.text(language),
        "link": f"{web_url}/#/homes/{home.id}/events/{motion.event}",
        "late_minutes": int((motion.detected_at - motion.at).total_seconds() // 60),
        "late": (motion.detected_at - motion.at).total_seconds() >= LATE_MINUTES * 60,
        "held": held,
    }
    subject, text, html = (
        _templates().get_template(f"motion.{language}.{part}").render(values)
        for part in ("subject", "txt", "html")
    )
    return Mail(_CONTROL.sub(" ", subject).strip(), text, html)


def contract_mail(notice: ContractNotice, language: Language, web_url: str) -> Mail:
    """A notice about a contract: one paragraph of its own, from ``contract.json``."""
    subject, text = _contract_texts()[notice.kind][language]
    values = {**notice.values, "product": notice.product.text(language)}
    words = Environment(undefined=Undefined, autoescape=False)  # noqa: S701 the page around escapes
    words.filters["day"] = lambda day: _day(day, language)
    words.filters["month"] = lambda month: _month(month, language)
    said = words.from_string(text).render(values)
    around = {"reader": notice.name, "said": said, "link": f"{web_url}/#/contracts"}
    plain, html = (
        _templates().get_template(f"contract.{language}.{part}").render(around)
        for part in ("txt", "html")
    )
    brand = "【みまもり】" if language == "ja" else "[Mimamori] "
    return Mail(
        _CONTROL.sub(" ", brand + words.from_string(subject).render(values)).strip(), plain, html
    )


def case_mail(notice: CaseNotice, language: Language, web_url: str, call_centre: str) -> Mail:
    """A notice about a consent or a home check, from ``case.json``.

    A result speaks of presence, never of safety (DL-21); what a person is asked to consent to
    stands in the mail that asks, and in the one that says so (DL-11, DL-14).
    """
    known = _case_texts()
    subject, text = known["kinds"][notice.kind][language]
    english, staff = language == "en", notice.kind.startswith("staff_")
    values = {
        **{
            key: _moment(v, language) if key in _INSTANTS else v for key, v in notice.values.items()
        },
        **{"case": notice.case, "call_centre": call_centre},
        **{"tasks": known["tasks"], "audit": known["audit"]},
    }
    words = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 the page around escapes
    page = f"desk/cases/{notice.case}" if staff else f"homes/{notice.home}/home-check"
    around = {
        "reader": notice.name,
        "said": words.from_string(text).render(values).strip(),
        "rows": [
            (label[english], known["seen"][values[key]][english] if key in _SEEN else values[key])
            for key, label in known["rows"].items()
            if values.get(key) and not staff
        ],
        "consent_title": known["consent_title"][english],
        "consent": known["consent"][language] if notice.kind in _WITH_CONSENT else [],
        "presence": known["presence"][english] if notice.kind == "visit_result" else "",
        "call_centre": "" if staff else call_centre,
        "link": f"{web_url}/#/{page}",
    }
    plain, html = (
        _templates().get_template(f"case.{language}.{part}").render(around)
        for part in ("txt", "html")
    )
    brand = "[Mimamori] " if english else "【みまもり】"
    return Mail(
        _CONTROL.sub(" ", brand + words.from_string(subject).render(values)).strip(), plain, html
    )


_SEEN = ("intercom", "meter", "lights", "mailbox")
_INSTANTS = ("first_call_by", "asked_until", "granted_at", "stopped_at", "visited_at", "phoned_at")
_WITH_CONSENT = ("consent_asked", "consent_granted")


@cache
def _case_texts() -> dict[str, Any]:
    text = (files("lambdas.notify") / "templates/case.json").read_text(encoding="utf-8")
    texts: dict[str, Any] = json.loads(text)
    return texts


@cache
def _contract_texts() -> dict[str, dict[str, tuple[str, str]]]:
    text = (files("lambdas.notify") / "templates/contract.json").read_text(encoding="utf-8")
    texts: dict[str, dict[str, tuple[str, str]]] = json.loads(text)
    return texts


def _day(day: str, language: Language) -> str:
    """A day as people write it: ``2026-12-15`` is 2026年12月15日."""
    found = date.fromisoformat(day)
    if language == "en":
        return f"{found:%d %B %Y}".lstrip("0")
    return f"{found.year}年{found.month}月{found.day}日"


def _moment(instant: str, language: Language) -> str:
    """An instant in Japan as people write it; the end of a day is its 24:00."""
    at = datetime.fromisoformat(instant).astimezone(JST)
    if at.time() == time(0):
        return f"{_day(str(at.date() - timedelta(days=1)), language)} 24:00"
    return f"{_day(str(at.date()), language)} {at:%H:%M}"


def _month(month: str, language: Language) -> str:
    found = date.fromisoformat(f"{month}-01")
    return f"{found:%B %Y}" if language == "en" else f"{found.year}年{found.month}月"

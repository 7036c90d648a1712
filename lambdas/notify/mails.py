"""Mails in the reader's language, from the templates beside this file."""

import json
import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined, select_autoescape

from lambdas.shared.events import ContractNotice, MotionDetected
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


def _month(month: str, language: Language) -> str:
    found = date.fromisoformat(f"{month}-01")
    return f"{found:%B %Y}" if language == "en" else f"{found.year}年{found.month}月"

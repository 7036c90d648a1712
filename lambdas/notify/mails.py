"""Mails in the reader's language, from the templates beside this file."""

import re
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from lambdas.shared.events import MotionDetected
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

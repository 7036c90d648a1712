"""What is looked at on a visit to an empty home: ``checklist.yaml``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lambdas.shared import tables
from lambdas.shared.events import Sentence

VisitKind = Literal["patrol", "ventilation"]
Finding = Literal["ok", "ng", "unclear"]
Mailbox = Literal["none", "left", "discarded", "forwarded"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class VisitSpec(_Row):
    """A kind of visit: its rule, whether somebody goes in, and what is looked at."""

    rule: str
    inside: bool
    items: Mapping[str, Sentence]


class VisitOutcome(_Row):
    """What a report of this outcome says and needs."""

    wrong: bool
    needs: tuple[str, ...]
    photo: bool = False


class MailboxDone(_Row):
    """What a report needs that says this of the mailbox."""

    needs: tuple[str, ...]


class Checklist(_Row):
    """The whole table."""

    visits: Mapping[VisitKind, VisitSpec]
    outcomes: Mapping[str, VisitOutcome]
    mailbox: Mapping[Mailbox, MailboxDone]


CHECKLIST = Checklist.model_validate(tables.read(Path(__file__).parent / "checklist.yaml"))

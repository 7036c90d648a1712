"""What ``homes`` tells the other contexts of a person's rights over their data (HT-88)."""

from typing import ClassVar

from pydantic import AwareDatetime

from lambdas.shared.events.base import Event
from lambdas.shared.personal_data import Subject


class _Asked(Event):
    source: ClassVar[str] = "mimamori.homes"

    id: str
    subject: Subject
    at: AwareDatetime


class DisclosureAsked(_Asked):
    """Somebody wants to see what is kept of them (開示): each context puts its part into the bucket
    of disclosures, under ``id``."""


class ErasureAgreed(_Asked):
    """What is kept of somebody is to be erased (消去), but for what the law wants kept."""

"""What happened and how it ended, in both languages: ``words.yaml`` of each package."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from lambdas.shared import tables
from lambdas.shared.events import Sentence

COMMON = Path(__file__).parent / "words.yaml"
"""Words of facts that every kind of case knows."""


class Words(BaseModel):
    """The words of a process."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    facts: Mapping[str, Sentence]
    results: Mapping[str, Sentence] = {}


def load(*paths: Path) -> Words:
    """The words of several files in one."""
    found = [Words.model_validate(tables.read(path)) for path in paths]
    return Words(
        facts={event: words for one in found for event, words in one.facts.items()},
        results={result: words for one in found for result, words in one.results.items()},
    )

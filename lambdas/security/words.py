"""What a controller logs, in both languages: ``words.yaml``."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from lambdas.shared import tables
from lambdas.shared.events import Sentence

_WORDS = TypeAdapter(dict[str, dict[str, Sentence]]).validate_python(
    tables.read(Path(__file__).parent / "words.yaml")
)
SIGNALS: Mapping[str, Sentence] = _WORDS["signals"]
MEANS: Mapping[str, Sentence] = _WORDS["means"]
SOURCES: Mapping[str, Sentence] = _WORDS["sources"]
SILENCE: Mapping[str, Sentence] = _WORDS["silence"]
PHASES: Mapping[str, Sentence] = _WORDS["phases"]
ALARMS: Mapping[str, Sentence] = _WORDS["alarms"]

"""What may come of standing at the door: the outcomes in ``checklist.yaml``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from lambdas.shared import tables


class Outcome(BaseModel):
    """What a report of this outcome needs, and by which rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_home: bool  # whether somebody was there
    needs: tuple[str, ...]  # fields of the report that must be filled in
    image: str = ""  # the picture that goes with it, or a reason why there is none
    rule: str

    def missing(self, report: Mapping[str, Any]) -> list[str]:
        """What a report of this outcome lacks."""
        return [name for name in self.needs if not str(report[name] or "").strip()]


OUTCOMES: Mapping[str, Outcome] = TypeAdapter(dict[str, Outcome]).validate_python(
    tables.read(Path(__file__).parent / "checklist.yaml")
)
"""By name."""

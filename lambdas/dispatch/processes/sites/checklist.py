"""What may come of going there: the outcomes in ``checklist.yaml``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from lambdas.shared import tables


class SiteOutcome(BaseModel):
    """What a report of this outcome needs, and by which rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    needs: tuple[str, ...]
    rule: str

    def missing(self, report: Mapping[str, Any]) -> list[str]:
        """What a report of this outcome lacks."""
        return [name for name in self.needs if not str(report[name] or "").strip()]


OUTCOMES: Mapping[str, SiteOutcome] = TypeAdapter(dict[str, SiteOutcome]).validate_python(
    tables.read(Path(__file__).parent / "checklist.yaml")
)
"""By name."""

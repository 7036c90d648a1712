"""The app's templates, which the local cloud and the workflows' tests share."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.synth import synthesize

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Resource:
    """A resource of a template."""

    stack: str
    id: str
    type: str
    properties: dict[str, Any]
    raw: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.stack}/{self.id}"


class Templates:
    """All templates of the app."""

    def __init__(self, assembly: Path) -> None:
        self.assembly = assembly
        self.manifest = json.loads((assembly / "manifest.json").read_text())
        self.stacks = {
            file.name.removesuffix(".template.json"): json.loads(file.read_text())
            for file in sorted(assembly.glob("*.template.json"))
        }

    def all(self, kind: str) -> list[Resource]:
        """Every resource of a type; at least one."""
        found = [
            Resource(stack, id, kind, raw.get("Properties", {}), raw)
            for stack, template in self.stacks.items()
            for id, raw in template["Resources"].items()
            if raw["Type"] == kind
        ]
        assert found, kind
        return found

    def functions(self) -> list[Resource]:
        """Our own functions; CDK brings one that uploads the page."""
        return [f for f in self.all("AWS::Lambda::Function") if "Custom" not in f.id]


@pytest.fixture(scope="session")
def templates() -> Templates:
    """The templates, after AwsSolutions had nothing to say against them (app.py asks it)."""
    return Templates(synthesize(ROOT))

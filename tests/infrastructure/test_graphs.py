"""The workflows' pictures in docs/ show what goes to AWS."""

import pytest

from lambdas.dispatch.processes.table import PROCESSES
from tests.dispatch.tasks import ALL_KINDS
from tests.infrastructure.conftest import ROOT, Templates
from tools import graphs


@pytest.fixture(scope="module")
def definitions(templates: Templates) -> dict[str, graphs.Definition]:
    return graphs.definitions(templates.stacks["MimamoriDispatch"])


@pytest.mark.parametrize(("machine", "picture"), graphs.MACHINES.items())
def test_the_picture_is_that_of_the_definition(
    definitions: dict[str, graphs.Definition], machine: str, picture: str
) -> None:
    known = (graphs.IMAGES / f"{picture}.dot").read_text(encoding="utf-8")
    assert graphs.dot(definitions[machine]) == known, "run `make graphs`, and look at the pictures"
    assert (graphs.IMAGES / f"{picture}.png").read_bytes().startswith(b"\x89PNG")
    assert f"images/{picture}.png" in (ROOT / "docs" / "home-check.md").read_text(encoding="utf-8")


def test_every_state_is_drawn_and_named(definitions: dict[str, graphs.Definition]) -> None:
    states = {name: state for one in definitions.values() for name, state in one["States"].items()}
    drawn = "".join(map(graphs.dot, definitions.values()))
    assert [name for name in states if f'\n  "{name}" [' not in drawn] == []
    assert set(graphs.STRAIGHT) <= set(states)
    asked = [s["Parameters"]["Payload"]["task"] for s in states.values() if graphs.waits(s)]
    beside = {kind for process in PROCESSES.values() for kind in process.flow.beside}
    assert {*asked} | beside == ALL_KINDS, "these wait outside the workflow"


def test_a_changed_definition_is_another_picture(
    definitions: dict[str, graphs.Definition],
) -> None:
    definition = definitions["mimamori-consent"]
    before = graphs.dot(definition)
    states = {**definition["States"], "新しい終わり": {"Type": "Succeed"}}
    assert graphs.dot({**definition, "States": states}) != before

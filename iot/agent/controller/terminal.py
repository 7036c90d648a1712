"""A controller's keypad, reader, button and sensors as lines that are typed: for trying it out."""

import logging
import shlex
import sys
from collections.abc import Iterable
from typing import TextIO, cast, get_args

from pydantic import ValidationError

from iot.agent.controller.agent import Controller
from iot.messages import panel_facts as f
from iot.messages.panel_settings import Mode, Monitoring
from iot.panel import words

log = logging.getLogger(__name__)

HELP = """\
code 1234 arm away company [AREA …]    key N … and card N … likewise; or: disarm [AREA …]
    … leave SENSOR REASON              at the end: arm without a sensor
sense SENSOR [over|small]              a sensor notices something, or no longer
button | cover [over] | mains [back] | lost SENSOR [back] | state | help"""


class Unclear(Exception):
    """A line that says nothing."""


def obey(controller: Controller, line: str) -> str:
    """Do what a line says; what there is to say about it. Raises Unclear."""
    try:
        match shlex.split(line):
            case ["code" | "key" | "card" as means, text, "disarm", *areas]:
                controller.type_code(text, "disarm", areas=areas, means=means)
            case ["code" | "key" | "card" as means, text, "arm", mode, monitoring, *rest]:
                areas, bypass = _leaving_out(rest)
                controller.type_code(
                    text, "arm", _mode(mode), _monitoring(monitoring), areas, bypass, means
                )
            case ["sense", sensor, *how]:
                controller.guard.note(
                    f.Sensed, sensor=sensor, active="over" not in how, small="small" in how
                )
            case ["lost", sensor, *how]:
                controller.guard.note(f.Supervised, sensor=sensor, lost="back" not in how)
            case ["button"]:
                controller.press()
            case ["cover", *how]:
                controller.open_cover(over="over" in how)
            case ["mains", *how]:
                controller.powered(mains="back" in how)
            case ["state"]:
                return _state(controller)
            case ["help"]:
                return HELP
            case []:
                return ""
            case _:
                raise Unclear(HELP)
    except (ValidationError, ValueError) as error:
        raise Unclear(str(error)) from None
    return ""


def listen(controller: Controller, lines: Iterable[str], out: TextIO = sys.stdout) -> None:
    """Obey lines until they end."""
    for line in lines:
        try:
            said = obey(controller, line)
        except Unclear as error:
            said = str(error)
        if said:
            print(said, file=out, flush=True)


def _leaving_out(rest: list[str]) -> tuple[list[str], dict[str, str]]:
    if len(rest) >= 3 and rest[-3] == "leave":
        return rest[:-3], {rest[-2]: rest[-1]}
    return rest, {}


def _mode(word: str) -> Mode:
    if word in get_args(Mode):
        return cast(Mode, word)
    raise Unclear(HELP)


def _monitoring(word: str) -> Monitoring:
    if word in get_args(Monitoring):
        return cast(Monitoring, word)
    raise Unclear(HELP)


def _state(controller: Controller) -> str:
    panel = controller.guard.panel
    lines = []
    for id, area in panel.areas.items():
        mode = words.MODES[area.mode, area.monitoring].ja if area.mode and area.monitoring else ""
        left = panel.countdowns().get(id)
        lines.append(f"{id}: {area.phase} {mode}" + (f" {left} s" if left is not None else ""))
    return "\n".join([*lines, f"siren: {panel.siren() or 'off'}"])

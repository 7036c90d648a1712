"""Run a device: ``python -m iot.agent KIND --endpoint … --ca … --identity DIR``.

KIND is camera, sensor, gateway or controller. A camera looks at a source, a sensor replays a
recorded home or simulates one, a gateway takes what Zigbee2MQTT says on the broker at home, a
controller guards the home with such sensors. Without a word for the device it is a camera.
"""

import argparse
import logging
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, get_args
from zoneinfo import ZoneInfo

from iot.agent.camera.agent import Camera, Config
from iot.agent.camera.sound import Muted, Player, Speaker
from iot.agent.camera.source import SourceError, open_source
from iot.agent.camera.turning import OnvifAddress
from iot.agent.controller import agent as controller_agent
from iot.agent.controller import terminal
from iot.agent.controller.agent import Controller, Sensors
from iot.agent.controller.dc09 import Account
from iot.agent.controller.dc09_server import PanelServer
from iot.agent.controller.guard import Guard
from iot.agent.controller.ports import CommandVoice, SpeakerSiren
from iot.agent.controller.power import PowerSupply
from iot.agent.controller.wires import Wires
from iot.agent.controller.zigbee_sensors import ZigbeeSensors
from iot.agent.device import measuring
from iot.agent.device.clock import Clock, utc_now
from iot.agent.device.identity import Claim, ProvisioningFailed
from iot.agent.device.measuring import MeasuringDevice
from iot.agent.gateway.broker import HomeAddress, PahoHomeBroker
from iot.agent.gateway.home import ZigbeeHome
from iot.agent.sensor import recording
from iot.agent.sensor.replay import Replay
from iot.kinds import Group
from iot.messages.sensor import SensorKind
from iot.policies import template_name

JST = ZoneInfo("Asia/Tokyo")


class Running(NamedTuple):
    """A device: ``run`` blocks until it has stopped."""

    run: Callable[[], None]
    stop: Callable[[], None]


def arguments(group: Group) -> argparse.ArgumentParser:
    """The command line of a device."""
    parser = argparse.ArgumentParser(prog=f"python -m iot.agent {group}", description=__doc__)
    parser.add_argument("--endpoint", required=True, help="AWS IoT's data endpoint")
    parser.add_argument("--port", type=int, default=8883)
    parser.add_argument("--ca", type=Path, required=True, help="the endpoint's CA, PEM")
    parser.add_argument(
        "--identity", type=Path, required=True, help="directory of certificate, outbox and state"
    )
    first = parser.add_argument_group("first start, without a certificate yet")
    first.add_argument("--claim-cert", type=Path)
    first.add_argument("--claim-key", type=Path)
    first.add_argument("--setup-code", help="as the app shows it, such as ABCD-EFGH")
    first.add_argument("--serial")
    first.add_argument("--template", default=template_name(group))
    ARGUMENTS[group](parser)
    return parser


def _camera_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--source", required=True, help="video file, camera number or stream URL")
    parser.add_argument("--kind", choices=["smart-camera", "phone-camera"], default="smart-camera")
    parser.add_argument("--sd-card", type=Path, metavar="DIR", help="where films are recorded to")
    sound = parser.add_mutually_exclusive_group()
    sound.add_argument("--sound-device", help="as aplay or paplay name it")
    sound.add_argument("--mute", action="store_true")
    parser.add_argument(
        "--onvif", metavar="[USER:PASSWORD@]HOST[:PORT]", default=os.environ.get("MIMAMORI_ONVIF"),
        help="of a camera that turns; or MIMAMORI_ONVIF in the environment",
    )  # fmt: skip
    parser.add_argument("--speed", type=float, default=1, help="of a file; 0: as fast as it goes")
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--once", action="store_true", help="stop when the source ends")
    end.add_argument("--repeat", action="store_true", help="play a file again and again")


def _sensor_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--replay", type=Path, metavar="FILE.csv", help="a recorded home")
    what.add_argument("--simulate", metavar="FAMILY", help="a family of iot/homes.py")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--since", type=datetime.fromisoformat, help="the recording's first day, told from there on"
    )


def _home_arguments(parser: argparse.ArgumentParser, broker: str | None) -> None:
    parser.add_argument("--broker", default=broker, help="the broker at home")
    parser.add_argument("--broker-port", type=int, default=1883)
    parser.add_argument("--broker-user")
    parser.add_argument(
        "--broker-password", default=os.environ.get("MIMAMORI_BROKER_PASSWORD"),
        help="or MIMAMORI_BROKER_PASSWORD in the environment",
    )  # fmt: skip
    parser.add_argument("--broker-ca", type=Path)
    parser.add_argument("--base", default="zigbee2mqtt", help="Zigbee2MQTT's base topic")


def _gateway_arguments(parser: argparse.ArgumentParser) -> None:
    _home_arguments(parser, "localhost")
    parser.add_argument(
        "--sensor", action="append", default=[], metavar="NAME=KIND",
        help=f"what a sensor watches: {', '.join(get_args(SensorKind))}",
    )  # fmt: skip


def _controller_arguments(parser: argparse.ArgumentParser) -> None:
    _home_arguments(parser, None)
    parser.add_argument("--lte-address", help="of the LTE modem's network interface")
    parser.add_argument("--dc09-port", type=int, help="listen for existing panels (SIA DC-09)")
    parser.add_argument("--dc09-address", default="", help="of the home's network interface")
    parser.add_argument(
        "--dc09-account", action="append", metavar="ACCOUNT[:KEY]",
        default=os.environ.get("MIMAMORI_DC09_ACCOUNTS", "").split(),
        help="a panel that may report; or MIMAMORI_DC09_ACCOUNTS in the environment, by spaces",
    )  # fmt: skip
    parser.add_argument(
        "--wire", action="append", default=[], metavar="NAME=FILE",
        help="button, cover or a sensor: a file that says 1 while it is so, as GPIO files do",
    )  # fmt: skip
    sound = parser.add_mutually_exclusive_group()
    sound.add_argument("--sound-device", help="as aplay or paplay name it")
    sound.add_argument("--mute", action="store_true")
    parser.add_argument("--voice-command", help="a program that speaks what it reads")
    parser.add_argument("--terminal", action="store_true", help="keypad and sensors by typing")


ARGUMENTS: dict[Group, Callable[[argparse.ArgumentParser], None]] = {
    "camera": _camera_arguments,
    "sensor": _sensor_arguments,
    "gateway": _gateway_arguments,
    "controller": _controller_arguments,
}
"""What the command line of each group has of its own."""


def claim(args: argparse.Namespace, parser: argparse.ArgumentParser) -> Claim | None:
    """What a first start was given; half of it ends the program."""
    given = [args.claim_cert, args.claim_key, args.setup_code, args.serial]
    if any(given) and not all(given):
        parser.error("--claim-cert, --claim-key, --setup-code and --serial belong together")
    if not any(given):
        return None
    return Claim(args.claim_cert, args.claim_key, args.serial, args.setup_code, args.template)


def config(args: argparse.Namespace, parser: argparse.ArgumentParser) -> Config:
    """The camera's configuration; a wrong combination ends the program."""
    try:
        onvif = OnvifAddress.of(args.onvif) if args.onvif else None
    except ValueError as error:
        parser.error(f"--onvif: {error}")
    return Config(
        endpoint=args.endpoint,
        port=args.port,
        ca=args.ca,
        identity=args.identity,
        claim=claim(args, parser),
        kind=args.kind,
        sd_card=args.sd_card,
        onvif=onvif,
        stream=args.source if "://" in args.source else None,
        sound_device=args.sound_device,
        mute=args.mute,
        once=args.once,
    )


def _measuring(
    group: Group, args: argparse.Namespace, parser: argparse.ArgumentParser
) -> measuring.Config:
    return measuring.Config(
        group, args.endpoint, args.port, args.ca, args.identity, claim(args, parser)
    )


def device(group: Group, args: argparse.Namespace, parser: argparse.ArgumentParser) -> Running:
    """The device as it was asked for. SourceError, Unreadable, OSError when it cannot begin."""
    if group == "camera":
        source = open_source(args.source, speed=args.speed, repeat=args.repeat)
        camera = Camera(config(args, parser), source)
        return Running(camera.run, camera.stop)
    if group == "controller":
        return _controller(args, parser)
    found: measuring.Measures
    if group == "sensor":
        what = (
            recording.read(args.replay)
            if args.replay
            else recording.simulated(args.simulate, args.seed)
        )
        since = args.since.astimezone(JST) if args.since else None
        found = Replay(what, since or datetime.now(JST), since)
    else:
        kinds = {}
        for one in args.sensor:
            name, _, kind = one.rpartition("=")
            if not name or kind not in get_args(SensorKind):
                parser.error(f"--sensor {one}: NAME=KIND, of {', '.join(get_args(SensorKind))}")
            kinds[name] = kind
        found = ZigbeeHome(PahoHomeBroker(_home_address(args)), utc_now, kinds)
    sensor = MeasuringDevice(_measuring(group, args, parser), found)
    return Running(sensor.run, sensor.stop)


def _home_address(args: argparse.Namespace) -> HomeAddress:
    return HomeAddress(
        args.broker,
        args.broker_port,
        args.base,
        args.broker_user,
        args.broker_password,
        args.broker_ca,
    )


def _controller(args: argparse.Namespace, parser: argparse.ArgumentParser) -> Running:
    accounts = []
    for one in args.dc09_account:
        id, _, key = one.partition(":")
        if key and len(key) not in (16, 24, 32):
            parser.error(f"--dc09-account {id}: a key has 16, 24 or 32 characters")
        accounts.append(Account(id, key or None))

    wires = {}
    for one in args.wire:
        name, _, file = one.partition("=")
        if not name or not file:
            parser.error(f"--wire {one}: NAME=FILE")
        wires[name] = Path(file)

    def sensors(guard: Guard, clock: Clock) -> list[Sensors]:
        found: list[Sensors] = [PowerSupply(guard)]
        if wires:
            found.append(Wires(wires, guard))
        if args.broker:
            found.append(ZigbeeSensors(PahoHomeBroker(_home_address(args)), guard, clock))
        if args.dc09_port is not None:
            address = (args.dc09_address, args.dc09_port)
            found.append(PanelServer(address, accounts, guard, clock))
        return found

    player: Player = Muted() if args.mute else Speaker(args.sound_device)
    controller = Controller(
        controller_agent.Config(
            args.endpoint, args.port, args.ca, args.identity, claim(args, parser), args.lte_address
        ),
        SpeakerSiren(player),
        CommandVoice(shlex.split(args.voice_command or "")),
        sensors,
    )

    def run() -> None:
        if args.terminal:
            typed = threading.Thread(
                target=terminal.listen, args=(controller, sys.stdin), daemon=True
            )
            typed.start()
        controller.run()

    return Running(run, controller.stop)


def main() -> int:
    """Run until the source ends or a signal comes. 0: a proper end, 1: failed, 2: refused."""
    given = sys.argv[1:]
    group: Group = "camera"
    if given and given[0] in ARGUMENTS:
        group = next(name for name in ARGUMENTS if name == given[0])
        given = given[1:]
    parser = arguments(group)
    args = parser.parse_args(given)
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    try:
        running = device(group, args, parser)
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: running.stop())
        running.run()
    except (SourceError, recording.Unreadable, OSError) as error:
        logging.error("%s", error)
        return 1
    except ProvisioningFailed as error:
        logging.error("the cloud does not take this device: %s", error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Run a camera: ``python -m iot.agent --source 0 --endpoint … --ca ca.pem --identity DIR``."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from iot.agent.camera.agent import Camera, Config
from iot.agent.camera.source import SourceError, open_source
from iot.agent.device.identity import Claim, ProvisioningFailed
from iot.policies import template_name


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m iot.agent", description=__doc__)
    parser.add_argument("--source", required=True, help="video file, camera number or stream URL")
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
    first.add_argument("--template", default=template_name("camera"))
    parser.add_argument("--kind", choices=["smart-camera", "phone-camera"], default="smart-camera")
    parser.add_argument("--sd-card", type=Path, metavar="DIR", help="where films are recorded to")
    sound = parser.add_mutually_exclusive_group()
    sound.add_argument("--sound-device", help="as aplay or paplay name it")
    sound.add_argument("--mute", action="store_true")
    parser.add_argument("--speed", type=float, default=1, help="of a file; 0: as fast as it goes")
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--once", action="store_true", help="stop when the source ends")
    end.add_argument("--repeat", action="store_true", help="play a file again and again")
    return parser


def config(args: argparse.Namespace, parser: argparse.ArgumentParser) -> Config:
    """The camera's configuration; a wrong combination ends the program."""
    given = [args.claim_cert, args.claim_key, args.setup_code, args.serial]
    if any(given) and not all(given):
        parser.error("--claim-cert, --claim-key, --setup-code and --serial belong together")
    claim = None
    if all(given):
        claim = Claim(args.claim_cert, args.claim_key, args.serial, args.setup_code, args.template)
    return Config(
        endpoint=args.endpoint,
        port=args.port,
        ca=args.ca,
        identity=args.identity,
        claim=claim,
        kind=args.kind,
        sd_card=args.sd_card,
        sound_device=args.sound_device,
        mute=args.mute,
        once=args.once,
    )


def main() -> int:
    """Run until the source ends or a signal comes. 0: a proper end, 1: failed, 2: refused."""
    parser = arguments()
    args = parser.parse_args()
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    try:
        source = open_source(args.source, speed=args.speed, repeat=args.repeat)
        camera = Camera(config(args, parser), source)
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: camera.stop())
        camera.run()
    except (SourceError, OSError) as error:
        logging.error("%s", error)
        return 1
    except ProvisioningFailed as error:
        logging.error("the cloud does not take this device: %s", error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

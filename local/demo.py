"""Stories of the service, told as they happen.

``python -m local.demo [camera|homecheck|activity|alarm|live] [--source CLIP|INDEX|URL] [--once]``.
Everything runs on this machine, on the CloudFormation that would go to AWS. With ``--once`` it ends
by itself, with 0 only when every step was observed.
"""

import argparse
import sys

from local import seed
from local.cloud import FAILURES, LocalCloud
from local.stories import activity, alarm, camera, homecheck, live

STORIES = ("camera", "homecheck", "activity", "alarm", "live")


def main() -> int:
    """0 when every step was observed."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the terminal says
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("story", nargs="?", choices=STORIES, default="camera")
    parser.add_argument("--source", help="a video file, its folder, a camera's number or an URL")
    parser.add_argument("--once", action="store_true", help="end by itself")
    args = parser.parse_args()
    print("Starting the local cloud: the emulator, all stacks, the demo household …", flush=True)
    try:
        with LocalCloud.start(
            seed=seed.seed, report=lambda line: print(f"           {line}", flush=True)
        ) as cloud:
            if args.story == "activity":
                return 0 if activity.tell(cloud, args.once) else 1
            if args.story == "alarm":
                return 0 if alarm.tell(cloud, args.once) else 1
            if args.story == "homecheck":
                return 0 if homecheck.tell(cloud, args.once) else 1
            if args.story == "live":
                return 0 if live.tell(cloud, args.source, args.once) else 1
            return 0 if camera.tell(cloud, args.source, args.once) else 1
    except FAILURES as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    sys.exit(main())

"""`python -m iot.scene OUT.mp4`: render the demo scene."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from iot.scene import DEMO


def main() -> int:
    """Write the video; 2 where it cannot be written."""
    parser = argparse.ArgumentParser(prog="iot.scene", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    try:
        replace(DEMO, seed=arguments.seed).write_video(arguments.out)
    except OSError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

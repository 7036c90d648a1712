"""All devices of a town lose the line in one second: how they come back.

An account takes 500 new connections a second (AWS IoT Core); what is beyond is refused and tried
again. With the delays of the agent (`iot.agent.device.pace`), and as it would be without chance:
everybody after 1, 2, 4 … 60 seconds.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from iot.agent.device.pace import reconnect_delays

TAKEN = 500
"""New connections a second."""

Delays = Callable[[random.Random], tuple[int, int]]


def together(_: random.Random) -> tuple[int, int]:
    """Without chance."""
    return 1, 60


def simulated(devices: int, delays: Delays, dice: random.Random) -> tuple[Counter[int], list[int]]:
    """Attempts by second, and the second in which each device was back, in order."""
    due: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for _ in range(devices):
        first, longest = delays(dice)
        due[first].append((first, longest))
    attempts: Counter[int] = Counter()
    back: list[int] = []
    second = 0
    while len(back) < devices:
        trying = due.pop(second, [])
        attempts[second] = len(trying)
        dice.shuffle(trying)
        back += [second] * len(trying[:TAKEN])
        for waited, longest in trying[TAKEN:]:
            wait = min(2 * waited, longest)
            due[second + wait].append((wait, longest))
        second += 1
    return attempts, back


def main(arguments: Iterable[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments if arguments is None else list(arguments))
    print("devices  delays     attempts   busiest second   half back   99 % back   all back")
    for devices in asked.devices:
        for name, delays in (("together", together), ("agent's", reconnect_delays)):
            attempts, back = simulated(devices, delays, random.Random(asked.seed))
            print(
                f"{devices:7,}  {name:9} {attempts.total():9,} {max(attempts.values()):10,}/s"
                f" {back[len(back) // 2]:10,} s {back[int(len(back) * 0.99)]:9,} s {back[-1]:8,} s"
            )


if __name__ == "__main__":
    main()

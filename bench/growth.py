"""How work grows with cameras: bursts that arrive at a rate, and two processes that judge them.

The rate is that of a busy home: each camera sends a burst every thirty seconds on average, at
random. The queue must be as short at the end as in the middle.
"""

import multiprocessing as mp
import random
import time
from multiprocessing.queues import Queue
from typing import Any

from lambdas.detect.burst import unpack
from lambdas.detect.detector import Frames, PeopleAndPets
from lambdas.detect.settings import CameraSettings

EVERY = 30.0  # seconds between two bursts of a camera, on average
SECONDS = 15.0
WORKERS = 2


def _work(inbox: "Queue[float | None]", done: "Queue[float]", data: bytes) -> None:
    detector, settings = PeopleAndPets(), CameraSettings()
    detector.judge(Frames.of(unpack(data)), settings)
    done.put(0.0)
    while (sent := inbox.get()) is not None:
        detector.judge(Frames.of(unpack(data)), settings)
        done.put(time.monotonic() - sent)


def grow(data: bytes, cameras: tuple[int, ...] = (1, 10, 100)) -> list[dict[str, Any]]:
    """For each number of cameras: bursts, the longest queue, what waits at the end, latency."""
    return [_with(count, data) for count in cameras]


def _with(cameras: int, data: bytes) -> dict[str, Any]:
    context = mp.get_context("spawn")
    inbox: Queue[float | None] = context.Queue()
    done: Queue[float] = context.Queue()
    workers = [context.Process(target=_work, args=(inbox, done, data)) for _ in range(WORKERS)]
    for one in workers:
        one.start()
    for _ in workers:
        done.get()
    rng, end, sent, longest = random.Random(1), time.monotonic() + SECONDS, 0, 0
    middle = 0
    while time.monotonic() < end:
        time.sleep(rng.expovariate(cameras / EVERY) if cameras > 1 else SECONDS / 3)
        inbox.put(time.monotonic())
        sent += 1
        longest = max(longest, inbox.qsize())
        if time.monotonic() < end - SECONDS / 2:
            middle = inbox.qsize()
    left = inbox.qsize()
    for _ in workers:
        inbox.put(None)
    took = sorted(done.get() for _ in range(sent))
    for one in workers:
        one.join()
    return {
        "cameras": cameras,
        "bursts": sent,
        "a second": round(sent / SECONDS, 2),
        "longest queue": longest,
        "at the middle": middle,
        "at the end": left,
        "median s": round(took[len(took) // 2], 3),
        "95 % s": round(took[int(len(took) * 0.95)], 3),
    }

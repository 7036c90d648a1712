"""How work grows with cameras: bursts that arrive at a rate, through the whole local cloud.

Each burst is put into the pictures bucket; S3 tells the queue (SQS, of the emulator), Lambda
processes take it in batches, judge it, write to DynamoDB and S3 and tell the bus, and what listens
to the bus does its work, too. The rate is that of busy homes: each camera sends a burst every
thirty seconds on average, at random. The queue must be as short at the end as in the middle; where
others use the machine, too, the CPU that a burst takes says what two cores of one's own could do.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.latency import Verdicts, listening
from iot.messages.camera import CameraState
from lambdas.detect.event import event_id
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Device
from local import seed
from local.cloud import LocalCloud

EVERY = 30.0  # seconds between two bursts of a camera, on average
SECONDS = 20.0
PATIENCE = 60.0  # seconds for what is left at the end

Make = Callable[[datetime], bytes]
"""A burst of an episode that begins then."""


def grow(make: Make, cameras: tuple[int, ...] = (1, 10, 100)) -> list[dict[str, Any]]:
    """For each number of cameras: bursts, the longest queue, what waits at the end, latency."""
    with tempfile.TemporaryDirectory(prefix="mimamori-bench-") as folder:
        state = Path(folder) / "cloud"
        with LocalCloud.start(seed=seed.seed, state_dir=state, report=lambda _: None) as cloud:
            for number in range(max(cameras)):
                _register(cloud, number)
            _with(1, cloud, make, seconds=3)  # the functions' first run is not what is measured
            return [_with(count, cloud, make) for count in cameras]


def _register(cloud: LocalCloud, number: int) -> None:
    device = Device(
        thing=f"bench-{number}",
        home=cloud.seeded["home"],
        name=f"{number}",
        kind="smart-camera",
        active=True,
        camera=CameraState(mode="guard"),
    )
    Directory(cloud.outputs["MimamoriData.DirectoryTable"], cloud.table).publish_device(device)


def _with(cameras: int, cloud: LocalCloud, make: Make, seconds: float = SECONDS) -> dict[str, Any]:
    rng, s3 = random.Random(cameras), cloud.client("s3")
    bucket = cloud.outputs["MimamoriDetection.PicturesBucket"]
    queues = _queues(cloud)
    sent, waiting = [], []
    with listening(cloud) as told:
        begun, cpu = time.monotonic(), _cpu()
        due = 0.0
        while due < seconds:
            time.sleep(max(0.0, begun + due - time.monotonic()))
            thing, at = f"bench-{rng.randrange(cameras)}", datetime.now(UTC)
            key = f"frames/{thing}/{at:%Y-%m-%d}/{at:%H%M%S%f}-0.zip"
            s3.put_object(Bucket=bucket, Key=key, Body=make(at - timedelta(seconds=5)))
            sent.append(event_id(thing, at - timedelta(seconds=5)))
            waiting.append((due, _waiting(cloud, queues)))
            due += rng.expovariate(cameras / EVERY) if cameras > 1 else seconds / 4
        left = _waiting(cloud, queues)
        until = time.monotonic() + PATIENCE
        done: Verdicts = {}
        while len(done) < len(sent) and time.monotonic() < until:
            done |= {event: at for event, at in told().items() if event in set(sent)}
            time.sleep(0.1)
        cpu = _cpu() - cpu
    took = sorted((at - stored).total_seconds() for stored, at in done.values())
    return {
        "cameras": cameras,
        "bursts": len(sent),
        "a second": round(len(sent) / seconds, 2),
        "told": len(done),
        "longest queue": max(count for _, count in waiting),
        "1st half": round(_mean(count for at, count in waiting if at < seconds / 2), 1),
        "2nd half": round(_mean(count for at, count in waiting if at >= seconds / 2), 1),
        "at the end": left,
        "median s": round(median(took), 3) if took else None,
        "95 % s": round(took[int(len(took) * 0.95)], 3) if took else None,
        "CPU ms a burst": round(cpu * 1e3 / len(sent)),
    }


def _mean(counts: Iterable[int]) -> float:
    values = list(counts)
    return sum(values) / max(1, len(values))


def _cpu() -> float:
    """CPU seconds so far of the processes that this one started: emulator and functions."""
    parents, spent = {}, {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = file.read_text().rpartition(")")[2].split()
            pid = int(file.parent.name)
            parents[pid] = int(fields[1])
            spent[pid] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(spent[pid] for pid in ours - {os.getpid()})


def _queues(cloud: LocalCloud) -> list[str]:
    """The queue of frames, without its dead-letter queue."""
    urls: list[str] = cloud.client("sqs").list_queues()["QueueUrls"]
    return [url for url in urls if "Frames" in url and "Dead" not in url]


def _waiting(cloud: LocalCloud, queues: list[str]) -> int:
    """Messages that wait or are being worked on."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    sqs = cloud.client("sqs")
    answers = (sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names) for url in queues)
    return sum(int(one["Attributes"][name]) for one in answers for name in names)

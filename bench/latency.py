"""`python -m bench.latency CLIP`: how long until the family knows, measured on the local cloud.

CLIP, a video or a folder that holds one, is played at its own speed before a camera of the demo
household. For each episode it tells the seconds from the capture of its first moving picture until
the camera noticed it, the upload began, the object was stored, the verdict was stored and told on
the bus, and everybody had their mail; then the median and the worst of each, and where the time
goes. With `--json` every episode is one JSON object on a line of its own, and a last one sums up.

The first episode meets functions that have never run. The network of a real home and of AWS is not
in these figures: what is in them is the program.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.detect import VIDEOS, UnreadableError
from iot.agent.camera.agent import Camera
from iot.agent.camera.source import File, SourceError
from iot.agent.device.clock import Clock, utc_now
from lambdas.detect.event import event_id
from lambdas.shared.events import MotionDetected
from local import seed
from local.boxed_camera import unpack
from local.cloud import LocalCloud
from local.person import Person

STEPS = {
    "noticed": "moving pictures in a row, before it counts as motion",
    "begun": "burst made, grant asked for",
    "stored": "sent",
    "told": "judged, stored, told on the bus",
    "mailed": "mails written and sent to everybody",
}
"""What ends each step, and what it is spent on."""


@dataclass(frozen=True)
class Episode:
    """One visit: seconds from the capture of its first moving picture to the end of each step.

    None: it did not come so far, such as a mail held back shortly after another.
    """

    at: datetime
    noticed: float | None
    begun: float | None
    stored: float | None
    told: float | None
    mailed: float | None

    def reached(self) -> dict[str, float | None]:
        """Seconds by step."""
        return {step: getattr(self, step) for step in STEPS}

    def spent(self) -> dict[str, float]:
        """Seconds that each step took by itself, of an episode that went all the way."""
        ends = [0.0, *(end for end in self.reached().values() if end is not None)]
        if len(ends) <= len(STEPS):
            return {}
        return {
            step: after - before
            for step, before, after in zip(STEPS, ends[:-1], ends[1:], strict=True)
        }


def summary(episodes: Sequence[Episode]) -> dict[str, Any]:
    """Median and worst of each step, and the median of what it took by itself."""
    told: dict[str, Any] = {"episodes": len(episodes), "median": {}, "worst": {}, "spent": {}}
    for step in STEPS:
        ends = [end for one in episodes if (end := one.reached()[step]) is not None]
        took = [spent[step] for one in episodes if (spent := one.spent())]
        if ends:
            told["median"][step] = round(median(ends), 3)
            told["worst"][step] = round(max(ends), 3)
        if took:
            told["spent"][step] = round(median(took), 3)
    return told


# --- measuring -------------------------------------------------------------------------------


class Witness:
    """What the camera tells, with the time at which it tells it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.noticed: dict[datetime, datetime] = {}
        self.begun: dict[datetime, datetime] = {}

    def hear(self, name: str, details: Mapping[str, Any]) -> None:
        """Called by the camera."""
        if name == "episode":
            self.noticed.setdefault(details["at"], self._clock())
        elif name == "burst-uploaded":
            self.begun.setdefault(details["episode"], details["began_at"])


def measure(video: Path, cloud: LocalCloud, folder: Path) -> list[Episode]:
    """Play ``video`` before a new camera; its episodes."""
    seeded, clock = cloud.seeded, cloud_clock(cloud)
    witness = Witness(clock)
    mother = Person(cloud.web_url or "").log_in(seeded["contractor"], seeded["password"])
    asked = {"name": "居間", "kind": "smart-camera", "profile": "security"}
    added = mother.send("POST", f"/homes/{seeded['home']}/devices", asked)
    with listening(cloud) as told:
        config = unpack(cloud, folder / "camera", "SN-BENCH", added["setup_code"], once=True)
        Camera(config, File(video, clock), clock, witness.hear).run()
        cloud.settle()
        verdicts = told()
    mails = mails_by_event(cloud)
    episodes = []
    for at, noticed in sorted(witness.noticed.items()):
        event = event_id(added["id"], at)
        detected, verdict = verdicts.get(event, (None, None))
        ends = (noticed, witness.begun.get(at), detected, verdict, mails.get(event))
        seconds = [None if end is None else (end - at).total_seconds() for end in ends]
        episodes.append(Episode(at, *seconds))
    return episodes


def cloud_clock(cloud: LocalCloud) -> Clock:
    """The local cloud's time, which all its timestamps are of: some hundredths from the machine's.

    It is the latest of a few answers: the one that took least.
    """
    ahead = max(cloud.now() - utc_now() for _ in range(20))
    return lambda: utc_now() + ahead


Verdicts = dict[str, tuple[datetime, datetime]]
"""By event: when its object was stored, and when the bus was told of it."""


@contextmanager
def listening(cloud: LocalCloud) -> Iterator[Any]:
    """A queue of our own at the bus; called, it gives the verdicts so far."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    bus = cloud.outputs["MimamoriData.EventBus"]
    url = sqs.create_queue(QueueName="bench-latency")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    target = {"Id": "bench", "Arn": arn["Attributes"]["QueueArn"]}
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": target["Arn"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    pattern = json.dumps({"detail-type": [MotionDetected.detail_type()]})
    events.put_rule(Name="bench-latency", EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule="bench-latency", EventBusName=bus, Targets=[target])

    def told() -> Verdicts:
        found: Verdicts = {}
        while batch := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["SentTimestamp"]
        ).get("Messages"):
            for message in batch:
                motion = MotionDetected.model_validate(json.loads(message["Body"])["detail"])
                at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1e3, UTC)
                known = found.get(motion.event, (motion.detected_at, at))
                found[motion.event] = motion.detected_at, min(at, known[1])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    yield told
    events.remove_targets(Rule="bench-latency", EventBusName=bus, Ids=[target["Id"]])
    events.delete_rule(Name="bench-latency", EventBusName=bus)
    sqs.delete_queue(QueueUrl=url)


def mails_by_event(cloud: LocalCloud) -> dict[str, datetime]:
    """When the last person had the mail of an event."""
    sent: dict[str, datetime] = {}
    for mail in cloud.mails():
        event = mail["BodyText"].partition("/events/")[2].split()[:1]
        if event:
            sent[event[0]] = datetime.fromtimestamp(mail["Timestamp"], UTC)
    return sent


# --- telling ---------------------------------------------------------------------------------


def find_video(path: Path) -> Path:
    """The video at a path, or the only one in a folder. Raises UnreadableError."""
    if path.is_file():
        return path
    found = [file for file in sorted(path.glob("*")) if file.suffix.lower() in VIDEOS]
    if len(found) != 1:
        raise UnreadableError(f"{path}: not a video, nor a folder with one ({len(found)} found)")
    return found[0]


def _write_json(episodes: Sequence[Episode]) -> None:
    for episode in episodes:
        print(json.dumps(asdict(episode) | {"at": episode.at.isoformat()}))
    print(json.dumps(summary(episodes)))


def _write_table(episodes: Sequence[Episode]) -> None:
    def row(name: str, ends: Mapping[str, float | None]) -> None:
        cells = (ends.get(step) for step in STEPS)
        print(f"{name:<12}" + "".join(f"{'-' if c is None else f'{c:.2f}':>9}" for c in cells))

    print(" " * 12 + "".join(f"{step:>9}" for step in STEPS))
    for episode in episodes:
        row(f"{episode.at:%H:%M:%S.%f}"[:11], episode.reached())
    if not episodes:
        return
    told = summary(episodes)
    row("median", told["median"])
    row("worst", told["worst"])
    total = sum(told["spent"].values())
    for step, seconds in told["spent"].items():
        print(f"{seconds:6.2f} s {seconds / total:4.0%}  {STEPS[step]}")


def main(arguments: list[str] | None = None) -> int:
    """Run; 2 with a message where the clip cannot be read."""
    parser = argparse.ArgumentParser(prog="bench.latency", description=__doc__)
    parser.add_argument("clip", type=Path, metavar="CLIP")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args(arguments)
    try:
        video = find_video(given.clip)
        with tempfile.TemporaryDirectory(prefix="mimamori-bench-") as name:
            folder = Path(name)
            with LocalCloud.start(
                seed=seed.seed, state_dir=folder / "cloud", report=lambda _: None
            ) as cloud:
                episodes = measure(video, cloud, folder)
    except (UnreadableError, SourceError) as error:
        print(f"bench.latency: {error}", file=sys.stderr)
        return 2
    (_write_json if given.json else _write_table)(episodes)
    return 0


if __name__ == "__main__":
    sys.exit(main())

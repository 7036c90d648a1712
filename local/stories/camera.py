"""The main story: somebody comes in, and the family knows."""

import re
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from iot.agent.camera.agent import Camera
from iot.agent.camera.source import File, Frame, Source, open_source
from iot.agent.device.clock import Clock
from iot.scene import DEMO
from local.boxed_camera import unpack
from local.cloud import LocalCloud
from local.person import Person
from local.stories.telling import Telling, quoted, stay, text, until

STEPS = {
    "provisioned": "the camera got its own certificate",
    "burst": "a burst was stored",
    "verdict": "a verdict was stored",
    "mail": "the family had a mail with a working link",
    "picture": "the family saw the picture",
    "refused": "a stranger and an anonymous visitor did not",
    "alarm": "the camera heard the alarm command",
}


class Story(Telling):
    """What has been observed so far."""

    def __init__(self) -> None:
        super().__init__(STEPS)
        self.bursts: list[str] = []
        self.episodes = 0

    def from_camera(self, name: str, details: Mapping[str, object]) -> None:
        """What the camera says of itself."""
        match name:
            case "provisioned":
                self.observe("provisioned", str(details["thing"]))
            case "connected":
                self.tell("the camera is connected over MQTT with mutual TLS")
            case "episode":
                self.episodes += 1
                self.tell(f"the camera sees something move (episode {self.episodes})")
            case "burst-uploaded":
                self.bursts.append(str(details["key"]))
                self.tell(f"uploaded {details['bytes']} bytes")
            case "alarm":
                self.observe("alarm", f"siren for {details['seconds']} s")
            case "episode-ended":
                self.tell("the room is quiet again")
            case "source-lost":
                self.tell("the source is lost; the camera tries again")


class Lasting:
    """A source that shows its last picture on and on, so that the camera stays alive. It flickers
    by a grey level as any sensor does: a picture that stands still is a fault."""

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source, self._clock = source, clock
        self.played = threading.Event()

    def frames(self, stop: threading.Event) -> Iterator[tuple[datetime, Frame | None]]:
        """See iot.agent.camera.source.Source."""
        last: Frame | None = None
        for at, frame in self._source.frames(stop):
            last = last if frame is None else frame
            yield at, frame
        self.played.set()
        while last is not None and not stop.wait(0.5):
            last = np.bitwise_xor(last, np.uint8(1))
            yield self._clock(), last


def cloud_clock(cloud: LocalCloud) -> Clock:
    """The local cloud's time, asked for once a second."""
    known = (0.0, timedelta())

    def now() -> datetime:
        nonlocal known
        asked, offset = known
        if time.monotonic() - asked > 1:
            offset = cloud.now() - datetime.now(UTC)
            known = (time.monotonic(), offset)
        return datetime.now(UTC) + offset

    return now


def tell(cloud: LocalCloud, given: str | None, once: bool) -> bool:
    """Play ``given`` (or a scene of our own) before a camera; whether every step was observed."""
    story, household = Story(), cloud.seeded
    home, password = household["home"], household["password"]

    def log_in(who: str) -> Person:
        return Person(cloud.web_url or "").log_in(household[who], password)

    mother, family, stranger = (log_in(who) for who in ("contractor", "family", "stranger"))
    asked = {"name": "居間", "kind": "smart-camera", "profile": "security"}
    added = mother.send("POST", f"/homes/{home}/devices", asked)
    thing = added["id"]
    mother.send("PATCH", f"/homes/{home}/devices/{thing}", {"response": "alarm"})
    story.tell(f"花子 adds a camera in the app; its setup code is {added['setup_code']}")

    with tempfile.TemporaryDirectory(prefix="mimamori-camera-") as folder:
        clock = cloud_clock(cloud)
        source = Lasting(_source(given, Path(folder), clock, story), clock)
        camera = Camera(
            unpack(cloud, Path(folder) / "camera", "SN-0001", added["setup_code"]),
            source,
            clock,
            story.from_camera,
        )
        running = threading.Thread(target=camera.run, name="camera", daemon=True)
        running.start()
        try:
            _watch(cloud, story, family, stranger, home, thing)
            if once or given:
                _play_out(cloud, story, source, family, home, thing)
            if not once:
                stay(
                    cloud,
                    f"{household['family']}  (family)  or  {household['contractor']}  (contractor)",
                )
        except TimeoutError as error:
            story.tell(str(error), "✗")
        finally:
            camera.stop()
            running.join(timeout=15)
    return story.ended_well()


def _watch(
    cloud: LocalCloud, story: Story, family: Person, stranger: Person, home: str, thing: str
) -> None:
    """Follow the first episode from the camera to the mail and the picture."""
    key = until("a burst", lambda: next(iter(story.bursts), None), patience=600)
    bucket = cloud.outputs["MimamoriDetection.PicturesBucket"]
    stored = cloud.client("s3").head_object(Bucket=bucket, Key=key)
    story.observe("burst", f"s3://{bucket}/{key} ({stored['ContentLength']} bytes)")

    def first_event() -> Any:
        return next(iter(_events(family, home, thing)), None)

    event = until("an event", first_event)
    story.observe("verdict", f"{event['kind']}, {event['reason']} (level {event['level']:.3f})")
    mail = until("a mail", lambda: next(iter(cloud.mails(cloud.seeded["family"])), None))
    said = text(mail)
    link = re.search(r"https?://\S+/#/homes/(\S+)/events/(\S+)", said)
    assert link, said
    opened = family.get(f"/homes/{link[1]}/events/{link[2]}")
    story.observe("mail", f"{mail['Subject']}\n{quoted(said)}")
    picture = family.request("GET", opened["picture"].removeprefix("/api"))
    assert picture.status == 200, picture.data
    assert picture.data.startswith(b"\xff\xd8"), "not a JPEG"
    story.observe("picture", f"{len(picture.data)} bytes of JPEG")
    path = opened["picture"].removeprefix("/api")
    refusals = [who.request("GET", path).status for who in (stranger, Person(family.web_url))]
    assert refusals == [404, 401], refusals
    story.observe("refused", "404 and 401")
    until("the alarm", lambda: story.seen.get("alarm"))


def _play_out(
    cloud: LocalCloud, story: Story, source: Lasting, family: Person, home: str, thing: str
) -> None:
    """Wait for the end of the clip, and count."""
    source.played.wait()
    until(
        "the end of the last episode",
        lambda: all(e["ended_at"] for e in _events(family, home, thing)) or None,
    )
    cloud.settle()
    events, mails = _events(family, home, thing), cloud.mails(cloud.seeded["family"])
    story.tell(f"{story.episodes} episodes, {len(events)} events, {len(mails)} mails to 太郎")


def _events(person: Person, home: str, thing: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(f"/homes/{home}/events?device={thing}")["events"]
    return found


def _source(given: str | None, folder: Path, clock: Clock, story: Story) -> Source:
    if given:
        story.tell(f"the camera looks at {given}")
        clips = sorted(Path(given).glob("*.*4")) if Path(given).is_dir() else []
        return open_source(str(clips[0]) if clips else given, clock)
    film = folder / "scene.mp4"
    DEMO.write_video(film)
    story.tell(f"the camera looks at a room we drew ({len(DEMO) / 10:.0f} s)")
    return File(film, clock)

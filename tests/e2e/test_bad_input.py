"""Bad input ends as a clear record and stops nothing else.

Whatever a test sends, another camera of the same home then sees somebody, and that is an event.
"""

import base64
import json
import re
import secrets
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import urllib3

from iot import topics
from iot.messages.camera import Grant, UploadGrant
from iot.topics import Channel
from lambdas.detect.event import event_id
from local.cloud import LocalCloud
from local.person import Person
from tests.e2e import household as at_home
from tests.e2e.household import Device, Household, Wild, wait_until

JPEG = "image/jpeg"


@dataclass
class Bench:
    """A home with a camera that misbehaves, and one that does not."""

    cloud: LocalCloud
    household: Household
    bad: Device
    good: Device
    hopeless: list[str] = field(default_factory=list)  # messages that must fail

    def quarantined(self, key: str) -> str:
        """The reason with which an object was put aside."""
        aside = f"quarantine/{key}"
        wait_until(lambda: at_home.objects(self.cloud, aside), f"{key} in quarantine")
        wait_until(lambda: not at_home.objects(self.cloud, key), f"{key} gone from where it was")
        thing = key.split("/")[1]
        records = at_home.rejected(self.cloud, "detect", thing)
        return next(str(record["reason"]) for record in records if record["sk"] == key)

    def refused(self, context: str, known: int = 0) -> dict[str, Any]:
        """The newest record of a message that was not taken."""

        def look() -> list[dict[str, Any]]:
            found = at_home.rejected(self.cloud, context, self.bad.thing)
            return found if len(found) > known else []

        return max(wait_until(look, f"a record in {context}"), key=lambda row: str(row["at"]))

    def good_burst_becomes_an_event(self) -> None:
        at = self.cloud.now()
        self.good.upload(at_home.good_burst(at))
        expected = event_id(self.good.thing, at)
        wait_until(
            lambda: expected in [event["id"] for event in self.household.events(self.good.thing)],
            "the event of the good burst",
        )


@pytest.fixture(scope="module")
def module_bench(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder, household = tmp_path_factory.mktemp("bad"), at_home.move_in(cloud)
    bad, good = (Device(cloud, household.add_camera(folder)) for _ in range(2))
    bench = Bench(cloud, household, bad, good)
    before = not_taken(cloud)  # other modules use this cloud, and repeat messages on purpose
    with bad, good:
        yield bench
    assert at_home.dead_letters(cloud) == {}
    failed = not_taken(cloud) - before
    assert [line for line in failed if not any(id in line for id in bench.hopeless)] == []


def not_taken(cloud: LocalCloud) -> set[str]:
    """What functions wrote of messages that they could not take."""
    return {line for line in cloud.logs() if '"not taken"' in line}


@pytest.fixture
def bench(module_bench: Bench) -> Iterator[Bench]:
    """After each test: nothing else stopped, and the bad camera itself may go on."""
    yield module_bench
    module_bench.good_burst_becomes_an_event()


# --- pictures --------------------------------------------------------------------------------


def picture_of(side: int) -> bytes:
    """A JPEG that declares a size of ``side`` x ``side``, whatever is in it."""
    jpeg = at_home.room_and_visitor()[0]
    start = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:start] + side.to_bytes(2) * 2 + jpeg[start + 4 :]


def corrupt() -> bytes:
    """A JPEG whose coding tables are noise."""
    jpeg = bytearray(at_home.room_and_visitor()[0])
    at = jpeg.index(b"\xff\xc4") + 5
    jpeg[at : at + 60] = b"\xfe" * 60
    return bytes(jpeg)


def archive(jpegs: list[bytes], manifest: bytes = b"{}") -> bytes:
    """A burst that no honest camera makes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        made.writestr("manifest.json", manifest)
        for number, jpeg in enumerate(jpegs):
            made.writestr(f"{number}.jpg", jpeg)
    return out.getvalue()


def burst_of(replaced: Callable[[], bytes]) -> Callable[[datetime], bytes]:
    """A burst that is good but for its second picture."""

    def made(at: datetime) -> bytes:
        room, _, *rest = at_home.room_and_visitor()
        manifest = at_home.manifest(at).model_dump_json(exclude_none=True)
        return archive([room, replaced(), *rest], manifest.encode())

    return made


def of_the_future(at: datetime) -> bytes:
    return at_home.good_burst(at + timedelta(minutes=10))


PICTURES: list[Any] = [
    pytest.param(JPEG, lambda _: at_home.room_and_visitor()[0][:4000], "corrupt-jpeg", id="cut"),
    pytest.param(
        JPEG,
        lambda _: at_home.room_and_visitor()[0][:4000] + b"\xff\xd9",
        "corrupt-jpeg",
        id="cut with an end",
        marks=pytest.mark.slow,
    ),
    pytest.param(
        at_home.ZIP,
        burst_of(corrupt),
        "corrupt-jpeg",
        id="corrupt in a burst",
        marks=pytest.mark.slow,
    ),
    pytest.param(
        JPEG,
        lambda _: picture_of(50_000),
        "picture-too-large",
        id="50,000 squared",
        marks=pytest.mark.slow,
    ),
    pytest.param(
        at_home.ZIP,
        burst_of(lambda: picture_of(50_000)),
        "picture-too-large",
        id="50,000 in a burst",
        marks=pytest.mark.slow,
    ),
    pytest.param(
        at_home.ZIP,
        lambda _: archive([at_home.room_and_visitor()[0][:600]] * 10_000),
        "too-many-frames",
        id="10,000 frames",
        marks=pytest.mark.slow,
    ),
    pytest.param(at_home.ZIP, lambda _: b"no archive", "not-a-burst", id="no archive"),
    pytest.param(at_home.ZIP, lambda _: archive([b"x"]), "bad-manifest", id="no manifest"),
    pytest.param(at_home.ZIP, of_the_future, "from-the-future", id="future"),
]


@pytest.mark.parametrize(("kind", "made", "reason"), PICTURES)
def test_bad_pictures_go_to_quarantine(
    bench: Bench, kind: str, made: Callable[[datetime], bytes], reason: str
) -> None:
    key = bench.bad.upload(made(bench.cloud.now()), kind)
    assert bench.quarantined(key) == reason
    assert bench.household.events(bench.bad.thing) == []


def test_an_empty_object_goes_to_quarantine(bench: Bench) -> None:
    assert bench.quarantined(bench.bad.upload_empty()) == "empty"


def test_an_object_of_no_known_device_goes_to_quarantine(bench: Bench) -> None:
    key = f"frames/cam-{secrets.token_hex(6)}/2026-12-01/000000000-x-0.zip"
    body = at_home.good_burst(bench.cloud.now())
    bucket = at_home.pictures(bench.cloud)
    bench.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    assert bench.quarantined(key) == "unknown-device"


def test_one_bad_object_among_good_ones_is_put_aside(bench: Bench) -> None:
    """They come at the same moment, so in one batch."""
    times = [bench.cloud.now() + timedelta(seconds=number) for number in range(4)]
    bodies = [at_home.good_burst(at) for at in times]
    bodies[1] = burst_of(corrupt)(times[1])
    keys = [grant.key for grant in upload_at_once(bench.good, bodies)]
    assert bench.quarantined(keys[1]) == "corrupt-jpeg"
    expected = {event_id(bench.good.thing, at) for at in times} - {
        event_id(bench.good.thing, times[1])
    }
    wait_until(
        lambda: expected <= {e["id"] for e in bench.household.events(bench.good.thing)},
        "the events of the good ones",
    )
    assert event_id(bench.good.thing, times[1]) not in [
        e["id"] for e in bench.household.events(bench.good.thing)
    ]


def upload_at_once(device: Device, bodies: list[bytes]) -> list[Grant]:
    grants = device.ask(*(len(body) for body in bodies)).grants
    with ThreadPoolExecutor(len(bodies)) as pool:
        put = pool.map(at_home.put, [grant.url for grant in grants], bodies)
        assert list(put) == [200] * len(bodies)
    return grants


def test_what_nobody_can_take_ends_in_the_dead_letter_queue(bench: Bench) -> None:
    """Not from a device: these queues hear from S3 and from topic rules alone."""
    sqs = bench.cloud.client("sqs")
    queues = [
        at_home.queue_url(bench.cloud, name) for name in ("Detection-Frames", "Notify-Urgent")
    ]
    for url in queues:
        sent = sqs.send_message(QueueUrl=url, MessageBody="no notification")
        bench.hopeless.append(sent["MessageId"])
    bench.cloud.advance("20m")  # five attempts
    wait_until(lambda: len(at_home.dead_letters(bench.cloud)) == len(queues), "dead letters")
    for letters in at_home.dead_letters(bench.cloud).values():
        assert letters == ["no notification"]
    at_home.forget_dead_letters(bench.cloud)


# --- grants ----------------------------------------------------------------------------------


def test_a_grant_is_for_one_key_size_and_type(bench: Bench) -> None:
    body = at_home.good_burst(bench.cloud.now())
    grant = bench.bad.grant(len(body))
    others = grant.key.replace(bench.bad.thing, bench.good.thing)
    assert at_home.put(grant.url.replace(grant.key, others), body) == 403
    assert at_home.put(grant.url.replace(grant.key, grant.key + "x"), body) == 403
    assert at_home.put(grant.url, body + b"x") == 403
    assert at_home.put(grant.url, body[:-1]) == 403
    assert at_home.put(grant.url, body, JPEG) == 403
    assert urllib3.request("GET", grant.url).status == 403
    assert at_home.objects(bench.cloud, grant.key, others) == []


def test_an_expired_grant_is_worth_nothing(bench: Bench) -> None:
    body = at_home.good_burst(bench.cloud.now())
    functions = bench.cloud.client("lambda")
    listed = functions.get_paginator("list_functions").paginate()
    names = [found["FunctionName"] for page in listed for found in page["Functions"]]
    name = next(name for name in names if "OnUploadRequest" in name)
    usual = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    try:
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": usual | {"GRANT_SECONDS": "1"}}
        )
        grant = bench.bad.grant(len(body))
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": usual})
    wait_until(lambda: datetime.now(UTC) > grant.expires_at)  # links live by real time
    assert at_home.put(grant.url, body) == 403
    assert at_home.objects(bench.cloud, grant.key) == []


# --- messages --------------------------------------------------------------------------------

TAKEN_BY = {
    Channel.MOTION: "ingest",
    Channel.EPISODE: "ingest",
    Channel.STATUS: "devices",
    Channel.COMMAND_RESULT: "devices",
    Channel.UPLOAD_REQUEST: "detect",
}
NONSENSE: list[Any] = [
    pytest.param(b"\xff\xfe{", "not-json", id="not JSON"),
    pytest.param(b'{"surprise": 1}', "bad-message", id="another message"),
    pytest.param(b"[" * 5000, "not-json", id="deep"),
    pytest.param(b" " * 17_000, "too-large", id="over 16 KiB"),
]


@pytest.mark.parametrize(("payload", "reason"), NONSENSE)
@pytest.mark.parametrize("channel", TAKEN_BY)
def test_messages_that_make_no_sense_are_written_down(
    bench: Bench, channel: Channel, payload: bytes, reason: str
) -> None:
    context = TAKEN_BY[channel]
    known = len(at_home.rejected(bench.cloud, context, bench.bad.thing))
    bench.bad.say(channel, payload)
    record = bench.refused(context, known)
    assert record["reason"] == reason
    if channel is Channel.UPLOAD_REQUEST:  # a camera waits for an answer
        answer = UploadGrant.model_validate_json(bench.bad.hear(Channel.UPLOAD_GRANT))
        assert answer == UploadGrant(id="", refused="bad-request")


@pytest.mark.parametrize("channel", [Channel.MOTION, Channel.EPISODE, Channel.STATUS])
def test_messages_from_the_future_are_written_down(bench: Bench, channel: Channel) -> None:
    at = bench.cloud.now() + timedelta(minutes=10)
    said = {
        Channel.MOTION: at_home.motion_report(at),
        Channel.EPISODE: at_home.ended(at, at),
        Channel.STATUS: at_home.status(at),
    }
    known = len(at_home.rejected(bench.cloud, TAKEN_BY[channel], bench.bad.thing))
    bench.bad.say(channel, said[channel])
    assert bench.refused(TAKEN_BY[channel], known)["reason"] == "from-the-future"


def test_a_message_over_128_kib_ends_the_connection_and_nothing_more(
    bench: Bench, tmp_path: Path
) -> None:
    who = at_home.move_in(bench.cloud).add_camera(tmp_path)
    with Wild(bench.cloud, who) as wild:
        wait_until(lambda: wild.connected)
        wild.publish(topics.ingest(who.thing, Channel.MOTION), b" " * 140_000)
        wait_until(lambda: wild.ended)
    bench.cloud.settle()
    assert at_home.rejected(bench.cloud, "ingest", who.thing) == []
    with Device(bench.cloud, who) as again:
        again.say(Channel.STATUS, at_home.status(bench.cloud.now()))


# --- twice, and in the wrong order -----------------------------------------------------------


@pytest.fixture(scope="module")
def camera(module_bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    """The home's third camera."""
    folder = tmp_path_factory.mktemp("third")
    with Device(module_bench.cloud, module_bench.household.add_camera(folder)) as device:
        yield device


def told_once(bench: Bench, event: str) -> bool:
    """Whether everybody of the home had one mail of the event."""
    return [
        sum(event in mail["BodyText"] for mail in mails) for mails in bench.household.mails()
    ] == [1, 1]


def only(bench: Bench, camera: Device, at: datetime) -> dict[str, Any]:
    """The event of an episode, of which everybody was told once."""
    expected = event_id(camera.thing, at)
    wait_until(lambda: told_once(bench, expected), "mails")
    bench.cloud.settle()
    assert told_once(bench, expected)
    found = [e for e in bench.household.events(camera.thing) if e["id"] == expected]
    assert len(found) == 1
    return found[0]


def test_an_object_notified_twice_is_one_event(bench: Bench, camera: Device) -> None:
    at = bench.cloud.now() - timedelta(seconds=80)
    body = at_home.good_burst(at)
    key = camera.upload(body)
    before = only(bench, camera, at)
    at_home.notify_again(bench.cloud, key, len(body), bench.cloud.now())
    bench.cloud.settle()
    assert only(bench, camera, at) == before


def test_bursts_in_the_wrong_order_are_one_event(bench: Bench, camera: Device) -> None:
    at = bench.cloud.now() - timedelta(seconds=60)
    for seq in (1, 0):
        camera.upload(at_home.good_burst(at, seq))
    only(bench, camera, at)


def test_bursts_at_the_same_moment_are_one_event(bench: Bench, camera: Device) -> None:
    at = bench.cloud.now() - timedelta(seconds=40)
    upload_at_once(camera, [at_home.good_burst(at, seq) for seq in range(6)])
    only(bench, camera, at)


def test_an_end_told_before_the_beginning_is_kept(bench: Bench, camera: Device) -> None:
    at = bench.cloud.now() - timedelta(seconds=20)
    end = at + timedelta(seconds=7)
    camera.say(Channel.EPISODE, at_home.ended(at, end))
    bench.cloud.settle()
    assert event_id(camera.thing, at) not in [e["id"] for e in bench.household.events(camera.thing)]
    camera.upload(at_home.good_burst(at))
    event = only(bench, camera, at)
    assert datetime.fromisoformat(event["ended_at"]) == end


# --- thieves ---------------------------------------------------------------------------------


def test_a_removed_camera_is_cut_off_and_cannot_come_back(bench: Bench, tmp_path: Path) -> None:
    household = at_home.move_in(bench.cloud)
    who = household.add_camera(tmp_path)
    grant = None
    with Device(bench.cloud, who) as device:
        grant = device.grant(3)
        household.contractor.send("DELETE", f"/homes/{household.home}/devices/{who.thing}")
        wait_until(lambda: not device.link.online, "the camera cut off")
    with Wild(bench.cloud, who) as wild:
        wait_until(lambda: wild.refused)
        assert not wild.connected
    # A grant that it still had brings it nowhere.
    assert at_home.put(grant.url, b"abc") == 200
    assert bench.quarantined(grant.key) == "unknown-device"
    assert household.family.get(f"/homes/{household.home}/devices")["devices"] == []


@pytest.fixture(scope="module")
def stolen(module_bench: Bench, camera: Device) -> tuple[str, str]:
    """Where a mail's link leads: the paths of the event and of its picture."""
    at = module_bench.cloud.now()
    camera.upload(at_home.good_burst(at))
    address = module_bench.household.mails_of[1]
    expected = event_id(camera.thing, at)

    def link() -> re.Match[str] | None:
        texts = [mail["BodyText"] for mail in module_bench.cloud.mails(address)]
        links = [re.search(r"#(/homes/\S+/events/(\S+))", text) for text in texts]
        return next((found for found in links if found and found[2] == expected), None)

    found = wait_until(link, "a mail with a link")
    assert found
    return found[1], found[1].replace("/events/", "/pictures/")


def test_a_stolen_link_shows_a_stranger_nothing(bench: Bench, stolen: tuple[str, str]) -> None:
    stranger = at_home.log_in(bench.cloud, bench.cloud.seeded["stranger"])
    for path in stolen:
        assert bench.household.family.request("GET", path).status == 200
        answer = stranger.request("GET", path)
        assert answer.status == 404
        assert answer.json()["type"] == "urn:mimamori:problem:not-found"


def test_a_stolen_link_opens_with_no_bad_token(bench: Bench, stolen: tuple[str, str]) -> None:
    url, token = bench.household.family.web_url, bench.household.family.token or ""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = encoded(claims | {"sub": "somebody-else"})
    tokens = {
        "none": None,
        "nonsense": "x",
        "other claims": f"{head}.{forged}.{signature}",
        "no signature": f"{head}.{body}.",
        "unsigned": f"{encoded({'alg': 'none'})}.{body}.",
        "other signature": f"{head}.{body}.{signature[::-1]}",
    }
    for path in stolen:
        assert Person(url, token).request("GET", path).status == 200
        answers = {name: Person(url, bad).request("GET", path) for name, bad in tokens.items()}
        assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(
            tokens, 401
        )
    bench.cloud.advance("61m")
    for path in stolen:
        assert Person(url, token).request("GET", path).status == 401


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")

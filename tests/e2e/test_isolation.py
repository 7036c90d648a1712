"""A device reaches what is its own, a person the homes of their contracts, and nothing else.

IAM, the policies of certificates and the login are on: what is refused here is refused by what
would be deployed.
"""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iot import policies, topics
from iot.agent.device.identity import CREATE, Identity, ProvisioningFailed
from iot.topics import Channel
from lambdas.detect import api as detect_api
from lambdas.detect.event import event_id
from lambdas.devices import api as devices_api
from lambdas.homes import request_api
from lambdas.ingest import activity_api, notice_api
from lambdas.ingest import api as ingest_api
from lambdas.notify import api as notify_api
from lambdas.security import api as security_api
from lambdas.shared.aws.http import routes_of
from local.cloud import LocalCloud
from local.person import Person
from tests.e2e import household as at_home
from tests.e2e.household import Device, Household, Wild, wait_until

PROVISION = f"$aws/provisioning-templates/{policies.template_name('camera')}/provision/json"


@dataclass
class Neighbours:
    """Two homes: somebody was seen in ours, and next door they would like to know."""

    ours: Household
    theirs: Household
    camera: Device  # ours
    thief: Identity  # theirs
    event: str
    snapshot: str  # a command
    look: str  # live


@pytest.fixture(scope="module")
def neighbours(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    folder = tmp_path_factory.mktemp("neighbours")
    features = ("room-watch", "photo-collection", "activity", "sleep", "absence-notice")
    features += ("intrusion", "picture-mail")
    ours, theirs = (at_home.move_in(cloud, *features) for _ in range(2))
    thief = theirs.add_camera(folder)
    at = cloud.now()
    with Device(cloud, ours.add_camera(folder)) as camera:
        camera.upload(at_home.good_burst(at))
        camera.say(Channel.MOTION, at_home.motion_report(at))
        ours.event(camera.thing)
        asked = {"action": "snapshot"}
        path = f"/homes/{ours.home}/devices/{camera.thing}/commands"
        command = ours.family.send("POST", path, asked)["id"]
        path = path.replace("commands", "live")
        look = ours.family.send("POST", path, {"offer": "v=0\r\n"})["id"]
        yield Neighbours(ours, theirs, camera, thief, event_id(camera.thing, at), command, look)
    assert at_home.dead_letters(cloud) == {}


# --- devices ---------------------------------------------------------------------------------


def names(thing: str) -> list[str]:
    """Everything that is named after a thing."""
    return [
        *(topics.topic(thing, channel) for channel in Channel),
        *(topics.shadow(thing, end) for end in ("update/delta", "get/accepted", "update/accepted")),
    ]


def test_a_device_has_what_is_its_own(cloud: LocalCloud, neighbours: Neighbours) -> None:
    """So what is refused below is not refused for another reason."""
    who = neighbours.thief
    with Wild(cloud, who) as wild:
        wait_until(lambda: wild.connected)
        wild.subscribe(topics.topic(who.thing, Channel.COMMAND))
        wild.subscribe(topics.shadow(who.thing, "get/accepted"))
        wait_until(lambda: len(wild.subscribed) == 2)
        wild.publish(topics.shadow(who.thing, "get"), b"{}")
        wild.publish(topics.ingest(who.thing, Channel.STATUS), at_home.status(cloud.now()))
        wait_until(lambda: wild.heard, "its shadow")
        assert wild.subscribed == [True, True]
        assert not wild.ended
    wait_until(lambda: neighbours.theirs.device(who.thing)["seen_at"], "its status")


@pytest.mark.parametrize("number", range(len(names(""))))
def test_a_device_hears_nothing_of_another(
    cloud: LocalCloud, neighbours: Neighbours, number: int
) -> None:
    topic = names(neighbours.camera.thing)[number]
    refused_to_subscribe(cloud, neighbours.thief, topic)


@pytest.mark.parametrize(
    "topic", ["#", "mimamori/#", "mimamori/+/commands", "+/+/uploads/granted", "$aws/things/#"]
)
def test_a_device_hears_nothing_of_all(
    cloud: LocalCloud, neighbours: Neighbours, topic: str
) -> None:
    refused_to_subscribe(cloud, neighbours.thief, topic)


def refused_to_subscribe(cloud: LocalCloud, who: Identity, topic: str) -> None:
    with Wild(cloud, who) as wild:
        wait_until(lambda: wild.connected, "the thief connected")
        wild.subscribe(topic)
        wait_until(lambda: wild.ended or wild.subscribed, "an answer")
        assert wild.ended or wild.subscribed == [False]
        assert wild.heard == []


@pytest.mark.parametrize("channel", list(Channel))
def test_a_device_cannot_speak_as_another(
    cloud: LocalCloud, neighbours: Neighbours, channel: Channel
) -> None:
    victim = neighbours.camera
    said = [topics.topic(victim.thing, channel)]
    if channel in topics.RULES:
        said.append(topics.ingest(victim.thing, channel))
    for topic in said:
        refused_to_publish(cloud, neighbours.thief, topic, at_home.status(cloud.now()))
    assert neighbours.ours.device(victim.thing)["seen_at"] is None


def test_a_device_cannot_command_itself(cloud: LocalCloud, neighbours: Neighbours) -> None:
    """It may hear commands and grants, not give them."""
    for channel in (Channel.COMMAND, Channel.UPLOAD_GRANT):
        topic = topics.topic(neighbours.thief.thing, channel)
        refused_to_publish(cloud, neighbours.thief, topic, b"{}")


def test_a_device_cannot_touch_the_shadow_of_another(
    cloud: LocalCloud, neighbours: Neighbours
) -> None:
    thing = neighbours.camera.thing
    before = shadow(cloud, thing)
    changed = json.dumps({"state": {"desired": {"mode": "motion-only"}}}).encode()
    for end in ("update", "get", "delete"):
        refused_to_publish(cloud, neighbours.thief, topics.shadow(thing, end), changed)
    refused_to_publish(
        cloud, neighbours.thief, topics.shadow(neighbours.thief.thing, "delete"), b""
    )
    assert shadow(cloud, thing) == before


def shadow(cloud: LocalCloud, thing: str) -> dict[str, Any]:
    document = cloud.client("iot-data").get_thing_shadow(thingName=thing)["payload"].read()
    state: dict[str, Any] = json.loads(document)["state"]
    return state


def refused_to_publish(cloud: LocalCloud, who: Identity, topic: str, payload: bytes) -> None:
    with Wild(cloud, who) as wild:
        wait_until(lambda: wild.connected, "the thief connected")
        wild.publish(topic, payload)
        wait_until(lambda: wild.ended, f"disconnected for {topic}")


def refused_to_connect(cloud: LocalCloud, who: Identity | None, name: str) -> None:
    with Wild(cloud, who, name) as wild:
        wait_until(lambda: wild.refused, f"{name} refused")
        assert not wild.connected


def test_a_device_cannot_take_another_name(cloud: LocalCloud, neighbours: Neighbours) -> None:
    for name in (neighbours.camera.thing, "cam-nobody", "claim-1", ""):
        refused_to_connect(cloud, neighbours.thief, name)
    assert neighbours.camera.link.online


def test_nobody_connects_without_a_certificate(cloud: LocalCloud, neighbours: Neighbours) -> None:
    for name in (neighbours.camera.thing, "claim-1", "anybody"):
        refused_to_connect(cloud, None, name)


def test_a_certificate_of_ones_own_making_is_refused(
    cloud: LocalCloud, neighbours: Neighbours, tmp_path: Path
) -> None:
    certificate, key = at_home.homemade(neighbours.camera.thing)
    (tmp_path / "certificate.pem").write_bytes(certificate)
    (tmp_path / "private.key").write_bytes(key)
    forged = Identity(
        neighbours.camera.thing, tmp_path / "certificate.pem", tmp_path / "private.key"
    )
    refused_to_connect(cloud, forged, forged.thing)


# --- the claim certificate, which is in every box ----------------------------------------------


@pytest.fixture
def box(cloud: LocalCloud) -> Identity:
    claim = at_home.claim(cloud, "")
    return Identity(f"claim-{claim.serial}", claim.certificate, claim.key)


def test_the_claim_is_no_device(cloud: LocalCloud, neighbours: Neighbours, box: Identity) -> None:
    for name in (neighbours.camera.thing, "cam-000000000000", "anybody"):
        refused_to_connect(cloud, box, name)


def test_the_claim_does_nothing_but_provision(
    cloud: LocalCloud, neighbours: Neighbours, box: Identity
) -> None:
    thing = neighbours.camera.thing
    for topic in (
        *(topics.ingest(thing, channel) for channel in topics.RULES),
        topics.ingest(box.thing, Channel.STATUS),
        topics.topic(thing, Channel.COMMAND),
        topics.shadow(thing, "update"),
        "$aws/provisioning-templates/another/provision/json",
        "$aws/certificates/create-from-csr/json",
    ):
        refused_to_publish(cloud, box, topic, b"{}")
    for topic in (*names(thing), "#", "$aws/things/#", "$aws/certificates/#"):
        refused_to_subscribe(cloud, box, topic)
    with Wild(cloud, box) as wild:
        wait_until(lambda: wild.connected)
        wild.subscribe(f"{CREATE}/accepted")
        wait_until(lambda: wild.subscribed)
        wild.publish(CREATE, b"{}")
        wait_until(lambda: wild.heard, "a certificate")


def test_a_certificate_without_a_setup_code_opens_nothing(
    cloud: LocalCloud, neighbours: Neighbours, box: Identity, tmp_path: Path
) -> None:
    """Whoever stops half way through provisioning has a certificate that is nobody's."""
    with Wild(cloud, box) as wild:
        wait_until(lambda: wild.connected)
        wild.subscribe(f"{CREATE}/accepted")
        wait_until(lambda: wild.subscribed)
        wild.publish(CREATE, b"{}")
        made = json.loads(wait_until(lambda: wild.heard, "a certificate")[0][1])
    (tmp_path / "certificate.pem").write_text(made["certificatePem"])
    (tmp_path / "private.key").write_text(made["privateKey"])
    for name in (neighbours.camera.thing, "claim-1", "anybody"):
        who = Identity(name, tmp_path / "certificate.pem", tmp_path / "private.key")
        refused_to_connect(cloud, who, name)


# --- setup codes -----------------------------------------------------------------------------


def test_a_wrong_setup_code_is_refused(
    cloud: LocalCloud, neighbours: Neighbours, tmp_path: Path
) -> None:
    things = len(cloud.client("iot").list_things()["things"])
    for code in ("AAAA-AAAA", "", "*", neighbours.camera.thing):
        with pytest.raises(ProvisioningFailed) as refused:
            at_home.set_up(cloud, tmp_path, code)
        assert refused.value.final
    assert len(cloud.client("iot").list_things()["things"]) == things


def test_a_setup_code_is_for_one_device(cloud: LocalCloud, tmp_path: Path) -> None:
    household = at_home.move_in(cloud)
    registered = household.register()
    code, serial = registered["setup_code"], "SN-1"
    first = at_home.set_up(cloud, tmp_path / "first", code, serial)
    assert first.thing == registered["id"]
    with pytest.raises(ProvisioningFailed, match="AccessDenied"):
        at_home.set_up(cloud, tmp_path / "another", code, "SN-2")
    # The same camera may ask again: its first answer may have been lost.
    assert at_home.set_up(cloud, tmp_path / "again", code, serial).thing == first.thing
    household.contractor.send("DELETE", f"/homes/{household.home}/devices/{first.thing}")
    with pytest.raises(ProvisioningFailed, match="AccessDenied"):
        at_home.set_up(cloud, tmp_path / "removed", code, serial)


# --- people ----------------------------------------------------------------------------------

APPS = (
    detect_api.app,
    devices_api.app,
    ingest_api.app,
    activity_api.app,
    notice_api.app,
    notify_api.app,
    security_api.app,
    request_api.app,
)
ROUTES = sorted(route for app in APPS for route in routes_of(app))
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/homes/{home}/devices"): {
        "name": "x",
        "kind": "smart-camera",
        "profile": "security",
    },
    ("PATCH", "/homes/{home}/devices/{thing}"): {"mode": "motion-only"},
    ("POST", "/homes/{home}/devices/{thing}/commands"): {"action": "stop"},
    ("POST", "/homes/{home}/devices/{thing}/live"): {"offer": "v=0\r\n"},
    ("PUT", "/homes/{home}/picture-mail"): {"addresses": ["x@x.example"]},
    ("PATCH", "/me"): {"language": "ja"},
    ("PATCH", "/me/phones"): {"way": "mail"},
    ("PUT", "/me/phones"): {"endpoint": "https://x.example/", "p256dh": "x", "auth": "x"},
    ("PUT", "/homes/{home}/activity/preferences"): {"absence_hours": 12},
    ("PUT", "/homes/{home}/activity/site"): {"line": "internet"},
    ("POST", "/homes/{home}/security/operations"): {"action": "disarm"},
    ("PUT", "/homes/{home}/security/areas"): {"areas": []},
    ("PUT", "/homes/{home}/security/contacts"): {"contacts": []},
    ("PATCH", "/homes/{home}/security/keys/{key}"): {"told": True},
    ("POST", "/homes/{home}/security/keys"): {"name": "x", "means": "key", "secret": "K-0001"},
}
FOR_CONTRACTORS = {
    ("GET", "/homes/{home}/security/contacts"),
    ("GET", "/homes/{home}/security/keys"),
    ("GET", "/homes/{home}/picture-mail"),
    ("GET", "/homes/{home}/disclosures"),
}
QUERIES = {("GET", "/homes/{home}/devices/{thing}/motion"): "?date={day}"}


def ask(
    person: Person, route: tuple[str, str], home: str, neighbours: Neighbours, day: str
) -> tuple[int, Any]:
    """Call a route in ``home`` about what is ours."""
    method, path = route
    values = {
        "{home}": home,
        "{thing}": neighbours.camera.thing,
        "{event}": neighbours.event,
        "{id}": neighbours.event,
        "{command}": neighbours.snapshot,
        "{session}": neighbours.look,
        "{day}": day,
        "{month}": day[:7],
        "{topic}": "absence",
        "{number}": "1",
        "{key}": "k-1",
        "{phone}": "0" * 24,
    }
    path = re.sub(r"\{\w+\}", lambda m: values[m[0]], path + QUERIES.get(route, ""))
    answer = person.request(method, path, BODIES.get(route))
    kind = answer.headers.get("Content-Type", "")
    return answer.status, answer.json() if "json" in kind and answer.data else None


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_nobody_gets_in_without_login(
    cloud: LocalCloud, neighbours: Neighbours, route: tuple[str, str]
) -> None:
    nobody = Person(cloud.web_url or "")
    home, day = neighbours.ours.home, at_home.japanese_day(cloud.now())
    assert ask(nobody, route, home, neighbours, day)[0] == 401


@pytest.mark.parametrize("route", [route for route in ROUTES if "{home}" in route[1]], ids=" ".join)
def test_a_home_does_not_exist_for_strangers(
    cloud: LocalCloud, neighbours: Neighbours, route: tuple[str, str]
) -> None:
    """A stranger hears the same of our home as of one that does not exist; and through their own
    home they do not get at what is ours."""
    day = at_home.japanese_day(cloud.now())
    stranger = neighbours.theirs.contractor
    for home in (neighbours.ours.home, f"home-{secrets.token_hex(4)}"):
        status, said = ask(stranger, route, home, neighbours, day)
        assert (status, said["type"]) == (404, "urn:mimamori:problem:not-found")
    if re.sub(r"\{(day|month|topic|number|key)\}", "", route[1]).count("{") > 1:
        status, said = ask(stranger, route, neighbours.theirs.home, neighbours, day)
        assert (status, said["type"]) == (404, "urn:mimamori:problem:not-found")


def test_those_who_live_there_see_it(cloud: LocalCloud, neighbours: Neighbours) -> None:
    """The same questions, asked by the family: so the strangers' were rightly put."""
    day = at_home.japanese_day(cloud.now())
    reading = [r for r in ROUTES if r[0] == "GET" and r not in FOR_CONTRACTORS]
    reading = [r for r in reading if not r[1].startswith("/staff/")]
    answers = {
        route: ask(neighbours.ours.family, route, neighbours.ours.home, neighbours, day)[0]
        for route in reading
    }
    assert answers == dict.fromkeys(reading, 200)


def test_lists_hold_nothing_of_others(cloud: LocalCloud, neighbours: Neighbours) -> None:
    stranger, home = neighbours.theirs.family, neighbours.theirs.home
    assert [h["id"] for h in stranger.get("/me")["homes"]] == [home]
    assert [d["id"] for d in stranger.get(f"/homes/{home}/devices")["devices"]] == [
        neighbours.thief.thing
    ]
    for asked in ("", f"?device={neighbours.camera.thing}", f"?before={neighbours.event}"):
        assert stranger.get(f"/homes/{home}/events{asked}")["events"] == []


def test_what_strangers_tried_changed_nothing(cloud: LocalCloud, neighbours: Neighbours) -> None:
    (camera,) = neighbours.ours.family.get(f"/homes/{neighbours.ours.home}/devices")["devices"]
    assert (camera["id"], camera["mode"]) == (neighbours.camera.thing, "guard")
    told = [json.loads(neighbours.camera.hear(Channel.COMMAND))["id"] for _ in range(2)]
    assert told == [neighbours.snapshot, neighbours.look]
    with pytest.raises(AssertionError, match="silence"):
        neighbours.camera.hear(Channel.COMMAND, seconds=0)


def test_only_the_contractor_adds_and_removes_cameras(neighbours: Neighbours) -> None:
    devices = f"/homes/{neighbours.ours.home}/devices"
    watcher = neighbours.ours.family
    added = watcher.request("POST", devices, BODIES["POST", "/homes/{home}/devices"])
    removed = watcher.request("DELETE", f"{devices}/{neighbours.camera.thing}")
    assert [added.status, removed.status] == [403, 403]
    assert neighbours.camera.link.online


@pytest.mark.rule("DC-18")
def test_a_home_has_three_cameras_at_most(cloud: LocalCloud) -> None:
    household = at_home.move_in(cloud)
    things = [household.register()["id"] for _ in range(3)]
    body = BODIES["POST", "/homes/{home}/devices"]
    devices = f"/homes/{household.home}/devices"
    answer = household.contractor.request("POST", devices, body)
    assert (answer.status, answer.json()["rule"]) == (409, "DC-18")
    household.contractor.send("DELETE", f"{devices}/{things[0]}")
    assert household.contractor.request("POST", devices, body).status == 201

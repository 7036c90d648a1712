"""Adding, changing and removing cameras."""

import json
from datetime import timedelta

import pytest

from iot.messages.camera import CameraState, StatusReport
from lambdas.devices.api import handler
from lambdas.devices.model import Device
from lambdas.devices.store import Store
from lambdas.homes import api as homes
from lambdas.shared.aws import clients
from tests.integration.conftest import HANAKO, HOME, OTHER_HOME, TARO, Ask, Cloud
from tests.integration.samples import HOUR, NOON, SECOND

CAMERAS = f"/homes/{HOME}/devices"


def new(
    name: str = "居間", kind: str = "smart-camera", profile: str = "security"
) -> dict[str, str]:
    return {"name": name, "kind": kind, "profile": profile}


def camera(thing: str) -> Device:
    return Device(
        thing=thing,
        home=HOME,
        name=thing,
        kind="smart-camera",
        camera=CameraState(mode="guard"),
        registered_at=NOON,
        registered_by=HANAKO,
    )


def status(pictures_on_device: int = 0) -> StatusReport:
    return StatusReport(
        at=NOON,
        mode="guard",
        firmware="1.0",
        pictures_on_device=pictures_on_device,
        sd_card=False,
        waiting=0,
    )


@pytest.mark.rule("DC-16")
@pytest.mark.parametrize("kind", ["smart-camera", "phone-camera"])
def test_a_camera_is_added_without_any_line_number(cloud: Cloud, ask: Ask, kind: str) -> None:
    added = ask(handler, "POST", CAMERAS, body=new(kind=kind))
    assert added.status == 201
    assert added.body["kind"] == kind
    assert added.body["state"] == "waiting"
    assert added.body["setup_expires_at"] == "2026-11-23T03:00:00Z"
    listed = ask(handler, "GET", CAMERAS).body
    assert [one["id"] for one in listed["devices"]] == [added.body["id"]]
    assert cloud.desired(added.body["id"]) == CameraState(mode="guard", response="none")


@pytest.mark.rule("DC-30")
@pytest.mark.parametrize(
    ("profile", "mode"), [("security", "guard"), ("pet", "pet"), ("senior", "motion-only")]
)
def test_what_a_camera_is_for_decides_its_first_mode(
    cloud: Cloud, ask: Ask, profile: str, mode: str
) -> None:
    added = ask(handler, "POST", CAMERAS, body=new(profile=profile)).body
    assert added["mode"] == mode
    state = cloud.desired(added["id"])
    assert state
    assert state.mode == mode


@pytest.mark.rule("DC-18")
def test_three_cameras_a_fourth_only_after_one_is_removed(ask: Ask) -> None:
    added = [
        ask(handler, "POST", CAMERAS, body=new(str(i)), at=NOON + i * SECOND) for i in range(3)
    ]
    assert [one.status for one in added] == [201] * 3
    refused = ask(handler, "POST", CAMERAS, body=new("4"))
    assert refused.status == 409
    assert refused.body["rule"] == "DC-18"
    assert refused.body["type"] == "urn:mimamori:problem:too-many-cameras"
    assert "3台" in refused.body["detail"]

    assert ask(handler, "DELETE", f"{CAMERAS}/{added[0].body['id']}").status == 204
    assert ask(handler, "POST", CAMERAS, body=new("4"), at=NOON + HOUR).status == 201
    assert ask(handler, "POST", CAMERAS, body=new("5"), at=NOON + HOUR).status == 409
    names = [one["name"] for one in ask(handler, "GET", f"/homes/{HOME}/devices").body["devices"]]
    assert names == ["1", "2", "4"]


@pytest.mark.rule("DC-18")
def test_the_limit_is_the_homes_and_counts_its_contracts_in_force(cloud: Cloud, ask: Ask) -> None:
    first = cloud.contract("room-watch", cameras=1)
    ended = cloud.contract("room-watch", cameras=3, id="contract-0", ends=NOON)
    cloud.household(first, ended)
    assert ask(homes.handler, "GET", f"/homes/{HOME}").body["limits"]["camera"] == 1
    assert ask(handler, "POST", CAMERAS, body=new()).status == 201
    assert ask(handler, "POST", CAMERAS, body=new()).status == 409


@pytest.mark.rule("DC-18")
def test_the_last_place_goes_to_whoever_is_first(cloud: Cloud, ask: Ask) -> None:
    store = Store("devices")
    for i in range(2):
        store.register(camera(f"cam-{i}"), f"code-{i}", 3)
    # Both requests found a place; the other one is written just before this one.
    cloud.meanwhile("TransactWriteItems", lambda: store.register(camera("cam-2"), "code-2", 3))
    late = ask(handler, "POST", CAMERAS, body=new())
    assert (late.status, late.body["rule"]) == (409, "DC-18")
    assert [one.thing for one in store.devices(HOME)] == ["cam-0", "cam-1", "cam-2"]
    assert len(cloud.rows("devices", "CODE#")) == 3


@pytest.mark.rule("DC-18")
def test_two_at_the_same_moment_are_not_taken_for_too_many(cloud: Cloud, ask: Ask) -> None:
    reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}, {"Code": "None"}]
    cloud.fail(
        "TransactWriteItems", code="TransactionCanceledException", CancellationReasons=reasons
    )
    assert ask(handler, "POST", CAMERAS, body=new()).status == 201
    assert len(Store("devices").devices(HOME)) == 1


def test_a_registration_that_fails_leaves_nothing_behind(cloud: Cloud, ask: Ask) -> None:
    cloud.fail("TransactWriteItems", code="ProvisionedThroughputExceededException")
    failed = ask(handler, "POST", CAMERAS, body=new())
    assert (failed.status, failed.body["type"]) == (500, "urn:mimamori:problem:internal")
    assert cloud.rows("devices") == []
    assert cloud.desired("cam") is None


def test_the_code_that_is_shown_is_not_stored(cloud: Cloud, ask: Ask) -> None:
    code = ask(handler, "POST", CAMERAS, body=new()).body["setup_code"]
    assert code not in json.dumps(cloud.rows("devices"), default=str)
    (row,) = cloud.rows("devices", "CODE#")
    assert int(row["expires"]) == int((NOON + timedelta(days=1)).timestamp())


def test_a_change_reaches_the_camera_and_the_other_contexts(cloud: Cloud, ask: Ask) -> None:
    cloud.camera("cam-1")
    change = {"name": "台所", "mode": "pet", "response": "voice"}
    changed = ask(handler, "PATCH", f"{CAMERAS}/cam-1", body=change, person=TARO)
    assert changed.status == 200
    assert {name: changed.body[name] for name in change} == change
    device = cloud.directory.device("cam-1")
    assert device
    assert (device.name, device.settings.mode, device.settings.response) == ("台所", "pet", "voice")
    assert cloud.desired("cam-1") == CameraState(mode="pet", response="voice")


def test_what_a_change_does_not_name_stays(cloud: Cloud, ask: Ask) -> None:
    before = cloud.camera("cam-1", response="alarm")
    assert ask(handler, "PATCH", f"{CAMERAS}/cam-1", body={}).status == 200
    assert cloud.directory.device("cam-1") == before


def test_a_change_while_the_camera_reports_its_health_is_made(cloud: Cloud, ask: Ask) -> None:
    cloud.camera("cam-1")
    health = status(pictures_on_device=3)
    cloud.meanwhile("PutItem", lambda: Store("devices").report(HOME, "cam-1", health))
    changed = ask(handler, "PATCH", f"{CAMERAS}/cam-1", body={"name": "台所"})
    assert changed.status == 200
    (kept,) = Store("devices").devices(HOME)
    assert (kept.name, kept.status) == ("台所", health)


@pytest.mark.rule("DC-29")
def test_a_change_to_motion_only_that_was_half_made_is_made_by_the_next_try(
    cloud: Cloud, ask: Ask
) -> None:
    cloud.camera("cam-1")
    cloud.fail("PutItem", on=lambda params: params["TableName"] == "directory")
    change = {"mode": "motion-only"}
    assert ask(handler, "PATCH", f"{CAMERAS}/cam-1", body=change).status == 500
    assert ask(handler, "PATCH", f"{CAMERAS}/cam-1", body=change).status == 200
    device = cloud.directory.device("cam-1")
    assert device
    assert device.settings.mode == "motion-only"


def test_a_camera_that_waits_is_nothing_to_other_contexts(cloud: Cloud, ask: Ask) -> None:
    thing = ask(handler, "POST", CAMERAS, body=new()).body["id"]
    assert ask(handler, "PATCH", f"{CAMERAS}/{thing}", body={"name": "玄関"}).status == 200
    assert cloud.directory.device(thing) is None


def test_removing_cuts_the_camera_off(cloud: Cloud, ask: Ask) -> None:
    cloud.camera("cam-1")
    iot = clients.client("iot")
    iot.create_thing(thingName="cam-1")
    certificate = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_thing_principal(thingName="cam-1", principal=certificate["certificateArn"])

    assert ask(handler, "DELETE", f"{CAMERAS}/cam-1").status == 204
    described = iot.describe_certificate(certificateId=certificate["certificateId"])
    assert described["certificateDescription"]["status"] == "REVOKED"
    assert iot.list_things()["things"] == []
    assert cloud.directory.device("cam-1") is None
    assert ask(handler, "GET", f"/homes/{HOME}/devices").body["devices"] == []
    assert ask(handler, "DELETE", f"{CAMERAS}/cam-1").status == 404


@pytest.mark.parametrize("operation", ["ListThingPrincipals", "TransactWriteItems"])
def test_removing_goes_on_where_it_broke_off(cloud: Cloud, ask: Ask, operation: str) -> None:
    cloud.camera("cam-1")
    cloud.fail(operation)
    assert ask(handler, "DELETE", f"{CAMERAS}/cam-1").status == 500
    assert cloud.directory.device("cam-1") is None  # no picture of it is taken any more
    assert ask(handler, "DELETE", f"{CAMERAS}/cam-1").status == 204


def test_a_watcher_sees_and_operates_but_adds_and_removes_nothing(cloud: Cloud, ask: Ask) -> None:
    cloud.camera("cam-1")
    assert ask(homes.handler, "GET", f"/homes/{HOME}", person=TARO).body["role"] == "watcher"
    for method, path, body in (
        ("POST", CAMERAS, new()),
        ("DELETE", f"{CAMERAS}/cam-1", None),
    ):
        refused = ask(handler, method, path, body=body, person=TARO)
        assert refused.status == 403
        assert refused.body["type"] == "urn:mimamori:problem:contractor-only"
    assert cloud.directory.device("cam-1")


@pytest.mark.parametrize("name", ["", "x" * 41, "居間\nBcc: a@b.example", "   "])
def test_names_that_would_break_a_mail_are_refused(ask: Ask, name: str) -> None:
    assert ask(handler, "POST", CAMERAS, body=new(name)).status == 422


def test_a_camera_of_another_home_is_not_found(cloud: Cloud, ask: Ask) -> None:
    cloud.camera("cam-next-door", home=OTHER_HOME)
    for method, path, body in (
        ("PATCH", "", {"name": "mine"}),
        ("DELETE", "", None),
        ("POST", "/commands", {"action": "alarm"}),
    ):
        answer = ask(handler, method, f"{CAMERAS}/cam-next-door{path}", body=body)
        assert answer.status == 404
    assert cloud.directory.device("cam-next-door")
    assert cloud.told("cam-next-door") == []

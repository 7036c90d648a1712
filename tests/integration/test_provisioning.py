"""A camera with a setup code becomes a device: once, and the same one again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from iot.messages.camera import StatusReport
from lambdas.devices import api, on_provisioning, thing_gateway
from lambdas.devices.model import SETUP_CODE_VALID
from lambdas.devices.store import Conflict, Store
from lambdas.shared.aws.clients import client, table
from tests.integration.conftest import HOME, Ask, Cloud, Context
from tests.integration.samples import NOON, Sample, called_at, sample

SERIAL = "CS-QR10-D-000123"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with called_at(NOON):
        yield


def hook(code: object, serial: object = SERIAL) -> Sample:
    event = sample("provisioning_hook")
    event["parameters"] = {"SetupCode": code, "SerialNumber": serial}
    return dict(on_provisioning.handler(event, Context()))


def health(at: datetime) -> StatusReport:
    """A camera says how it is."""
    return StatusReport(
        at=at, firmware="1", waiting=0, mode="guard", pictures_on_device=0, sd_card=False
    )


def add(ask: Ask) -> tuple[str, str]:
    """A camera that waits: its name and its code."""
    body = {"name": "居間", "kind": "smart-camera", "profile": "security"}
    added = ask(api.handler, "POST", f"/homes/{HOME}/devices", body=body).body
    return added["id"], added["setup_code"]


def allowed(thing: str) -> Sample:
    return {"allowProvisioning": True, "parameterOverrides": {"ThingName": thing}}


REFUSED: Sample = {"allowProvisioning": False}


@pytest.mark.rule("DC-16")
def test_a_code_makes_a_device_of_the_home(cloud: Cloud, ask: Ask) -> None:
    thing, code = add(ask)
    assert hook(code) == allowed(thing)
    device = cloud.directory.device(thing)
    assert device
    assert (device.home, device.active, device.settings.mode) == (HOME, True, "guard")
    assert ask(api.handler, "GET", f"/homes/{HOME}/devices").body["devices"][0]["state"] == "active"


def test_a_code_is_taken_as_people_type_it(ask: Ask) -> None:
    thing, code = add(ask)
    assert hook(f" {code.lower()} ") == allowed(thing)


def test_the_same_camera_may_ask_again_another_may_not(cloud: Cloud, ask: Ask) -> None:
    thing, code = add(ask)
    assert hook(code) == hook(code) == allowed(thing)
    before = cloud.rows("devices", "HOME#")
    assert hook(code, "CS-QR10-D-999999") == REFUSED
    assert cloud.rows("devices", "HOME#") == before


def test_of_two_cameras_with_one_code_the_first_is_let_in(cloud: Cloud, ask: Ask) -> None:
    thing, code = add(ask)
    cloud.meanwhile("PutItem", lambda: hook(code, "first"))
    with pytest.raises(Conflict):  # AWS IoT takes an error for a refusal
        hook(code, "second")
    assert hook(code, "first") == allowed(thing)
    assert hook(code, "second") == REFUSED


def test_a_code_is_valid_for_a_day_to_the_second(ask: Ask) -> None:
    thing, code = add(ask)
    with called_at(NOON + SETUP_CODE_VALID):
        assert hook(code) == REFUSED
    with called_at(NOON + SETUP_CODE_VALID - timedelta(seconds=1)):
        assert hook(code) == allowed(thing)


def test_once_a_camera_reported_its_code_is_used_up(cloud: Cloud, ask: Ask) -> None:
    thing, code = add(ask)
    assert hook(code) == allowed(thing)
    Store("devices").report(HOME, thing, health(NOON))
    assert hook(code) == REFUSED


def test_what_an_earlier_answer_gave_is_worth_nothing_after_the_next(
    cloud: Cloud, ask: Ask
) -> None:
    thing, code = add(ask)
    assert hook(code) == allowed(thing)
    iot = client("iot")
    iot.create_thing(thingName=thing)
    first = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_thing_principal(thingName=thing, principal=first["certificateArn"])
    assert hook(code) == allowed(thing)
    found = iot.describe_certificate(certificateId=first["certificateId"])
    assert found["certificateDescription"]["status"] == "REVOKED"
    assert iot.list_thing_principals(thingName=thing)["principals"] == []


def test_who_guesses_is_not_listened_to_for_the_rest_of_the_day(ask: Ask) -> None:
    thing, code = add(ask)
    for _ in range(on_provisioning.MOST_WRONG):
        assert hook("AAAA-AAAA") == REFUSED
    assert hook(code) == REFUSED
    with called_at(NOON.replace(hour=0) + timedelta(days=1)):  # a day of UTC
        assert hook(code) == allowed(thing)


def test_a_thing_that_aws_detaches_late_is_deleted_later_or_left(
    cloud: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thing_gateway._delete.retry, "sleep", lambda _: None)
    for times, left in ((2, False), (100, True)):
        thing, _ = add(ask)
        client("iot").create_thing(thingName=thing)
        cloud.fail("DeleteThing", code="InvalidRequestException", times=times)
        assert ask(api.handler, "DELETE", f"/homes/{HOME}/devices/{thing}").status == 204
        known = [one["thingName"] for one in client("iot").list_things()["things"]]
        assert (thing in known) is left
        devices = ask(api.handler, "GET", f"/homes/{HOME}/devices").body["devices"]
        assert thing not in [one["id"] for one in devices]


def test_an_expired_code_is_gone(cloud: Cloud, ask: Ask) -> None:
    _, code = add(ask)
    (row,) = cloud.rows("devices", "CODE#")
    table("devices").delete_item(Key={"pk": row["pk"], "sk": row["sk"]})  # what time to live does
    assert hook(code) == REFUSED


def test_the_code_of_a_removed_camera_is_worth_nothing(cloud: Cloud, ask: Ask) -> None:
    thing, code = add(ask)
    assert ask(api.handler, "DELETE", f"/homes/{HOME}/devices/{thing}").status == 204
    assert hook(code) == REFUSED
    assert cloud.directory.device(thing) is None


@pytest.mark.parametrize(
    ("code", "serial"),
    [("AAAA-AAAA", SERIAL), ("", SERIAL), (None, SERIAL), ("x" * 10_000, SERIAL), (7, SERIAL)],
)
def test_guesses_are_refused(cloud: Cloud, code: object, serial: object) -> None:
    assert hook(code, serial) == REFUSED


def test_no_serial_no_certificate(ask: Ask) -> None:
    _, code = add(ask)
    assert hook(code, "") == REFUSED
    assert on_provisioning.handler(sample("provisioning_hook"), Context()) == REFUSED
    assert on_provisioning.handler({}, Context()) == REFUSED


def test_a_crash_before_it_is_published_is_made_good_by_the_next_try(
    cloud: Cloud, ask: Ask
) -> None:
    thing, code = add(ask)
    cloud.fail("PutItem", on=lambda params: params["TableName"] == "directory")
    with pytest.raises(Exception, match="Throttling"):
        hook(code)
    assert cloud.directory.device(thing) is None
    assert hook(code) == allowed(thing)
    assert cloud.directory.device(thing)

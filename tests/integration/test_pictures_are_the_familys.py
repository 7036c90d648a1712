"""What a camera sees is the family's: no role of staff reads it, and it is mailed to nobody but
the addresses that the customer set (AL-69)."""

from typing import Any

import pytest

from lambdas.detect import api as detect_api
from lambdas.detect.event import picture_key
from lambdas.detect.store import Pictures
from lambdas.devices import api as devices_api
from lambdas.notify import api as notify_api
from lambdas.notify import on_notice
from tests.integration.conftest import HANAKO, HOME, PICTURES, STRANGER, TARO, Ask, Cloud, Take
from tests.integration.samples import MINUTE, NOON, on_bus
from tests.integration.test_api import EVENT, THING, home
from tests.integration.test_notices import motion

__all__ = ["home"]

JPEG = b"\xff\xd8\xff a picture"

STAFF = ("[operator]", "[admin]", "[responder]", "[billing]", "[operator admin responder billing]")
SEEN = (
    (detect_api.handler, "GET", f"/homes/{HOME}/events"),
    (detect_api.handler, "GET", f"/homes/{HOME}/events/{EVENT}"),
    (detect_api.handler, "GET", f"/homes/{HOME}/pictures/{EVENT}"),
    (devices_api.handler, "GET", f"/homes/{HOME}/devices/{THING}/live"),
)


@pytest.mark.rule("AL-69")
@pytest.mark.parametrize("groups", STAFF)
def test_no_role_of_staff_reads_a_picture_or_looks_live(home: Cloud, ask: Ask, groups: str) -> None:
    assert Pictures(PICTURES).picture(HOME, EVENT)
    for handler, method, path in SEEN:
        assert ask(handler, method, path, person=STRANGER, groups=groups).status == 404, path
    own = ask(detect_api.handler, "GET", f"/homes/{HOME}/pictures/{EVENT}", person=HANAKO)
    assert own.status == 200


# To the addresses that the customer sets (アルボeye)


@pytest.fixture
def eye(cloud: Cloud) -> Cloud:
    """A home with アルボeye's features, and the picture of an event."""
    cloud.household(cloud.contract("room-watch", "picture-mail", product="albo_eye"))
    Pictures(PICTURES).keep(HOME, "event-1", JPEG)
    return cloud


def _set(ask: Ask, *addresses: str, person: str = HANAKO) -> int:
    path, body = f"/homes/{HOME}/picture-mail", {"addresses": list(addresses)}
    return ask(notify_api.handler, "PUT", path, person=person, body=body).status


def _seen(event: str = "event-1", **changes: Any) -> dict[str, Any]:
    seen = motion(event, kind="person", **changes)
    stored = picture_key(HOME, event) if seen.pictures == "cloud" else ""
    return on_bus(seen.model_copy(update={"picture": stored}))


def _pictured(cloud: Cloud) -> dict[str, bytes]:
    """Who was mailed a picture, and which."""
    found = {}
    for call in cloud.asked("SendEmail"):
        (to,) = call["Destination"]["ToAddresses"]
        for one in call["Content"]["Simple"].get("Attachments", ()):
            found[to] = one["RawContent"]
    return found


@pytest.mark.rule("AL-69")
def test_a_picture_is_mailed_to_the_addresses_that_the_customer_set_and_to_nobody_else(
    eye: Cloud, take: Take, ask: Ask
) -> None:
    assert _set(ask, "shop@example.jp", "hanako@f.example") == 200
    assert not take(on_notice.handler, _seen())
    assert _pictured(eye) == {"shop@example.jp": JPEG, "hanako@f.example": JPEG}
    assert sorted(mail.to for mail in eye.mails) == [
        "hanako@f.example", "shop@example.jp", "taro@f.example",
    ]  # fmt: skip
    with_picture = next(mail for mail in eye.mails if mail.to == "shop@example.jp")
    assert 'src="cid:picture"' in with_picture.html
    assert "添付" in with_picture.text
    assert "http" not in with_picture.text
    assert not take(on_notice.handler, _seen())  # said again
    assert len(eye.mails) == 3


@pytest.mark.rule("AL-69")
def test_without_an_address_no_picture_is_mailed_and_the_people_are_told_as_ever(
    eye: Cloud, take: Take, ask: Ask
) -> None:
    assert not take(on_notice.handler, _seen())
    assert _set(ask, "shop@example.jp") == 200
    assert _set(ask) == 200
    assert not take(on_notice.handler, _seen("event-2", at=NOON + MINUTE))
    assert _pictured(eye) == {}
    assert len(eye.mails) == 4


@pytest.mark.rule("AL-69")
def test_a_picture_that_is_not_kept_any_more_is_told_without_it(
    eye: Cloud, take: Take, ask: Ask
) -> None:
    assert _set(ask, "shop@example.jp") == 200
    assert not take(on_notice.handler, _seen("event-gone"))
    assert _pictured(eye) == {}
    told = next(mail for mail in eye.mails if mail.to == "shop@example.jp")
    assert "添付できませんでした" in told.text
    assert "cid:" not in told.html


@pytest.mark.rule("AL-69", "DC-22")
@pytest.mark.parametrize("pictures", ["on-device", "none"])
def test_a_picture_that_never_left_the_camera_is_not_mailed(
    eye: Cloud, take: Take, ask: Ask, pictures: str
) -> None:
    assert _set(ask, "shop@example.jp") == 200
    assert not take(on_notice.handler, _seen(pictures=pictures))
    assert _pictured(eye) == {}


@pytest.mark.rule("AL-69")
def test_only_the_contractor_of_such_a_home_says_to_where_pictures_go(
    eye: Cloud, take: Take, ask: Ask
) -> None:
    assert _set(ask, "thief@x.example", person=TARO) == 403
    assert _set(ask, "thief@x.example", person=STRANGER) == 404
    for groups in STAFF:
        path, body = f"/homes/{HOME}/picture-mail", {"addresses": ["x@x.example"]}
        asked = ask(notify_api.handler, "PUT", path, person="staff", body=body, groups=groups)
        assert asked.status == 404
    for wrong in ("not an address", "a@b\r\nBcc: c@d", ""):
        assert _set(ask, wrong) == 422
    assert _set(ask, *(f"{n}@x.example" for n in range(6))) == 422
    eye.household(eye.contract("room-watch"))  # another product: nothing is mailed
    assert _set(ask, "shop@example.jp") == 403

"""What a camera sees is the family's: no role of staff reads it (AL-69)."""

import pytest

from lambdas.detect import api as detect_api
from lambdas.detect.store import Pictures
from lambdas.devices import api as devices_api
from tests.integration.conftest import HANAKO, HOME, PICTURES, STRANGER, Ask, Cloud
from tests.integration.test_api import EVENT, THING, home

__all__ = ["home"]

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

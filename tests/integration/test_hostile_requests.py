"""Whatever is sent to a route, the answer is never a fault of ours.

The routes come from the routers themselves: one that is added is tried, too.
"""

import json
from typing import Any

import pytest

from lambdas.shared import settings
from lambdas.shared.aws import clients
from tests.integration.centre import CDK, ENVIRONMENT
from tests.integration.conftest import Ask, Cloud
from tests.integration.test_api import ROUTES, Handler

GROUPS = "[operator leader responder billing admin]"
"""Somebody who may everything gets past the first look at who asks."""

DEEP = "[" * 100_000

BODIES: dict[str, tuple[dict[str, str], Any]] = {
    "plain text": ({"content-type": "text/plain"}, "hello"),
    "xml": ({"content-type": "application/xml"}, "<a/>"),
    "a form": ({"content-type": "application/x-www-form-urlencoded"}, "a=1"),
    "a form in parts, without a boundary": ({"content-type": "multipart/form-data"}, "--x"),
    "a form in parts that are none": ({"content-type": "multipart/form-data; boundary=x"}, "--x--"),
    "a type that is none": ({"content-type": ";;;"}, "{}"),
    "nested too deep": ({"content-type": "application/json"}, DEEP),
    "half of JSON": ({"content-type": "application/json"}, '{"a":'),
    "a number": ({"content-type": "application/json"}, "1" * 5000),
    "not Unicode": ({"content-type": "application/json"}, b"\xff\xfe\x00"),
    "half a character": ({"content-type": "application/json"}, '{"name": "\\ud800"}'),
    "nothing": ({}, ""),
}
VALUES = {
    "too long for a key": "x" * 3000,
    "too long in bytes": "あ" * 400,
    "with a line": "a\nb",
    "with nothing in it": "%00",
    "of another path": "..%2F..%2Fsecret",
}


def named(route: tuple[Handler, str, str]) -> str:
    return f"{route[1]} {route[2]}"


WRITING = [route for route in ROUTES if route[1] != "GET"]
IN_PATHS = [route for route in ROUTES if "{" in route[2]]


class _Any(dict[str, str]):
    """A value for every place in a path."""

    def __init__(self, value: str) -> None:
        super().__init__()
        self._value = value

    def __missing__(self, key: str) -> str:
        return self._value


@pytest.fixture(autouse=True)
def _all_settings(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """What functions of dispatch and of payments are told beside what all are."""
    kms = clients.client("kms")
    of_payments = {
        "VAULT_KEY": kms.create_key()["KeyMetadata"]["Arn"],
        "FINGERPRINT_KEY": kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")[
            "KeyMetadata"
        ]["Arn"],
        "BANK_BUCKET": "bank",
        "STRIPE_PARAMETER": "/stripe",
        "CONSIGNOR": json.dumps(json.loads(CDK.read_text())["context"]["billing_consignor"]),
    }
    for name, value in {**ENVIRONMENT, **of_payments}.items():
        monkeypatch.setenv(name, value)
    where = {"LocationConstraint": "ap-northeast-1"}
    clients.client("s3").create_bucket(Bucket="bank", CreateBucketConfiguration=where)
    settings.load.cache_clear()


@pytest.mark.parametrize("route", WRITING, ids=named)
def test_no_body_is_a_fault_of_ours(ask: Ask, route: tuple[Handler, str, str]) -> None:
    handler, method, path = route
    for said, (headers, body) in BODIES.items():
        answer = ask(
            handler, method, path.format_map(_Any("x")), body=body, headers=headers, groups=GROUPS
        )
        assert answer.status < 500, (said, answer)


@pytest.mark.parametrize("route", IN_PATHS, ids=named)
def test_no_name_in_a_path_is_a_fault_of_ours(ask: Ask, route: tuple[Handler, str, str]) -> None:
    handler, method, path = route
    for said, value in VALUES.items():
        answer = ask(handler, method, path.format_map(_Any(value)), body={}, groups=GROUPS)
        assert answer.status < 500, (said, answer)

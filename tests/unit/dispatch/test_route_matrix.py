"""Travel by road: what is asked of Amazon Location, and what becomes of its answers."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from lambdas.dispatch.assignment import route_gateway
from lambdas.dispatch.assignment.route_gateway import ORIGINS, RouteGateway
from lambdas.dispatch.assignment.travel import GreatCircle, metres
from lambdas.dispatch.casework.place import Place

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOME = Place(latitude=35.68, longitude=139.76)
NEAR, FAR = Place(latitude=35.7, longitude=139.76), Place(latitude=35.9, longitude=139.76)


@pytest.fixture
def location(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """The service: checks requests against its own description, answers as told."""
    made = boto3.client(
        "geo-routes",
        region_name="ap-northeast-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    monkeypatch.setattr(route_gateway, "client", lambda _: made)
    with Stubber(made) as stub:
        yield stub
        stub.assert_no_pending_responses()


def answer(*ways: float | str) -> dict[str, Any]:
    rows = [
        [{"Distance": 0, "Duration": 0, "Error": way}]
        if isinstance(way, str)
        else [{"Distance": 1, "Duration": way}]
        for way in ways
    ]
    boundary = {"Unbounded": False}
    return {
        "ErrorCount": 0,
        "PricingBucket": "Matrix",
        "RouteMatrix": rows,
        "RoutingBoundary": boundary,
    }


def test_seconds_by_road_leaving_then(location: Stubber) -> None:
    location.add_response(
        "calculate_route_matrix",
        answer(700, 2400),
        {
            "Origins": [{"Position": [139.76, 35.7]}, {"Position": [139.76, 35.9]}],
            "Destinations": [{"Position": [139.76, 35.68]}],
            "RoutingBoundary": {
                "Geometry": {
                    "Circle": {"Center": [139.76, 35.68], "Radius": metres(FAR, HOME) + 10_000}
                }
            },
            "DepartureTime": "2026-11-22T03:00:00Z",
            "TravelMode": "Car",
        },
    )
    assert RouteGateway().seconds([NEAR, FAR], HOME, AT) == [700, 2400]


def test_many_are_asked_for_in_portions(location: Stubber) -> None:
    for count in (ORIGINS, 1):
        location.add_response("calculate_route_matrix", answer(*[900] * count))
    assert RouteGateway().seconds([NEAR] * (ORIGINS + 1), HOME, AT) == [900] * (ORIGINS + 1)


def test_no_road_is_no_way_and_no_match_an_estimate(location: Stubber) -> None:
    location.add_response("calculate_route_matrix", answer("NoRoute", "NoMatchOrigin"))
    (nowhere, guessed) = RouteGateway().seconds([NEAR, FAR], HOME, AT)
    assert nowhere == math.inf
    assert [guessed] == GreatCircle().seconds([FAR], HOME, AT)


def test_no_way_is_shorter_than_its_bound(location: Stubber) -> None:
    location.add_response("calculate_route_matrix", answer(0))
    (way,) = RouteGateway().seconds([FAR], HOME, AT)
    assert way == RouteGateway().at_least(metres(FAR, HOME)) > 0


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerException"])
def test_somebody_goes_also_when_the_service_fails(
    location: Stubber, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    location.add_client_error("calculate_route_matrix", code, expected_params=ANY_REQUEST)
    estimated = RouteGateway().seconds([NEAR, FAR], HOME, AT)
    assert estimated == GreatCircle().seconds([NEAR, FAR], HOME, AT)
    assert "travel times estimated" in caplog.text


def test_an_answer_for_fewer_is_no_answer(location: Stubber) -> None:
    location.add_response("calculate_route_matrix", answer(700))
    assert RouteGateway().seconds([NEAR, FAR], HOME, AT) == GreatCircle().seconds(
        [NEAR, FAR], HOME, AT
    )


ANY_REQUEST = {
    "Origins": ANY,
    "Destinations": ANY,
    "RoutingBoundary": ANY,
    "DepartureTime": ANY,
    "TravelMode": ANY,
}

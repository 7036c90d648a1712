"""The language of an answer, and the routes as the gateway writes them."""

import pytest

from lambdas.devices import api
from lambdas.shared.aws.http import language, routes_of


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        (None, "ja"),
        ("", "ja"),
        ("*", "ja"),
        (",;,", "ja"),
        ("ja", "ja"),
        ("JA-jp", "ja"),
        ("en", "en"),
        ("EN-gb;q=0.8", "en"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("ja,en-US;q=0.9", "ja"),
        ("fr-FR, fr;q=0.9, en;q=0.5", "en"),
        ("fr, de", "ja"),
        (" en ", "en"),
        ("de;q=1,ja;q=0.1,en;q=0.1", "ja"),
        ("e", "ja"),
        ("あ", "ja"),
    ],
)
def test_the_first_language_that_is_spoken_here_otherwise_japanese(
    accepted: str | None, spoken: str
) -> None:
    assert language(accepted) == spoken


def test_routes_are_written_as_the_gateway_writes_them() -> None:
    assert ("GET", "/homes/{home}/devices") in routes_of(api.app)
    assert all("<" not in path for _, path in routes_of(api.app))

"""Events on the bus, and the settings functions are told by."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from lambdas.shared.events import EVENTS, Event, MotionDetected, MotionEnded, Sentence, parse
from lambdas.shared.settings import Settings

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_an_event_comes_back_from_the_bus_as_it_went() -> None:
    event = MotionEnded(event="e", home="h", thing="t", at=NOW)
    body = {"detail-type": event.detail_type(), "detail": json.loads(event.model_dump_json())}
    assert parse(body) == event


def test_an_event_nobody_knows_or_that_does_not_fit_is_not_taken() -> None:
    with pytest.raises(KeyError):
        parse({"detail-type": "Nothing", "detail": {}})
    with pytest.raises(ValidationError):
        parse({"detail-type": "MotionEnded", "detail": {}})


@pytest.mark.parametrize("event", EVENTS.values())
def test_an_event_says_which_fact_and_who_speaks(event: type[Event]) -> None:
    assert event.source.startswith("mimamori.")
    assert event.model_config.get("frozen")
    # By this, taking it twice can be told from taking two.
    assert {"event", "thing", "report", "id", "case", "person", "signal"} & set(event.model_fields)


def test_a_sentence_is_japanese_unless_english_is_asked_for() -> None:
    sentence = Sentence(ja="動きました", en="It moved")
    assert [sentence.text(one) for one in ("ja", "en", "fr")] == [
        "動きました",
        "It moved",
        "動きました",
    ]


def test_an_instant_without_a_time_zone_is_none() -> None:
    with pytest.raises(ValidationError):
        MotionEnded(event="e", home="h", thing="t", at=NOW.replace(tzinfo=None))
    assert "at" in MotionDetected.model_fields


class Wanted(Settings):
    """What a function might need."""

    some_table: str
    seconds: int = 10


def test_settings_are_read_from_what_they_write(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Wanted(some_table="t", seconds=20).environment()
    assert written == {"SOME_TABLE": "t", "SECONDS": "20"}
    for name, value in written.items():
        monkeypatch.setenv(name, value)
    assert Wanted() == Wanted(some_table="t", seconds=20)  # type: ignore[call-arg]


def test_a_missing_setting_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_TABLE", raising=False)
    with pytest.raises(ValidationError):
        Wanted()  # type: ignore[call-arg]

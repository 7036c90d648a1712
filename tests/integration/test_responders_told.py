"""Those who are sent hear of an offer, a stop, a warning on their phones, their page closed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from lambdas.notify import on_followup, on_notice
from lambdas.shared.events import Notice, NoticeKind, PhonesOf
from tests.integration.centre import AOI, CALLER, KENJI, MOTHER, OPERATOR, YUI, Centre
from tests.integration.conftest import WEB, Ask, Cloud, Take
from tests.integration.samples import MINUTE, NOON, on_bus
from tests.integration.test_dispatch_incident import goes, joins, two_contracts
from tests.integration.test_patrols import away, morning, planned
from tests.integration.test_phones import left, mailed, push, subscribe  # noqa: F401
from tests.integration.test_requested import ONLINE, agreed, calls_off, security
from tests.notices import LANGUAGES
from tests.notices import mailed as written
from tests.push_service import PushDouble


def pushed(centre: Centre) -> list[tuple[str, str]]:
    """What phones were told since the last look, each once: to whom, and what."""
    centre.told()
    found = {one.id: one for one in centre.pushes}
    centre.pushes.clear()
    said = [(one.audience.person, one.kind.removeprefix("work.")) for one in found.values()]
    for one in found.values():
        for language in LANGUAGES:
            words = str(written(one, language))
            assert not [secret for secret in secrets() if secret in words], "on a locked screen"
    return said


def secrets() -> Iterator[str]:
    yield from (str(MOTHER[name]) for name in ("name", "phone", "address"))
    yield from (str(CALLER[name]) for name in ("name", "number"))
    yield "犬がいます"


@pytest.mark.rule("DL-16")
def test_an_offer_is_told_as_long_as_it_may_be_answered_and_then_the_next_is_asked(
    centre: Centre,
) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    assert pushed(centre) == [(KENJI, "offer")]
    centre.requested()  # asked again: nothing new
    assert pushed(centre) == []
    centre.flow.wait(6 * MINUTE)
    assert pushed(centre) == [(YUI, "offer")], "who was silent is not told anything"
    centre.did(f"{case}.offer-2", YUI, outcome="accepted")
    centre.arrive(case, YUI, 2)
    assert pushed(centre) == [], "nobody is told what they did themselves"


@pytest.mark.rule("DL-16")
def test_the_push_of_an_offer_ends_with_it(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.told()
    (offer,) = centre.pushes
    assert offer.until == offer.at + 5 * MINUTE
    assert (offer.values["minutes"], offer.values["task"]) == (5, f"{case}.offer-1")


@pytest.mark.rule("DL-15", "DL-34")
def test_a_second_callers_warning_and_the_residents_stop_reach_who_is_on_the_way(
    centre: Centre,
) -> None:
    two_contracts(centre)
    goes(centre)
    pushed(centre)
    joins(centre, note="犬がいます")
    assert pushed(centre) == [(KENJI, "news")]
    consent = centre.service.consents.registered("contract-1")
    assert consent
    assert centre.stop(consent.number).status == 200
    assert pushed(centre) == [(KENJI, "news")], "they are to turn back"


@pytest.mark.rule("AL-20")
def test_what_is_called_off_is_told_and_so_is_a_visit_that_is_given_to_another(
    centre: Centre,
) -> None:
    security(centre, ONLINE, KENJI, YUI)
    number = agreed(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    pushed(centre)
    assert calls_off(centre, number).status == 200
    assert pushed(centre) == [(KENJI, "stopped")]


@pytest.mark.rule("AL-84")
def test_a_round_of_visits_is_told_once(centre: Centre) -> None:
    away(centre)
    planned(centre)
    morning(centre, AOI)
    assert pushed(centre) == [(AOI, "given")]


@pytest.mark.rule("DL-16")
def test_who_is_sent_by_hand_is_told(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="declined", why="風邪")
    pushed(centre)
    centre.responders.register(
        centre.responders.get(KENJI).model_copy(update={"id": AOI, "name": "葵", "work": ()})  # type: ignore[union-attr]
    )
    said = {"outcome": "assigned", "responder": AOI}
    centre.did(f"{case}.find_help-1", OPERATOR, **said)
    assert pushed(centre) == [(AOI, "given")]


# Notify's part


def offer(**more: Any) -> Notice:
    said: dict[str, Any] = {
        "id": "HC-1/work.offer/1",
        "kind": NoticeKind("work.offer"),
        "rule": "DL-16",
        "at": NOON,
        "audience": PhonesOf(person=KENJI),
        "subject": "HC-1.1",
        "until": NOON + 5 * MINUTE,
        "urgent": True,
        "values": {"task": "HC-1.offer-1", "minutes": 5},
    }
    return Notice(**said | more)


def test_a_responders_phone_shows_it_and_its_time_limit_is_the_offers(
    cloud: Cloud,
    ask: Ask,
    take: Take,
    push: PushDouble,  # noqa: F811
) -> None:
    assert subscribe(ask, push.browser("a"), KENJI).status == 200
    assert not take(on_notice.handler, on_bus(offer()), at=NOON + MINUTE)
    (told,) = push.shown
    said = told.message["notification"]
    assert said["title"].endswith("訪問の依頼が届きました")
    assert said["body"] == "5分以内に、ページでお答えください。"
    assert said["navigate"] == f"{WEB}/#/desk/tasks/HC-1.offer-1"
    assert told.headers["Urgency"] == "high"
    assert int(told.headers["TTL"]) <= 5 * 60
    assert (left(cloud), mailed(cloud)) == ([], []), "no mail follows: there is no address"


def test_without_a_phone_or_after_its_time_nobody_is_told_and_nothing_fails(
    cloud: Cloud,
    ask: Ask,
    take: Take,
    push: PushDouble,  # noqa: F811
) -> None:
    assert not take(on_notice.handler, on_bus(offer()))
    subscribe(ask, push.browser("a"), KENJI)
    late = offer(id="HC-2/work.offer/1", at=NOON - timedelta(minutes=9), until=NOON - 4 * MINUTE)
    assert not take(on_notice.handler, on_bus(late))
    assert (push.shown, left(cloud), mailed(cloud)) == ([], [], [])


def test_a_busy_service_is_tried_again_as_long_as_the_offer_stands(
    cloud: Cloud,
    ask: Ask,
    take: Take,
    push: PushDouble,  # noqa: F811
) -> None:
    browser = push.browser("a")
    subscribe(ask, browser, KENJI)
    push.answers[browser.endpoint] = [503]
    assert not take(on_notice.handler, on_bus(offer()))
    ((seconds, again),) = left(cloud)
    assert not take(on_followup.handler, again, at=NOON + 6 * MINUTE)
    assert push.shown == [], "another is asked by then"
    assert not take(on_followup.handler, again, at=NOON + timedelta(seconds=seconds))
    assert [one.to for one in push.shown] == ["a"]

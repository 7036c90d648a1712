"""The cases of alarms (AL-01): every branch of the workflow and of the calls beside it, by what the
guarded home says, by API calls and by moves of the clock.

The last test asks whether every state was entered and every transition taken, and prints it.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas.dispatch import alarm_api, on_alarm, task_api, visit_api
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.processes.alarm.process import NUMBERS
from lambdas.dispatch.processes.sites.site import Site, Surveyed
from lambdas.shared import tables
from lambdas.shared.aws.directory import Directory
from lambdas.shared.events import (
    EVENTS,
    AlarmAnswered,
    AlarmProgress,
    AlarmRaised,
    DispatchSettled,
    MedicalRead,
)
from lambdas.shared.household import AlarmContact, AlarmFile, DispatchPrice
from lambdas.shared.secrets import hashed
from tests.integration.centre import (
    AOI,
    JPEG,
    KENJI,
    LEADER,
    OPERATOR,
    OTHER_OPERATOR,
    YUI,
    Centre,
    jst,
)
from tests.integration.conftest import HANAKO, HOME, Answer, Context
from tests.integration.interpreter import Coverage, all_of_it, definitions
from tests.integration.samples import HOUR, MINUTE, batch

CATALOGUE = Path(__file__).parents[2] / "lambdas" / "billing" / "catalogue"
MACHINE = "mimamori-alarm"
CONTRACT = "contract-al"
ONLINE = DispatchPrice(yen=3300, rule="AL-23", called_off_yen=0, called_off_rule="AL-20")
SITE = Site.model_validate(
    {
        "name": "見守",
        "address": "東京都千代田区丸の内1-1",
        "place": {"latitude": 35.681, "longitude": 139.767},
    }
)
PASSWORD = "たんぽぽの綿毛"
FILE = AlarmFile(
    home=HOME,
    version="v1",
    phone="03-0000-0001",
    password=hashed(PASSWORD),
    names=("見守 太郎",),
    contacts=(
        AlarmContact(name="見守 花子", phone="090-0000-0001", relation="長女"),
        AlarmContact(name="見守 次郎", phone="090-0000-0002", relation="次男"),
    ),
)
FOUND = {"outcome": "reported", "report": {"outcome": "nothing_wrong"}}
WRONG = {
    "outcome": "reported",
    "report": {"outcome": "abnormal", "note": "居間の窓が割れています。"},
    "photo_jpeg": JPEG,
}

WORDS = {
    kind: {"ja": ja, "en": kind}
    for kind, ja in (("intrusion", "侵入"), ("fire", "火災"), ("gas", "ガス漏れ"),
                     ("emergency", "非常"), ("duress", "脅迫"))
}  # fmt: skip

SEEN: dict[str, Coverage] = {}
"""What the tests of this module saw of the workflow."""


@pytest.fixture(autouse=True)
def seen(centre: Centre) -> Iterator[None]:
    """Keep which ways the workflows went."""
    yield
    SEEN.setdefault(MACHINE, Coverage(definitions()[MACHINE]))
    for execution in centre.flow.executions():
        SEEN[MACHINE].add(centre.flow.way(execution))


def guarded(centre: Centre, *guards: str, surveyed: bool = True, file: AlarmFile = FILE) -> None:
    """A guarded home, and guards on duty, the first named nearest."""
    contract = centre.cloud.contract("intrusion", id=CONTRACT, dispatch=ONLINE)
    centre.cloud.household(contract)
    Directory("directory").publish_alarm_file(file)
    if surveyed:
        known = Surveyed(site=SITE, by=OPERATOR, at=centre.flow.now)
        centre.service.sites.keep(HOME, known)
    centre.on_duty(*guards)
    for one in guards:
        centre.responders.register(
            centre.responders.get(one).model_copy(update={"skills": frozenset({"guard"})})  # type: ignore[union-attr]
        )


def signal(centre: Centre, id: str = "s-1", **more: Any) -> AlarmRaised:
    about: dict[str, Any] = {
        "signal": id,
        "contract": CONTRACT,
        "product": "home_security_online",
        "home": HOME,
        "area": "home",
        "area_name": "住居",
        "sensor": "居間の窓",
        "kind": "intrusion",
        "what": WORDS[more.get("kind", "intrusion")],
        "mode": "away-company",
        "sold": True,
        "at": centre.flow.now,
        "received_at": centre.flow.now,
        "file": "v1",
    }
    return AlarmRaised.model_validate({**about, **more})


def hear(centre: Centre, *said: AlarmRaised | MedicalRead) -> list[dict[str, str]]:
    """The centre hears of alarms; the messages that were not taken."""
    envelopes = [
        {"detail-type": one.detail_type(), "detail": one.model_dump(mode="json")} for one in said
    ]
    answer = on_alarm.handler(batch(*envelopes, at=centre.flow.now), Context())
    centre.flow.settle()
    return list(answer["batchItemFailures"])


def raised(centre: Centre, id: str = "s-1", **more: Any) -> str:
    """An alarm; the number of its case."""
    assert hear(centre, signal(centre, id, **more)) == []
    number = centre.service.store.case_of_reference(id)
    assert number
    return number


def published(centre: Centre, kind: type[Any]) -> list[Any]:
    entries = [entry for call in centre.cloud.asked("PutEvents") for entry in call["Entries"]]
    said = [EVENTS[one["DetailType"]].model_validate_json(one["Detail"]) for one in entries]
    return [one for one in said if isinstance(one, kind)]


def charges(centre: Centre) -> list[tuple[str, str, bool, bool]]:
    """What billing was told, each only once: case, cause, called off, a mistake."""
    found = published(centre, DispatchSettled)
    return list(dict.fromkeys((o.case, o.cause, o.called_off, o.mistake) for o in found))


def phones(centre: Centre, number: str, person: str = OPERATOR, **said: Any) -> Answer:
    """Somebody phones and says that it was a mistake."""
    path = f"/dispatch/alarms/{number}/mistake"
    return centre.ask(alarm_api.handler, "POST", path, person, said)


def went(centre: Centre, number: str, who: str = KENJI, offer: int = 1) -> None:
    centre.did(f"{number}.offer-{offer}", who, outcome="accepted")
    centre.arrive(number, who, offer)


# --- S-7


@pytest.mark.rule("S-7", "AL-01", "AL-12", "AL-19", "AL-20", "AL-22")
@pytest.mark.parametrize("said", [{"password": PASSWORD}, {"who": "見守太郎"}])
def test_a_mistake_said_at_the_call_cancels_the_dispatch_at_0_yen(
    centre: Centre, said: dict[str, str]
) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    assert number.startswith("AL-20261201-")
    assert centre.todo(number) == ["confirm-1", "offer-1"], "both at once"
    script = centre.ask_task(f"{number}.confirm-1")["script"]
    assert "03-0000-0001" in script
    assert "0120-86-3659" in script
    assert "侵入の信号" in script
    centre.did(f"{number}.confirm-1", outcome="mistake", **said)
    assert centre.end_of(number) == "誤報取消"
    assert centre.engaged() == {}
    assert centre.told() == ["alarm.mistake"]
    assert charges(centre) == [(number, "sensor", True, True)]
    assert centre.todo(number) == []
    kept = centre.case(number).tasks["confirm-1"]
    assert "password" not in kept.answer
    assert PASSWORD not in "".join(f.model_dump_json() for f in centre.case(number).facts)


@pytest.mark.rule("S-7", "AL-01", "AL-12", "AL-14", "AL-22", "AL-54")
def test_burglar_at_three_and_nobody_answers(centre: Centre) -> None:
    centre.flow.until(jst("2026-12-02T03:00"))
    guarded(centre, KENJI)
    number = raised(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.did(f"{number}.confirm-1", outcome="no_answer")
    assert centre.todo(number) == ["contact-1", "visit-1"], "called beside the drive"
    assert "見守 花子様（長女）090-0000-0001" in centre.ask_task(f"{number}.contact-1")["script"]
    centre.did(f"{number}.contact-1", outcome="no_answer")
    assert "090-0000-0002" in centre.ask_task(f"{number}.contact-2")["script"]
    centre.did(f"{number}.contact-2", outcome="no_answer")
    assert centre.todo(number) == ["nobody_reached-1", "visit-1"]
    assert (
        centre.answer(f"{number}.nobody_reached-1", OPERATOR, outcome="done", said="x").status
        == 404
    )
    centre.did(f"{number}.nobody_reached-1", LEADER, outcome="done", said="到着を待つ")
    centre.arrive(number, KENJI)
    centre.did(f"{number}.visit-1", KENJI, **WRONG)
    assert centre.todo(number) == ["authority-1", "tell-1"]
    assert "居間の窓が割れています。" in centre.ask_task(f"{number}.authority-1")["script"]
    centre.did(f"{number}.authority-1", outcome="called_110", said="パトカーが来る")
    assert centre.told() == ["alarm.abnormal"]
    centre.did(f"{number}.tell-1", outcome="told", number="090")
    assert centre.end_of(number) == "異常あり"
    assert charges(centre) == [(number, "sensor", False, False)]
    stages = ["alarm_raised", "offered", "contact_called", "site_reported", "authority_called"]
    assert [one for one in dict.fromkeys(centre.events(number)) if one in stages] == stages
    shown = centre.ask(visit_api.handler, "GET", f"/homes/{HOME}/visits/{number}", HANAKO)
    assert (shown.status, shown.body["result"]) == (200, "abnormal")


@pytest.mark.rule("S-7", "AL-22")
def test_no_answer_a_guard_a_report_0_yen(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    went(centre, number)
    centre.flow.wait(2 * MINUTE)
    assert centre.case(number).state.confirmed.outcome == "overdue"
    assert "staff_breach" in centre.told()
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    assert centre.told() == ["alarm.result"]
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "異常なし"
    assert charges(centre) == [(number, "sensor", False, False)]


# --- the calls


@pytest.mark.rule("AL-19", "AL-54")
def test_the_ladder_goes_on_by_itself_to_the_second(centre: Centre) -> None:
    guarded(centre, KENJI)
    begun = centre.flow.now
    number = raised(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.flow.until(begun + 7 * MINUTE)
    at = {
        one.event if one.event != "contact_called" else f"contact-{one.contact}": one.on - begun  # type: ignore[attr-defined]
        for one in centre.case(number).facts
        if one.event in ("confirmed", "contact_called")  # type: ignore[attr-defined]
    }
    assert at == {"confirmed": 2 * MINUTE, "contact-1": 4 * MINUTE, "contact-2": 6 * MINUTE}
    assert "nobody_reached-1" in centre.todo(number)


@pytest.mark.rule("AL-54")
def test_who_was_reached_ends_the_ladder(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.did(f"{number}.confirm-1", outcome="no_answer")
    centre.did(f"{number}.contact-1", outcome="reached", said="すぐ帰ります")
    centre.flow.wait(10 * MINUTE)
    assert centre.todo(number) == ["visit-1"]


@pytest.mark.rule("AL-01", "AL-19")
def test_somebody_at_home_says_that_it_is_real(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    centre.did(f"{number}.confirm-1", outcome="abnormal", said="音がする")
    assert centre.todo(number) == ["authority-1", "contact-1", "offer-1"]
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    news = centre.ask_task(f"{number}.visit-1", KENJI)["news"]
    assert [one["text"] for one in news] == ["お宅への電話: 異常ありとのこと 音がする"]
    assert centre.answer(f"{number}.authority-1", outcome="not_needed").status == 422


@pytest.mark.rule("AL-20")
def test_who_cannot_say_who_they_are_cancels_nothing(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    for said in ({"password": "ちがう"}, {"who": "知らない人"}):
        refused = centre.answer(f"{number}.confirm-1", outcome="mistake", **said)
        assert (refused.status, refused.body["rule"]) == (422, "AL-20")
        assert phones(centre, number, **said).status == 422
    assert centre.answer(f"{number}.confirm-1", outcome="mistake").status == 422
    assert centre.todo(number) == ["confirm-1", "offer-1"]


@pytest.mark.rule("AL-20", "S-7")
def test_a_mistake_told_later_calls_the_guard_back_and_twice_is_no_harm(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.did(f"{number}.confirm-1", outcome="no_answer")
    assert phones(centre, number, who="見守 太郎", said="鍵を忘れた").status == 200
    assert phones(centre, number, OTHER_OPERATOR, who="見守 太郎").status == 200
    assert centre.engaged() == {}, "the guard is free at once"
    assert centre.todo(number) == ["turn_back-1"]
    assert "kenjiさん" in centre.ask_task(f"{number}.turn_back-1")["script"]
    centre.flow.wait(6 * MINUTE)
    assert "staff_breach" in centre.told()
    centre.did(f"{number}.turn_back-1", outcome="turned_back")
    assert centre.end_of(number) == "誤報取消"
    assert charges(centre) == [(number, "sensor", True, True)]
    assert phones(centre, "HC-20261201-0001", who="見守 太郎").status == 404
    assert phones(centre, number, HANAKO, who="見守 太郎").status == 403


@pytest.mark.rule("AL-20")
def test_a_mistake_while_the_guard_is_at_the_door_is_news_and_the_guard_reports(
    centre: Centre,
) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    went(centre, number)
    centre.did(f"{number}.confirm-1", outcome="mistake", who="見守 太郎")
    assert centre.todo(number) == ["visit-1"]
    assert phones(centre, number, who="見守 太郎").status == 200, "it is known already"
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    centre.did(f"{number}.tell-1", outcome="told")
    assert charges(centre) == [(number, "sensor", False, True)]


# --- who goes


@pytest.mark.rule("AL-12", "AL-13")
def test_the_guard_is_silent_and_the_second_goes(centre: Centre) -> None:
    guarded(centre, KENJI, YUI)
    centre.on_duty(AOI)  # nearest, and no guard
    number = raised(centre)
    assert centre.engaged() == {KENJI: number}
    centre.flow.wait(MINUTE)
    assert centre.engaged() == {YUI: number}
    centre.did(f"{number}.offer-2", YUI, outcome="accepted")
    assert "visit-2" in centre.todo(number)


@pytest.mark.rule("AL-12")
def test_all_guards_are_busy_and_the_alarm_waits_for_the_first_who_is_free(
    centre: Centre,
) -> None:
    guarded(centre)
    number = raised(centre)
    assert "find_help-1" in centre.todo(number)
    guarded(centre, KENJI)
    assert centre.service.alarms.serve_waiting(KENJI, centre.flow.now) == number
    centre.flow.settle()
    assert centre.engaged() == {KENJI: number}


@pytest.mark.rule("A-09", "AL-12")
@pytest.mark.parametrize("joins", [False, True])
def test_who_comes_free_goes_to_the_fire_and_not_to_what_waits_longer(
    centre: Centre, joins: bool
) -> None:
    guarded(centre)
    first = raised(centre, "s-1")
    centre.flow.wait(timedelta(minutes=2))
    fire = raised(centre, "s-2", area="shop", kind="intrusion" if joins else "fire")
    if joins:
        assert hear(centre, signal(centre, "s-3", area="shop", kind="fire")) == []
    guarded(centre, KENJI)
    assert centre.service.alarms.serve_waiting(KENJI, centre.flow.now) == fire
    centre.flow.settle()
    assert centre.engaged() == {KENJI: fire}
    assert "find_help-1" in centre.todo(first)


def test_nobody_can_go_at_all(centre: Centre) -> None:
    guarded(centre)
    number = raised(centre)
    centre.did(f"{number}.find_help-1", outcome="give_up", why="大雪")
    assert centre.told()[-1] == "alarm.impossible"
    centre.did(f"{number}.tell-1", outcome="not_reached")
    assert centre.end_of(number) == "伺えず"
    assert charges(centre) == []


LATE = timedelta(minutes=50)
"""After this the report of a guard who set out at once is overdue, and the desk asks."""


def gone_and_silent(centre: Centre) -> str:
    """A guard set out and does not report: the desk is to ask."""
    guarded(centre, KENJI, YUI)
    number = raised(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.flow.wait(LATE)
    centre.still_here()
    assert "chase-1" in centre.todo(number)
    return number


def test_a_guard_who_does_not_report_is_asked_and_another_goes(centre: Centre) -> None:
    number = gone_and_silent(centre)
    centre.did(f"{number}.chase-1", outcome="reassign")
    assert centre.engaged() == {YUI: number}
    centre.did(f"{number}.offer-2", YUI, outcome="declined", why="事故")
    centre.flow.wait(4 * MINUTE)
    assert "find_help-1" in centre.todo(number)
    centre.did(f"{number}.find_help-1", LEADER, outcome="assigned", responder=YUI)
    centre.did(f"{number}.visit-3", YUI, outcome="cannot", why="パンク")
    assert "find_help-2" in centre.todo(number)


def test_nobody_asks_where_the_guard_is_and_the_guard_reports_at_last(centre: Centre) -> None:
    number = gone_and_silent(centre)
    centre.flow.wait(6 * MINUTE)
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    assert "tell-1" in centre.todo(number)


def test_the_guard_reports_while_the_desk_asks(centre: Centre) -> None:
    number = gone_and_silent(centre)
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    assert centre.todo(number) == ["tell-1"]


def test_the_desk_gives_up_a_guard_who_is_lost(centre: Centre) -> None:
    number = gone_and_silent(centre)
    centre.did(f"{number}.chase-1", outcome="give_up", why="連絡がつかない")
    assert centre.told()[-1] == "alarm.impossible"
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    assert centre.told()[-1] == "alarm.result", "a late report is true all the same"


@pytest.mark.rule("AL-20")
@pytest.mark.parametrize("when", ["gate", "choose", "find_help", "chase"])
def test_a_mistake_told_at_any_moment_ends_it(centre: Centre, when: str) -> None:
    def tells() -> None:
        known = centre.service.store.case_of_reference("s-1")
        assert known
        assert phones(centre, known, who="見守 太郎").status == 200

    if when == "chase":
        number = gone_and_silent(centre)
        tells()
        centre.did(f"{number}.turn_back-1", outcome="too_late")
    else:
        guarded(centre, *([KENJI] if when != "find_help" else []))
        if when == "find_help":
            number = raised(centre)
            tells()
        else:
            actor = Actor(centre.flow.now, OPERATOR, "phone")
            cases = centre.service.alarms

            def early() -> None:
                known = centre.service.store.case_of_reference("s-1")
                assert known
                cases.mistake(known, "", "見守 太郎", "", actor)

            centre.flow.meanwhile(when, early)
            number = raised(centre)
    assert centre.end_of(number) == "誤報取消"
    assert centre.engaged() == {}


# --- what is no ordinary alarm


@pytest.mark.rule("AL-03", "A-09")
def test_fire_without_the_option_is_told_to_the_centre_and_nobody_is_sent(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre, kind="fire", sold=False, sensor="台所の煙")
    assert centre.todo(number) == ["inform-1"]
    assert centre.engaged() == {}
    script = centre.ask_task(f"{number}.inform-1")["script"]
    assert "火災の信号" in script
    assert "ご契約に含まれていません" in script
    centre.flow.wait(4 * MINUTE)
    centre.did(f"{number}.inform-1", outcome="informed", said="料理の煙")
    assert centre.end_of(number) == "連絡のみ"
    assert centre.told()[-1] == "alarm.informed"
    assert charges(centre) == []


def test_what_is_bought_joins_what_is_not_and_somebody_goes(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre, kind="gas", sold=False)
    assert raised(centre, "s-2") == number
    assert centre.todo(number) == ["confirm-1", "offer-1"]


def test_a_mistake_is_told_of_what_nobody_is_sent_for(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre, kind="gas", sold=False)
    assert phones(centre, number, password=PASSWORD).status == 200
    assert centre.end_of(number) == "誤報取消"
    assert charges(centre) == []


def test_where_nobody_knows_where_the_home_is_the_centre_is_told(centre: Centre) -> None:
    guarded(centre, KENJI, surveyed=False)
    number = raised(centre)
    assert centre.todo(number) == ["inform-1"]
    assert "場所が登録されていません" in centre.ask_task(f"{number}.inform-1")["script"]
    path = f"/dispatch/cases/{number}/emergency"
    assert centre.post(path, body={"authority": "119", "said": "煙"}).status == 200
    assert "信号で、緊急の事態" in centre.ask_task(f"{number}.emergency-1")["script"]


@pytest.mark.rule("AL-01", "AL-06")
def test_duress_is_silent_and_110_is_called(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre, kind="duress", sensor="")
    assert centre.todo(number) == ["authority-1", "offer-1"], "the home is not called"
    assert "けっして電話しないでください" in centre.ask_task(f"{number}.authority-1")["script"]
    centre.did(f"{number}.authority-1", outcome="called_110")
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.flow.wait(10 * MINUTE)
    assert centre.todo(number) == ["visit-1"]
    assert centre.told() == [], "and nobody at the home is mailed"
    path = f"/dispatch/cases/{number}/emergency"
    call = {"authority": "110", "said": "人質になっているようです"}
    assert centre.post(path, body=call).status == 200
    assert centre.todo(number) == ["emergency_lead-1", "visit-1"], "nobody is phoned either"
    assert centre.told() == ["staff_breach"]
    centre.flow.wait(10 * MINUTE)
    centre.audit()
    assert set(centre.told()) <= {"staff_breach"}


@pytest.mark.rule("AL-25", "AL-18", "AL-04")
def test_self_mode_opens_no_case_but_for_the_button(centre: Centre) -> None:
    guarded(centre, KENJI)
    assert hear(centre, signal(centre, mode="away-self")) == []
    assert hear(centre, signal(centre, "s-2", mode="home-self", kind="fire")) == []
    assert list(centre.service.store.open_cases()) == []
    raised(centre, "s-3", mode="home-self", kind="emergency", sensor="非常ボタン")
    raised(centre, "s-4", mode="off", kind="emergency", area="shop")
    assert len(centre.service.store.open_cases()) == 2


@pytest.mark.rule("AL-01")
def test_two_sensors_are_one_incident_and_fire_comes_first(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    assert raised(centre, "s-2", sensor="廊下の人感") == number
    assert raised(centre, "s-2", sensor="廊下の人感") == number, "told twice"
    other = raised(centre, "s-3", area="shop", area_name="店舗")
    assert other != number, "another area"
    desk = [one.case for one, _ in centre.service.store.desk(["operator-tokyo"], 10)]
    assert desk[0] == number
    assert raised(centre, "s-4", area="shop", kind="fire", sensor="煙") == other
    desk = [one.case for one, _ in centre.service.store.desk(["operator-tokyo"], 10)]
    assert desk[0] == other, "fire before intrusion"
    assert "火災の信号" in centre.ask_task(f"{other}.confirm-1")["script"]
    assert centre.events(number).count("signal_joined") == 1


@pytest.mark.rule("G-08", "AL-01")
def test_an_alarm_told_thrice_and_after_its_end_is_one_case(centre: Centre) -> None:
    guarded(centre, KENJI)
    said = signal(centre)
    for _ in range(3):
        assert hear(centre, said) == []
    number = centre.service.store.case_of_reference("s-1")
    assert number
    centre.did(f"{number}.confirm-1", outcome="mistake", password=PASSWORD)
    assert hear(centre, said) == []
    assert centre.service.store.open_cases() == []
    assert raised(centre, "s-2") != number, "a new incident"


def test_a_new_alarm_while_the_last_one_is_still_told_is_a_case_of_its_own(
    centre: Centre,
) -> None:
    guarded(centre, KENJI, YUI)
    number = raised(centre)
    went(centre, number)
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    other = raised(centre, "s-2")
    assert other != number
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "異常なし"
    assert raised(centre, "s-3") == other


def test_an_emergency_at_the_door_stays_with_the_guard_and_lets_the_file_be_read(
    centre: Centre,
) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    assert [one.rescue for one in published(centre, AlarmProgress)][-1] is False
    went(centre, number)
    call = {"authority": "119", "said": "人が倒れています"}
    path = f"/dispatch/tasks/{number}.visit-1/emergency"
    assert centre.ask(task_api.handler, "POST", path, KENJI, call).status == 200
    assert [one.rescue for one in published(centre, AlarmProgress)][-1] is True
    assert centre.told() == ["staff_breach", "alarm.emergency_now"]
    assert "信号で、緊急の事態" in centre.ask_task(f"{number}.emergency-1")["script"]
    assert centre.service.store.desk(["operator-tokyo"], 1)[0][0].kind == "emergency"
    said = MedicalRead(case=number, home=HOME, by=OPERATOR, at=centre.flow.now)
    assert hear(centre, said, said) == []
    assert centre.events(number).count("medical_read") == 1
    centre.did(f"{number}.visit-1", KENJI, outcome="cannot", why="救急隊に引き継いだ")
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "緊急の対応"
    progress = published(centre, AlarmProgress)
    assert (progress[-1].open, progress[-1].result) == (False, "emergency")
    assert progress[-1].version == max(one.version for one in progress)


def test_a_home_that_cannot_be_looked_at_is_told(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    went(centre, number)
    report = {"outcome": "not_reached", "note": "門が閉まっています"}
    centre.did(f"{number}.visit-1", KENJI, outcome="reported", report=report)
    centre.flow.wait(HOUR)
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "確認できず"


# --- nothing ends in silence


@pytest.mark.rule("AL-01")
def test_two_signals_of_the_same_moment_are_one_case(centre: Centre) -> None:
    guarded(centre, KENJI)
    other = signal(centre, "s-2", sensor="廊下の人感")

    def meanwhile() -> None:
        envelope = {"detail-type": other.detail_type(), "detail": other.model_dump(mode="json")}
        answer = on_alarm.handler(batch(envelope, at=centre.flow.now), Context())
        assert answer == {"batchItemFailures": []}

    centre.cloud.meanwhile("TransactWriteItems", meanwhile)
    number = raised(centre)
    assert centre.service.store.case_of_reference("s-2") == number
    assert len(centre.service.store.open_cases()) == 1
    assert {one.id for one in centre.case(number).state.signals} == {"s-1", "s-2"}


@pytest.mark.rule("AL-20")
def test_that_somebody_disarmed_waits_for_the_case_and_not_for_ever(centre: Centre) -> None:
    guarded(centre, KENJI)
    about: dict[str, Any] = {"home": HOME, "how": "aborted", "who": "父", "means": "暗証番号#1"}
    answered = AlarmAnswered(signal="s-1", at=centre.flow.now, **about)
    envelope = {"detail-type": "AlarmAnswered", "detail": answered.model_dump(mode="json")}

    def delivered(times: int) -> int:
        sent = batch(envelope, at=centre.flow.now, delivery=times)
        return len(on_alarm.handler(sent, Context())["batchItemFailures"])

    assert delivered(1) == 1
    number = raised(centre)
    assert (delivered(2), delivered(3)) == (0, 0)
    assert centre.events(number).count("panel_answered") == 1
    assert centre.events(number).count("cancelled") == 0, "the centre hears it on the telephone"
    news = centre.ask_task(f"{number}.confirm-1")["news"]
    assert news[0]["text"] == "コントローラーで解除されました（父 暗証番号#1）"
    envelope["detail"] = {**envelope["detail"], "signal": "of-a-self-monitored-home"}  # type: ignore[dict-item]
    assert (delivered(3), delivered(4)) == (1, 0)


def test_an_alarm_of_a_home_that_nobody_knows_stays_in_the_queue(centre: Centre) -> None:
    guarded(centre, KENJI)
    assert len(hear(centre, signal(centre, home="home-unknown"))) == 1


@pytest.mark.parametrize("killed", ["TransactWriteItems", "StartExecution", "PutEvents"])
def test_whoever_opens_the_case_dies_at_any_point_and_the_next_delivery_goes_on(
    centre: Centre, killed: str
) -> None:
    guarded(centre, KENJI)
    centre.cloud.fail(killed)
    assert len(hear(centre, signal(centre))) == 1
    number = raised(centre)
    assert centre.todo(number) == ["confirm-1", "offer-1"]
    assert len(centre.service.store.open_cases()) == 1


def test_the_workflow_is_lost_and_the_calls_go_on_and_the_audit_starts_it_anew(
    centre: Centre,
) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    centre.flow.stop(centre.case(number).execution)
    centre.flow.wait(5 * MINUTE)
    assert "contact-2" in centre.todo(number)
    centre.did(f"{number}.contact-2", outcome="reached")
    centre.flow.wait(15 * MINUTE)
    centre.still_here()
    centre.audit()
    assert "restarted" in centre.events(number)
    assert number in centre.engaged().values()


@pytest.mark.rule("AL-21")
def test_numbers_for_mistakes_are_those_of_the_catalogue() -> None:
    sold = tables.read(CATALOGUE / "home_security_online.yaml")
    (version,) = sold["versions"]
    assert version["common"]["contacts"]["mistake"]["numbers"] == NUMBERS


def test_every_state_and_transition_was_seen(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    all_of_it(request, capsys, SEEN, MACHINE)

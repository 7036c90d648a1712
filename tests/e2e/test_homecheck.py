"""Consents and home checks on the running system, by API calls and moves of the clock alone.

Every story has a family and responders of its own; all of them live through the same December
(tests/e2e/homecheck.py).
"""

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest

from iot import kinds, topics
from iot.agent.device.identity import Identity
from iot.messages.phone import PositionReport
from iot.topics import Channel
from local.homecheck import ABSENT, AT_HOME, Responder, north
from tests.e2e.billing import cloud_at, quarter_hours
from tests.e2e.homecheck import (
    SIGNATURE_PNG,
    Lives,
    Story,
    Town,
    at,
    events,
    japan,
    lived,
    refused,
    wanted,
)
from tests.e2e.household import Wild, dead_letters, wait_until
from tools import responder_phone

HOME_PHONE = {"number": "03-0000-0000"}
CONTRACTOR_PHONE = {"number": "090-0000-0000"}
ASKED = "佐藤 トメ様に承諾のお電話をいたします"
GRANTED = "在宅確認登録完了のお知らせ"
UNCONFIRMED = "佐藤 トメ様のご承諾を確認できませんでした"
ABSENT_MAIL = "ご在宅を確認できませんでした"


@pytest.fixture(scope="module")
def lives(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lives]:
    with cloud_at("2026-12-01T10:00", tmp_path_factory.mktemp("homecheck")) as cloud:
        town = Town(cloud)
        told = Lives(town)
        told.live(wanted(request))
        yield told


# --- consent ---------------------------------------------------------------------------------


@pytest.mark.rule("DL-07", "DL-08", "DL-10", "DL-11", "DL-32")
@lived
def test_consent_at_the_first_call(town: Town) -> Story:
    family, operator = town.family(), town.operator
    case = family.registers()
    assert family.sees()["state"] == "pending"
    assert at(family.sees()["first_call_by"]) == japan("12-05 00:00")
    assert "佐藤 トメ様のお宅でしょうか" in operator.task("first_call", case)["script"]
    early = operator.takes_request(family.home)
    assert [one["rule"] for one in operator.case(early)["refusals"]] == ["DL-32"]
    operator.answers("refusal", early, "told")
    yield "12-03 15:30"
    granted = operator.answers(
        "first_call", case, "granted", said="はい、お願いします。", **HOME_PHONE
    )
    (call,) = (moment for moment in granted["timeline"] if moment["event"] == "called")
    assert (call["who"], call["means"], call["rule"]) == (operator.subject, "desk", "DL-08")
    assert call["details"]["number"] == HOME_PHONE["number"]
    assert call["details"]["said"] == "はい、お願いします。"
    assert at(call["at"]) - japan("12-03 15:30") < timedelta(minutes=20)
    assert family.sees()["state"] == "granted"
    assert town.execution(case)["name"] == case
    assert town.execution(case)["status"] == "SUCCEEDED"
    assert family.subjects() == [ASKED, "ご依頼をお受けできませんでした", GRANTED]
    assert "室内への立ち入り" in family.mails()[-1]  # what was consented to (DL-14)
    visit = operator.takes_request(family.home)  # from this instant on
    assert operator.case(visit)["refusals"] == []
    assert visit != early


@pytest.mark.slow
@pytest.mark.rule("DL-13", "DL-32")
@lived
def test_consent_refused(town: Town) -> Story:
    family, operator = town.family(), town.operator
    case = family.registers()
    yield "12-02 11:00"
    operator.answers("first_call", case, "refused", said="結構です。", **HOME_PHONE)
    assert family.sees()["state"] == "refused"
    assert operator.tasks(case) == []
    visit = operator.takes_request(family.home)
    assert [one["rule"] for one in operator.case(visit)["refusals"]] == ["DL-32"]
    operator.answers("refusal", visit, "told", reason="ご承諾がないことをお伝えした。")
    assert operator.case(visit)["result"] == "refused"
    assert operator.case(visit)["state"] == "closed"
    assert town.execution(visit)["status"] == "SUCCEEDED"
    assert family.subjects() == [
        *(ASKED, "佐藤 トメ様のご承諾をいただけませんでした", "ご依頼をお受けできませんでした")
    ]
    assert "ご承諾をいただいていません" in family.mails()[-1]


@pytest.mark.slow
@pytest.mark.rule("DL-09", "DL-12", "A-06", "A-07")
@lived
def test_never_reached(town: Town) -> Story:
    """Nobody answers the first call, and nobody is called a second time: told on the last day."""
    family, operator = town.family(), town.operator
    case = family.registers()
    yield "12-04 19:00"
    operator.answers("first_call", case, "no_answer", **HOME_PHONE)
    second = operator.task("second_call", case)
    # The first call was on day 3: the second not on the same day.
    assert (at(second["since"]), at(second["due"])) == (japan("12-05 00:00"), japan("12-09 00:00"))
    status, problem = operator.tries(second["id"], "no_answer", **HOME_PHONE)
    assert (status, problem["rule"]) == (422, "DL-09")
    yield "12-06 21:00"
    status, problem = operator.tries(second["id"], "no_answer", **HOME_PHONE)
    assert (status, problem["rule"]) == (422, "A-06")
    yield "12-08 23:55"
    assert family.sees()["state"] == "pending"
    yield "12-09 00:05"
    assert family.subjects() == [ASKED, UNCONFIRMED]
    assert len(town.staff_mails(case)) == 1
    assert family.sees()["state"] == "unconfirmed"
    closed = operator.case(case)
    assert events(closed)[-3:] == ["call_overdue", "lapsed", "closed"]
    (lapsed,) = (moment for moment in closed["timeline"] if moment["event"] == "lapsed")
    assert at(lapsed["at"]) - japan("12-09 00:00") < timedelta(minutes=1)
    assert town.execution(case)["status"] == "SUCCEEDED"
    again = family.registers()  # closed: may be registered again
    assert again != case
    assert family.sees()["state"] == "pending"


@pytest.mark.slow
@pytest.mark.rule("DL-12")
@lived
def test_not_reached_at_the_second_call(town: Town) -> Story:
    family, operator = town.family(), town.operator
    case = family.registers()
    yield "12-02 12:00"
    operator.answers("first_call", case, "no_answer", **HOME_PHONE)
    assert at(operator.task("second_call", case)["since"]) == japan("12-04 00:00")
    yield "12-04 09:00"
    operator.answers("second_call", case, "no_answer", **HOME_PHONE)
    assert family.sees()["state"] == "unconfirmed"
    assert family.subjects() == [ASKED, UNCONFIRMED]
    assert events(operator.case(case)) == ["registered", "called", "called", "closed"]


@pytest.mark.slow
@pytest.mark.rule("DL-08", "A-06")
@lived
def test_the_first_call_is_late(town: Town) -> Story:
    family, operator = town.family(), town.operator
    case = family.registers()
    yield "12-05 09:30"
    late = operator.task("first_call", case)  # it is still to be made
    assert at(late["due"]) == japan("12-09 00:00")
    assert "call_overdue" in events(operator.case(case))
    assert town.staff_mails(case) == [f"【みまもり】期限超過: {case}"]
    assert family.sees()["state"] == "pending"
    yield "12-06 10:00"
    operator.answers("first_call", case, "no_answer", **HOME_PHONE)
    assert at(operator.task("second_call", case)["since"]) == japan("12-07 00:00")
    yield "12-07 09:00"
    operator.answers("second_call", case, "granted", **HOME_PHONE)
    assert family.sees()["state"] == "granted"


@pytest.mark.slow
@pytest.mark.rule("DL-05", "DL-06", "A-05")
@lived
def test_somebody_else_instead(town: Town) -> Story:
    family, operator = town.family(), town.operator
    path = f"/homes/{family.home}/home-check"
    cousin = family.wanted("いとこ", "cousin")
    assert "DL-06" in refused(lambda: family.page.send("POST", path, cousin))
    first = family.registers("佐藤 トメ")
    assert "DL-05" in refused(lambda: family.registers("佐藤 ウメ"))
    yield "12-02 10:00"
    operator.answers("first_call", first, "granted", **HOME_PHONE)
    second = family.registers("佐藤 ウメ", method="PUT")
    assert operator.case(first)["state"] == "replaced"
    assert (family.sees()["state"], family.sees()["target"]) == ("pending", "佐藤 ウメ")
    visit = operator.takes_request(family.home)
    assert [one["rule"] for one in operator.case(visit)["refusals"]] == ["DL-32"]
    # Replaced again, while the consent of the second is being asked for.
    third = family.registers("佐藤 マツ", method="PUT")
    assert operator.tasks(second) == []
    assert operator.case(second)["state"] == "replaced"
    assert town.execution(second)["status"] == "SUCCEEDED"
    operator.answers("first_call", third, "granted", **HOME_PHONE)
    assert family.sees()["state"] == "granted"
    assert [subject for subject in family.subjects() if "終了" in subject] == [
        *("佐藤 トメ様の登録を終了しました", "佐藤 ウメ様の登録を終了しました")
    ]


# --- S-6 ---------------------------------------------------------------------------------------


@pytest.mark.rule("S-6", "DL-09", "DL-10", "DL-11", "DL-15", "DL-16", "DL-17", "DL-19", "DL-20")
@pytest.mark.rule("DC-32", "DC-34", "G-07", "A-40")
@lived
def test_s6_from_the_registration_to_the_report(town: Town) -> Story:
    family, operator = town.family(), town.operator
    case = family.registers()
    yield "12-03 11:00"
    operator.answers("first_call", case, "no_answer", **HOME_PHONE)
    yield "12-05 11:20"
    operator.answers("second_call", case, "granted", said="はい。", **HOME_PHONE)
    assert family.sees()["state"] == "granted"
    assert family.subjects() == [ASKED, GRANTED]

    yield "12-20 06:50"
    near = town.responder("近いが対応中", north(family.place, 3))
    free = town.responder("空いている", north(family.place, 7))
    yield "12-20 07:00"
    near.begins_duty(north(family.place, 3), busy_until=town.cloud.now() + timedelta(minutes=40))
    free.begins_duty(north(family.place, 7))
    visit = operator.takes_request(family.home)
    asked = operator.case(visit)
    assert visit.startswith("HC-20261220-")
    assert (asked["state"], asked["responder"]) == ("offered", "空いている")
    assert near.tasks() == []
    free.answers("offer", visit, "accepted")
    assert family.sees(visit)["state"] == "on_the_way"
    yield "12-20 07:22"
    free.arrives(visit)
    assert family.sees(visit)["state"] == "at_the_door"
    status, _ = free.tries(
        free.task("visit", visit)["id"], "reported", report=ABSENT | {"memo_left": False}
    )
    assert status == 422
    free.answers("visit", visit, "reported", report=ABSENT)
    assert free.me()["case"] is None
    told = operator.task("tell", visit)
    assert "ご在宅を確認できませんでした。" in told["script"]
    assert operator.case(visit)["open"]  # until the contractor was told (DC-34)
    assert family.subjects() == [ASKED, GRANTED, ABSENT_MAIL]
    assert "安否を確認するものではありません" in family.mails()[-1]
    operator.answers("tell", visit, "told", **CONTRACTOR_PHONE)

    ended = operator.case(visit)
    assert (ended["state"], ended["result"], ended["open"]) == ("closed", "absent", False)
    assert events(ended) == [
        *("requested", "offered", "accepted", "arrived", "visited"),
        *("mailed", "contractor_told", "closed"),
    ]
    assert all(moment["rule"] and moment["who"] for moment in ended["timeline"])
    assert ended["checks"] == {
        "インターホン": "NG",
        "電気メーター": "OK",
        "部屋の明かり": "確認不能",
        "郵便受け": "OK",
    }
    assert town.execution(visit)["name"] == visit
    assert town.execution(visit)["status"] == "SUCCEEDED"
    assert ended["execution"] in ended["console"]
    seen = family.sees(visit)
    assert seen["said"] == "ご在宅を確認できませんでした。"
    assert "mailed" not in events(seen)
    export = operator.page.request("GET", f"/dispatch/cases/{visit}/export")
    assert export.data.decode("utf-8-sig").count("\r\n") == 1 + len(ended["timeline"])


# --- the visit ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.rule("DL-18", "DL-20", "DL-21", "DC-33")
@lived
def test_at_home_with_a_signature(town: Town) -> Story:
    family = yield from town.consented()
    operator = town.operator
    going = town.responder("高橋", family.place)
    yield "12-20 09:00"
    going.begins_duty(north(family.place, 2))
    visit = operator.takes_request(family.home)
    going.answers("offer", visit, "accepted")
    yield "12-20 09:10"
    going.arrives(visit)
    task = going.task("visit", visit)["id"]
    for wrong in (
        {"report": AT_HOME},  # no signature
        {"report": AT_HOME | {"copy_given": False}, "signature_png": SIGNATURE_PNG},
        {"report": AT_HOME | {"entered": True}, "signature_png": SIGNATURE_PNG},
        {"report": AT_HOME, "signature_png": base64.b64encode(b"GIF89a").decode()},
    ):
        assert going.tries(task, "reported", **wrong)[0] == 422, wrong
    going.answers("visit", visit, "reported", report=AT_HOME, signature_png=SIGNATURE_PNG)
    operator.answers("tell", visit, "not_reached", **CONTRACTOR_PHONE)
    seen = family.sees(visit)
    assert (seen["result"], seen["said"]) == ("at_home", "ご在宅を確認しました。")
    assert seen["images"] == ["signature"]
    assert family.subjects()[2:] == ["ご在宅を確認しました"]
    path = f"/cases/{visit}/images/signature"
    assert family.page.request("GET", f"/homes/{family.home}{path}").data == base64.b64decode(
        SIGNATURE_PNG
    )
    assert operator.page.request("GET", f"/dispatch{path}").status == 200
    assert going.page.request("GET", f"/dispatch{path}").status == 403
    stranger = town.family()
    for home in (family.home, stranger.home):
        assert stranger.page.request("GET", f"/homes/{home}{path}").status == 404


@pytest.mark.rule("DL-16")
@lived
def test_the_first_is_silent_the_second_accepts(town: Town) -> Story:
    family = yield from town.consented()
    operator = town.operator
    first, second = (town.responder(f"{n}番", family.place) for n in (1, 2))
    yield "12-20 09:00"
    first.begins_duty(north(family.place, 2))
    second.begins_duty(north(family.place, 9))
    visit = operator.takes_request(family.home)
    offer = first.task("offer", visit)["id"]
    assert second.tasks() == []
    yield "12-20 09:08"
    assert first.tasks() == []
    assert first.me()["case"] is None
    status, problem = first.tries(offer, "accepted")  # late
    assert (status, problem["type"].rpartition(":")[2]) == (409, "task-overdue")
    second.answers("offer", visit, "accepted")
    again = operator.case(visit)["tasks"]
    second.page.send("POST", f"/dispatch/tasks/{visit}.offer-2/answer", {"outcome": "accepted"})
    assert operator.case(visit)["tasks"] == again  # the same answer twice is no harm
    assert second.tries(f"{visit}.offer-2", "declined")[0] == 409
    second.answers("visit", visit, "reported", report=ABSENT)
    operator.answers("tell", visit, "told", **CONTRACTOR_PHONE)
    ended = [
        m["details"]["outcome"]
        for m in operator.case(visit)["timeline"]
        if m["event"] == "offer_ended"
    ]
    assert ended == ["silent"]
    assert operator.case(visit)["result"] == "absent"


@pytest.mark.rule("DL-16")
@lived
def test_nobody_answers_and_somebody_is_sent_by_hand(town: Town) -> Story:
    family = yield from town.consented()
    operator = town.operator
    silent, off_duty = (town.responder(name, family.place) for name in ("返事なし", "非番"))
    yield "12-20 09:00"
    silent.begins_duty(family.place)
    visit = operator.takes_request(family.home)
    yield "12-20 09:08"
    assert operator.case(visit)["state"] == "nobody"
    operator.answers("find_help", visit, "assigned", responder=off_duty.subject)
    assert off_duty.me()["case"] == visit
    off_duty.answers("visit", visit, "reported", report=ABSENT)
    operator.answers("tell", visit, "told", **CONTRACTOR_PHONE)
    assert operator.case(visit)["result"] == "absent"
    assert (silent.me()["case"], off_duty.me()["case"]) == (None, None)


@pytest.mark.slow
@pytest.mark.rule("DL-16", "DL-20")
@lived
def test_nobody_answers_and_it_is_given_up(town: Town) -> Story:
    family = yield from town.consented()
    operator, leader = town.operator, town.leader
    yield "12-20 09:00"
    visit = operator.takes_request(family.home)
    operator.task("find_help", visit)
    yield "12-20 09:13"  # ten minutes later it is the leader's
    assert operator.tasks(visit) == []
    assert "help_overdue" in events(operator.case(visit))
    leader.answers("find_help", visit, "retry")
    assert [task["kind"] for task in operator.tasks(visit)] == ["find_help"]
    operator.answers("find_help", visit, "give_up", why="大雪のため伺えません。")
    operator.answers("tell", visit, "told", **CONTRACTOR_PHONE)
    ended = operator.case(visit)
    assert (ended["result"], ended["said"]) == ("impossible", "お伺いできませんでした。")
    assert town.execution(visit)["status"] == "FAILED", "red in the console"
    assert family.subjects()[2:] == ["お伺いできませんでした"]
    assert town.staff_mails(visit) == [f"【みまもり】期限超過: {visit}"]


@pytest.mark.slow
@pytest.mark.rule("DL-16", "DL-20")
@lived
def test_nobody_does_anything_and_it_ends_all_the_same(town: Town) -> Story:
    """No responder, no operator, no leader: the search ends, and staff is reminded day by day."""
    family = yield from town.consented()
    operator = town.operator
    yield "12-20 09:00"
    visit = operator.takes_request(family.home)
    yield "12-20 10:30"
    case = operator.case(visit)
    assert events(case).count("help_overdue") == 3
    assert (case["result"], case["state"]) == ("impossible", "to_be_told")
    yield "12-22 12:00"
    case = operator.case(visit)
    assert events(case).count("task_overdue") == 4  # help, and the call: an hour, a day, a day
    operator.answers("tell", visit, "told", **CONTRACTOR_PHONE)
    assert operator.case(visit)["state"] == "closed"


@pytest.mark.slow
@pytest.mark.rule("DL-20")
@lived
def test_no_report_comes(town: Town) -> Story:
    family = yield from town.consented()
    operator = town.operator
    lost, other = (town.responder(name, family.place) for name in ("音信不通", "別の人"))
    yield "12-20 09:00"
    lost.begins_duty(family.place)
    visit = operator.takes_request(family.home)
    lost.answers("offer", visit, "accepted")
    yield "12-20 10:05"
    assert "visit_overdue" in events(operator.case(visit))
    operator.answers("chase", visit, "wait", minutes=20)
    yield "12-20 10:30"
    other.begins_duty(family.place)
    operator.answers("chase", visit, "reassign", why="車が故障した。")
    assert lost.me()["case"] is None
    other.answers("offer", visit, "accepted")
    other.answers("visit", visit, "cannot", why="道が通れない。")
    assert operator.case(visit)["state"] == "nobody"  # both were asked in this round
    operator.answers("find_help", visit, "retry")
    operator.page.send(
        "POST", f"/dispatch/cases/{visit}/cancellation", {"reason": "連絡がついた。"}
    )
    assert operator.case(visit)["result"] == "cancelled"
    assert other.me()["case"] is None


@pytest.mark.rule("AL-12", "DL-16")
@lived
def test_positions_over_mqtt_decide_who_goes(town: Town) -> Story:
    family = yield from town.consented()
    cloud, operator = town.cloud, town.operator
    left, came = (town.responder(name, north(family.place, 5)) for name in ("離れた", "近づいた"))
    yield "12-20 09:00"
    left.begins_duty(north(family.place, 5))
    came.begins_duty(north(family.place, 20))
    with Wild(cloud, _phone(town, came)) as phone:
        wait_until(lambda: phone.connected)
        here = PositionReport(**north(family.place, 1).model_dump(), at=cloud.now())
        topic = topics.ingest(kinds.responder_thing(came.subject), Channel.POSITION)
        phone.publish(topic, here.model_dump_json().encode())
        wait_until(
            lambda: came.me()["place"] == north(family.place, 1).model_dump(), "the position"
        )
    visit = operator.takes_request(family.home)
    assert operator.case(visit)["responder"] == "近づいた"
    came.answers("offer", visit, "declined")
    assert operator.case(visit)["responder"] == "離れた"


def _phone(town: Town, who: Responder) -> Identity:
    folder = town.cloud.ca_file.parent / who.subject
    responder_phone.issue(town.cloud.client("iot"), who.subject, folder)
    thing = kinds.responder_thing(who.subject)
    return Identity(thing, folder / "certificate.pem", folder / "private.key")


# --- stop, refusals, exceptions, frequent users --------------------------------------------------


@pytest.mark.slow
@pytest.mark.rule("DL-33", "DL-34")
@lived
def test_stopped_before_anybody_is_on_the_way(town: Town) -> Story:
    family = yield from town.consented()
    operator = town.operator
    asked = town.responder("伊藤", family.place)
    yield "12-20 09:00"
    asked.begins_duty(family.place)
    visit = operator.takes_request(family.home)
    offer = asked.task("offer", visit)["id"]
    operator.stops(family.registration)
    assert family.sees()["state"] == "stopped"
    assert (operator.case(visit)["state"], operator.case(visit)["result"]) == (
        "closed",
        "cancelled",
    )
    assert asked.tasks() == []
    assert asked.tries(offer, "accepted")[0] == 409
    assert asked.me()["case"] is None
    assert town.execution(visit)["status"] == "SUCCEEDED"
    assert sorted(family.subjects()[2:]) == [
        "在宅確認を中止しました",
        "在宅確認サポートを停止しました",
    ]
    after = operator.takes_request(family.home)
    assert [one["rule"] for one in operator.case(after)["refusals"]] == ["DL-33"]
    operator.stops(family.registration)  # again: nothing more
    assert events(operator.case(family.registration)).count("stopped") == 1


@pytest.mark.rule("DL-34")
@lived
def test_stopped_when_somebody_is_on_the_way(town: Town) -> Story:
    family = yield from town.consented()
    operator = town.operator
    going = town.responder("渡辺", family.place)
    yield "12-20 09:00"
    going.begins_duty(family.place)
    visit = operator.takes_request(family.home)
    going.answers("offer", visit, "accepted")
    operator.stops(family.registration)
    assert family.sees()["state"] == "stopped"
    assert operator.case(visit)["state"] == "on_the_way"  # it was dispatched: somebody phones
    assert town.staff_mails(visit) == [f"【みまもり】担当者に電話してください: {visit}"]
    operator.answers("recall", visit, "turned_back")
    assert operator.case(visit)["result"] == "cancelled"
    assert going.me()["case"] is None


@pytest.mark.slow
@pytest.mark.rule("DL-01", "DL-22", "DL-23", "DL-28", "DL-29", "DL-30", "DL-31", "DC-04")
@lived
def test_each_refused_by_its_rule(town: Town) -> Story:
    family = yield from town.consented()
    operator = town.operator

    def rules(home: str, **more: object) -> list[str]:
        case = operator.takes_request(home, **more)  # type: ignore[arg-type]
        found = operator.case(case)
        assert found["state"] == "refusable"
        assert found["refusals"][0]["why"] in operator.task("refusal", case)["script"]
        operator.answers("refusal", case, "told")
        assert operator.case(case)["result"] == "refused"
        return [one["rule"] for one in found["refusals"]]

    assert rules(family.home, name="隣の田中", relation="neighbour") == ["DL-30"]
    assert rules(family.home, wishes=["presence", "unlock"]) == ["DL-28"]
    assert rules(family.home, wishes=["presence", "beyond_door"]) == ["DL-29"]
    assert rules(family.home, wishes=["enter"], relation="cousin") == ["DL-23", "DL-30"]
    assert rules(family.home, wishes=["recurring"]) == ["DL-22"]
    unregistered = town.family()
    assert rules(unregistered.home) == ["DL-31"]
    only_camera = town.family(features=frozenset({"room-watch"}))
    assert rules(only_camera.home) == ["DL-01", "DL-31"]


@pytest.mark.slow
@pytest.mark.rule("DL-35")
@lived
def test_an_operator_makes_an_exception(town: Town) -> Story:
    family = yield from town.consented()
    operator = town.operator
    going = town.responder("山本", family.place)
    nobody = operator.takes_request(town.family().home)
    task = operator.task("refusal", nobody)["id"]
    assert operator.tries(task, "override", reason="お願いします。")[1]["rule"] == "DL-31"
    operator.answers("refusal", nobody, "told")
    yield "12-20 09:00"
    going.begins_duty(family.place)
    visit = operator.takes_request(family.home, name="隣の田中", relation="neighbour")
    task = operator.task("refusal", visit)["id"]
    assert operator.tries(task, "override")[0] == 422  # no reason
    operator.answers("refusal", visit, "override", reason="ご本人の携帯電話が故障中。")
    (made,) = (m for m in operator.case(visit)["timeline"] if m["event"] == "overridden")
    assert (made["who"], made["rule"], made["details"]["of"]) == (
        operator.subject,
        "DL-35",
        ["DL-30"],
    )
    going.answers("offer", visit, "accepted")
    going.answers("visit", visit, "reported", report=ABSENT)
    operator.answers("tell", visit, "told", **CONTRACTOR_PHONE)
    assert operator.case(visit)["result"] == "absent"


@pytest.mark.slow
@pytest.mark.rule("DL-03", "DL-26", "DL-27", "A-08")
@lived
def test_a_frequent_user_is_reached_by_phone(town: Town) -> Story:
    family = yield from town.consented()
    operator = town.operator
    near = town.responder("小林", family.place)
    path = f"/dispatch/contracts/{family.contract}/frequency"
    yield "12-20 09:00"
    near.begins_duty(family.place)
    for _ in range(3):
        visit = operator.takes_request(family.home)
        assert operator.case(visit)["state"] == "offered"  # no flag: straight away (DL-27)
        operator.page.send(
            "POST", f"/dispatch/cases/{visit}/cancellation", {"reason": "帰宅した。"}
        )
        town.cloud.settle()
    assert operator.page.get(path)["remarkable"]
    until = (town.cloud.now() + timedelta(days=30)).isoformat()
    operator.page.send("PUT", path, {"until": until, "reason": "月に何度もご利用のため。"})
    visit = operator.takes_request(family.home)
    assert operator.case(visit)["state"] == "phoning"
    operator.answers("phone_first", visit, "answered", **HOME_PHONE)
    assert "お電話でご在宅を確認しました。" in operator.task("tell", visit)["script"]
    operator.answers("tell", visit, "told", **CONTRACTOR_PHONE)
    ended = operator.case(visit)
    assert (ended["result"], ended["said"]) == ("by_phone", "お電話でご在宅を確認しました。")
    assert "offered" not in events(ended)
    assert family.subjects()[-1] == "お電話でご在宅を確認しました"
    visit = operator.takes_request(family.home)
    operator.answers("phone_first", visit, "no_answer", **HOME_PHONE)
    assert operator.case(visit)["responder"] == "小林"


# --- what may happen at the door, and who else asks ----------------------------------------------


@pytest.mark.rule("DL-20", "G-07")
@lived
def test_an_emergency_is_told_at_once_and_its_tasks_have_a_clock(town: Town) -> Story:
    """Staff is reminded three minutes later, whenever the audit comes, and the visit goes on."""
    family = yield from town.consented()
    operator, leader = town.operator, town.leader
    goes = town.responder("長谷川", family.place)
    yield "12-24 10:00"
    goes.begins_duty(family.place)
    visit = operator.takes_request(family.home)
    goes.answers("offer", visit, "accepted")
    goes.arrives(visit)
    goes.in_need(visit, "倒れている人が窓から見えます")
    assert family.subjects()[-1] == "【緊急】佐藤 トメ様のお宅"
    assert {task["kind"] for task in operator.tasks(visit)} == {"emergency"}
    mails = len(town.staff_mails(visit))
    yield "12-24 10:02"
    assert len(town.staff_mails(visit)) == mails
    yield "12-24 10:04"
    assert len(town.staff_mails(visit)) == mails + 2, "operator's task and leader's"
    assert events(operator.case(visit)).count("task_overdue") == 2
    assert "救急車を呼んでおります" in operator.task("emergency", visit)["script"]
    operator.answers("emergency", visit, "told", **CONTRACTOR_PHONE)
    leader.answers("emergency_lead", visit, "done")
    yield "12-24 10:30"
    assert events(operator.case(visit)).count("task_overdue") == 2, "no clock is left"
    goes.answers("visit", visit, "cannot", why="救急隊に引き継ぎました")
    operator.answers("tell", visit, "told", **CONTRACTOR_PHONE)
    ended = operator.case(visit)
    assert (ended["result"], events(ended).count("offered")) == ("emergency", 1)


@pytest.mark.rule("DL-05", "DL-15", "DL-16")
@lived
def test_two_contracts_of_one_mother_send_one_responder(town: Town) -> Story:
    family = yield from town.consented()
    other = town.family(number=family.number)
    consent = other.registers()
    yield "12-03 10:00"
    town.operator.answers("first_call", consent, "granted", **HOME_PHONE)
    goes, stays = (town.responder(name, family.place) for name in ("西", "東"))
    yield "12-24 13:00"
    goes.begins_duty(family.place)
    visit = town.operator.takes_request(family.home)
    goes.answers("offer", visit, "accepted")
    stays.begins_duty(family.place)
    note = "犬がいます"
    asked = {"caller": {"name": "佐藤 次郎", "relation": "child"}, "home": other.home, "note": note}
    answer = town.operator.page.request("POST", "/dispatch/cases", asked)
    assert answer.status == 409
    assert visit in answer.json()["detail"]
    assert stays.tasks() == [], "nobody else is sent"
    task = goes.task("visit", visit)
    assert note in task["script"]
    assert note in task["news"][-1]["text"]
    assert note in town.operator.task("pass_on", visit)["script"]
    town.operator.answers("pass_on", visit, "told")
    goes.answers("visit", visit, "reported", report=ABSENT)
    town.operator.answers("tell", visit, "told", **CONTRACTOR_PHONE)
    assert family.subjects()[-1] == other.subjects()[-1] == ABSENT_MAIL
    assert other.sees(visit)["result"] == "absent"


@pytest.mark.slow
@pytest.mark.rule("DL-10", "DL-13", "DL-32")
@lived
def test_a_consent_of_somebody_else_is_taken_back_and_nobody_is_pestered(town: Town) -> Story:
    family, operator = town.family(), town.operator
    case = family.registers()
    operator.answers("first_call", case, "granted", **HOME_PHONE)
    wrong = {"reason": "隣の方のお電話でした"}
    operator.page.send("POST", f"/dispatch/cases/{case}/correction", wrong)
    assert family.sees()["state"] == "pending"
    assert family.subjects()[-1] == "【訂正】佐藤 トメ様のご承諾について"
    visit = operator.takes_request(family.home)
    assert [one["rule"] for one in operator.case(visit)["refusals"]] == ["DL-32"]
    operator.answers("first_call", case, "refused", **HOME_PHONE)
    again = family.registers()
    id = operator.task("first_call", again)["id"]
    assert operator.tries(id, "refused", **HOME_PHONE)[0] == 422, "not twice on one day"
    yield "12-02 10:00"
    operator.answers("first_call", again, "refused", **HOME_PHONE)
    assert family.sees()["state"] == "refused"


# --- the audit -----------------------------------------------------------------------------------


@pytest.mark.rule("DL-20")
@lived
def test_the_audit_brings_what_was_broken_to_its_end(town: Town) -> Story:
    family = yield from town.consented()
    broken = yield from town.consented()
    cloud, operator, states = town.cloud, town.operator, town.cloud.client("stepfunctions")
    going, other = (town.responder("佐々木", one.place) for one in (family, broken))
    yield "12-23 10:00"
    quarter_hours(cloud, on=True)
    going.begins_duty(family.place)
    other.begins_duty(broken.place)

    # Killed when the case was stored, and its workflow not begun.
    with town.forbidden("staff_api", "states:StartExecution"):
        assert "500" in refused(lambda: operator.takes_request(family.home))
    running = operator.page.get("/dispatch/cases")
    (visit,) = (case["case"] for case in running if case["home"] == family.home)
    assert operator.case(visit)["execution"] == ""
    # Somebody deletes the execution of a case that waits.
    lost = operator.takes_request(broken.home)
    offer = other.task("offer", lost)["id"]
    states.stop_execution(executionArn=operator.case(lost)["execution"])
    yield "12-23 10:18"
    assert town.execution(visit)["status"] == "RUNNING"
    going.answers("offer", visit, "accepted")
    assert town.execution(lost)["name"] == f"{lost}-again-1"
    assert "restarted" in events(operator.case(lost))
    # The offer's time was up while nothing ran; nobody was asked twice.
    assert other.tries(offer, "accepted")[0] == 409
    operator.answers("find_help", lost, "assigned", responder=other.subject)

    yield "12-23 10:33"
    # Killed when an answer was stored, and the workflow not told.
    with town.forbidden("task_api", "states:SendTaskSuccess"):
        for who, case in ((going, visit), (other, lost)):
            who.answers("visit", case, "reported", report=ABSENT)
            assert operator.tasks(case) == []
            assert town.execution(case)["status"] == "RUNNING"
    yield "12-23 10:48"
    for case in (visit, lost):
        operator.answers("tell", case, "told", **CONTRACTOR_PHONE)
        ended = operator.case(case)
        assert (ended["state"], ended["result"]) == ("closed", "absent")
        assert town.execution(case)["status"] == "SUCCEEDED"
        assert events(ended).count("visited") == 1
    assert family.subjects()[2:] == broken.subjects()[2:] == [ABSENT_MAIL]
    assert any("点検で見つかった事案" in subject for subject in town.staff_mails(lost))
    quarter_hours(cloud, on=False)
    cloud.settle()


# --- nothing is left over ------------------------------------------------------------------------


def test_nothing_ends_in_a_dead_letter_queue(lives: Lives) -> None:
    assert dead_letters(lives.town.cloud) == {}
    states = lives.town.cloud.client("stepfunctions")
    for machine in ("ConsentMachine", "HomeCheckMachine"):
        arn = lives.town.cloud.outputs[f"MimamoriDispatch.{machine}"]
        failed = states.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"]
        why = [states.describe_execution(executionArn=one["executionArn"]) for one in failed]
        assert {one.get("error") for one in why} <= {"伺えず"}, why

"""What breaks while cases run: none is lost, none is stuck, nobody is visited twice."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.dispatch import api, staff_api, task_api
from lambdas.dispatch.assignment.assignment_service import AssignmentService
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.audit_service import Unaudited
from lambdas.dispatch.casework.case_service import CaseService
from lambdas.dispatch.casework.case_store import CaseStore
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.processes.consent.consent_service import ConsentService
from lambdas.shared.aws import clients
from tests.dispatch import facts
from tests.dispatch import tasks as t
from tests.integration.centre import (
    ABSENT,
    AT_HOME,
    CALLER,
    KENJI,
    LEADER,
    MOTHER,
    OPERATOR,
    OTHER_OPERATOR,
    YUI,
    Centre,
    jst,
)
from tests.integration.conftest import HANAKO, HOME, Answer
from tests.integration.samples import DAY, HOUR, MINUTE


class Killed(BaseException):
    """The function's process is gone: nothing catches this."""


@pytest.fixture(autouse=True)
def whole(centre: Centre) -> Iterator[None]:
    """After each test: nobody was visited twice, nobody is bound to a case they do not go to, no
    workflow failed, and whoever ends their case is free."""
    yield
    rows = centre.cloud.rows("dispatch", "CASE#")
    for number in {row["pk"].removeprefix("CASE#") for row in rows}:
        case = centre.case(number)
        if case.execution:
            failed = case.kind == "visit" and case.state.result == "impossible"
            ends = {"RUNNING", "FAILED" if failed else "SUCCEEDED"}
            assert centre.flow.status(case.execution) in ends
        if case.kind == "visit":
            assert sum(fact.event == "visited" for fact in case.facts) <= 1
            live = [offer.responder for offer in case.state.offers if offer.live]
            bound = [one.id for one in centre.responders.on_duty() if number in one.cases]
            assert bound == live


def slug(answer: Answer) -> str:
    return str(answer.body["type"]).rpartition(":")[2]


def on_the_way(centre: Centre) -> str:
    """Kenji goes."""
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    return case


def to_the_end(centre: Centre, case: str) -> None:
    """The rest of a visit that goes on as if nothing had been."""
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "在宅を確認できず"
    assert centre.told().count("visit_result") == 1


# --- tokens


def test_the_workflow_is_not_told_of_an_answer_and_the_audit_tells_it(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.cloud.fail("SendTaskSuccess", times=1)
    done = centre.answer(f"{case}.visit-1", KENJI, **ABSENT)
    assert done.status == 200, "it is stored: that is what counts"
    assert centre.todo(case) == []
    centre.flow.wait(5 * MINUTE)
    assert centre.audit() == {"not_told": 1}
    assert centre.todo(case) == ["tell-1"]
    assert "staff_audit" in centre.told()


def test_whoever_answers_again_tells_it_too(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.cloud.fail("SendTaskSuccess", times=1)
    centre.answer(f"{case}.visit-1", KENJI, **ABSENT)
    assert centre.answer(f"{case}.visit-1", KENJI, **ABSENT).status == 200
    assert centre.todo(case) == ["tell-1"]
    centre.flow.wait(5 * MINUTE)
    assert centre.audit() == {}


def test_a_token_is_lost_and_the_deadline_goes_on_from_what_is_known(centre: Centre) -> None:
    """The workflow knows nothing of the answer; when its time is up it asks the facts."""
    case = on_the_way(centre)
    lost = {"code": "TaskDoesNotExist"}
    centre.cloud.fail("SendTaskSuccess", **lost)
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    assert centre.todo(case) == []
    centre.flow.wait(2 * HOUR)
    assert centre.todo(case) == ["tell-1"]
    assert "visit_overdue" not in centre.events(case)
    assert centre.events(case).count("visited") == 1


@pytest.mark.parametrize("step", ["offer", "choose", "overdue", "mail_result", "close"])
def test_the_store_is_down_for_a_while(centre: Centre, step: str) -> None:
    """Each step is tried again, under a token that works."""
    down = ClientError({"Error": {"Code": "InternalServerError", "Message": "!"}}, "Query")
    centre.consented()
    centre.on_duty(KENJI, YUI)
    centre.flow.fail(step, *[down] * 7)
    case = centre.requested()
    if step == "overdue":
        centre.flow.wait(5 * MINUTE)
        assert centre.todo(case) == ["offer-2"]
        return
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    to_the_end(centre, case)


def test_the_database_itself_refuses_while_a_task_opens(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    centre.flow.meanwhile(
        "offer",
        lambda: centre.cloud.fail("TransactWriteItems", times=2, code="InternalServerError"),
    )
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    to_the_end(centre, case)


# --- answers


def test_the_same_answer_again_is_no_harm_and_another_is_told_who_was_first(
    centre: Centre,
) -> None:
    centre.register()
    case = centre.last()
    task = f"{case}.first_call-1"
    centre.did(task, outcome="no_answer", number="03")
    before = centre.events(case)
    assert centre.answer(task, outcome="no_answer", number="03").status == 200
    other = centre.answer(task, OTHER_OPERATOR, outcome="granted", number="03")
    assert (other.status, slug(other)) == (409, "task-answered")
    assert OPERATOR in other.body["detail"]
    assert "2026-12-01 10:00" in other.body["detail"]
    mine = centre.answer(task, outcome="granted", number="03")
    assert mine.status == 409, "another answer of the same person, too"
    assert centre.events(case) == before


def test_two_operators_answer_at_the_same_moment_and_one_wins(centre: Centre) -> None:
    centre.register()
    case = centre.last()

    def other() -> None:
        said = {"outcome": "refused", "number": "03", "said": "結構です"}
        answer = centre._ask(
            task_api.handler,
            "POST",
            f"/dispatch/tasks/{case}.first_call-1/answer",
            body=said,
            person=OTHER_OPERATOR,
            at=centre.flow.now,
            groups="[operator]",
        )
        assert answer.status == 200

    centre.cloud.meanwhile("TransactWriteItems", other)
    late = centre.answer(f"{case}.first_call-1", outcome="granted", number="03")
    assert (late.status, slug(late)) == (409, "task-answered")
    assert OTHER_OPERATOR in late.body["detail"]
    assert centre.case(case).state.status == "refused"


def test_an_offer_is_accepted_after_it_was_withdrawn(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    centre.flow.wait(5 * MINUTE)
    late = centre.answer(f"{case}.offer-1", KENJI, outcome="accepted")
    assert (late.status, slug(late)) == (409, "task-overdue")
    assert "10:05" in late.body["detail"]
    assert centre.engaged() == {YUI: case}


def test_an_offer_is_accepted_in_the_moment_it_ends(centre: Centre) -> None:
    """Accepted between the deadline and the step that withdraws it: in time, and they go."""
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()

    def just_now() -> None:
        accept = t.OfferAnswer(outcome="accepted")
        actor = Actor(centre.flow.now, KENJI, "mobile")
        centre.service.cases.answer(f"{case}.offer-1", accept, actor)

    centre.flow.meanwhile("overdue", just_now)
    centre.flow.wait(5 * MINUTE)
    assert centre.case(case).state.going.responder == KENJI
    assert centre.engaged() == {KENJI: case}
    assert centre.todo(case) == ["visit-1"]


# --- responders


@pytest.mark.rule("DL-16")
def test_a_responder_goes_to_one_case_and_then_to_another_and_to_no_third(centre: Centre) -> None:
    other, third = another_home(centre, "home-other"), another_home(centre, "home-third")
    case = on_the_way(centre)
    second = centre.requested(home=other)
    centre.did(f"{second}.offer-1", KENJI, outcome="accepted")
    waits = centre.requested(home=third)
    assert centre.todo(waits) == ["find_help-1"], "there is nobody else"
    by_hand = centre.answer(f"{waits}.find_help-1", outcome="assigned", responder=KENJI)
    assert (by_hand.status, slug(by_hand), by_hand.body["rule"]) == (422, "responder-busy", "DL-16")
    assert centre.responders.get(KENJI).cases == [case, second]
    to_the_end(centre, case)
    assert centre.engaged() == {KENJI: second}
    assert centre.todo(waits) == ["offer-1"], "whose turn comes nearer is asked where one waits"
    centre.did(f"{waits}.offer-1", KENJI, outcome="accepted")
    assert centre.responders.get(KENJI).cases == [second, waits]


@pytest.mark.rule("DL-16")
def test_two_operators_find_somebody_each(centre: Centre) -> None:
    """Whose answer counts, theirs goes; the other is free."""
    centre.consented()
    case = centre.requested()
    centre.on_duty(KENJI, YUI)
    helped = t.HelpAnswer

    def other() -> None:
        now = centre.flow.now
        task, said = f"{case}.find_help-1", helped(outcome="assigned", responder=YUI)
        centre.service.cases.answer(task, said, Actor(now, OTHER_OPERATOR, "desk"))

    taken: list[Callable[[], None]] = [other]
    bind = ResponderStore.engage

    def engage(self: Any, id: str, number: str) -> bool:
        done = bind(self, id, number)
        if id == KENJI and taken:  # after Kenji was bound, before it is written down
            taken.pop()()
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ResponderStore, "engage", engage)
        late = centre.answer(f"{case}.find_help-1", outcome="assigned", responder=KENJI)
    assert (late.status, slug(late)) == (409, "task-answered")
    assert centre.case(case).state.going.responder == YUI
    assert centre.engaged() == {YUI: case}


@pytest.mark.rule("DL-16")
def test_who_goes_is_bound_even_if_another_operator_bound_somebody_else_meanwhile(
    centre: Centre,
) -> None:
    """That one was killed before their answer was written down."""
    centre.consented()
    case = centre.requested()
    centre.on_duty(KENJI, YUI)
    bind, taken = ResponderStore.engage, [YUI]

    def engage(self: ResponderStore, id: str, number: str) -> bool:
        done = bind(self, id, number)
        if id in taken:
            taken.remove(id)
            self.release(YUI, number)
            assert bind(self, KENJI, number)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ResponderStore, "engage", engage)
        centre.did(f"{case}.find_help-1", outcome="assigned", responder=YUI)
    assert centre.case(case).state.going.responder == YUI
    assert centre.engaged() == {YUI: case}


def test_it_is_called_off_and_closed_while_an_operator_finds_somebody(centre: Centre) -> None:
    """Whoever was bound in vain is free again, although nothing looks at a closed case any more."""
    centre.consented()
    case = centre.requested()
    centre.on_duty(KENJI)
    bind, first = ResponderStore.engage, [KENJI]

    def engage(self: ResponderStore, id: str, number: str) -> bool:
        if id in first:
            first.remove(id)
            centre.service.home_checks.cancel(
                number, "DL-20", "!", Actor(centre.flow.now, OTHER_OPERATOR, "phone")
            )
            centre.flow.settle()
            assert centre.end_of(number) == "中止"
        return bind(self, id, number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ResponderStore, "engage", engage)
        late = centre.answer(f"{case}.find_help-1", outcome="assigned", responder=KENJI)
    assert (late.status, slug(late)) == (409, "task-withdrawn")
    assert centre.engaged() == {}


@pytest.mark.parametrize("ending", ["visited", "cancelled", "gave_up", "broke_off", "silent"])
def test_after_every_ending_the_responder_is_free(centre: Centre, ending: str) -> None:
    case = on_the_way(centre)
    if ending == "visited":
        centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
    elif ending == "cancelled":
        centre.cancel(case)
    elif ending == "broke_off":
        centre.did(f"{case}.visit-1", KENJI, outcome="cannot", why="故障")
    elif ending == "gave_up":
        centre.flow.wait(70 * MINUTE)
        centre.did(f"{case}.chase-1", outcome="give_up", why="!")
    else:
        centre.flow.wait(8 * HOUR)
    assert centre.engaged() == {}
    assert centre.responders.get(KENJI).on_duty


def test_killed_between_taking_a_responder_and_the_offer(centre: Centre) -> None:
    """The step is tried again, and it is the same responder."""
    centre.consented()
    centre.on_duty(KENJI, YUI)
    claims = []
    claim = ResponderStore.claim

    def killed_once(self: Any, *args: Any, **kwargs: Any) -> Any:
        taken = claim(self, *args, **kwargs)
        claims.append(taken.responder.id)
        if len(claims) == 1:
            raise RuntimeError("killed")
        return taken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ResponderStore, "claim", killed_once)
        case = centre.requested()
    assert claims == [KENJI, KENJI]
    assert centre.engaged() == {KENJI: case}


def test_killed_between_closing_and_letting_go(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    tries = []
    let_go = AssignmentService.release_responder

    def killed_twice(self: AssignmentService, closed: Any) -> bool:
        tries.append(closed.number)
        if len(tries) <= 2:  # when it is called off, and when it is closed
            raise RuntimeError("killed")
        return let_go(self, closed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AssignmentService, "release_responder", killed_twice)
        assert centre.cancel(case).status == 500
        centre.flow.wait(3 * MINUTE)
        with pytest.raises(Unaudited):
            centre.audit()
        centre.flow.settle()
    assert centre.end_of(case) == "中止"
    assert centre.engaged() == {}


# --- between the store and the workflow


def killed(*_: object, **__: object) -> None:
    """The process ends here."""
    raise Killed


def killed_at(centre: Centre, operation: str) -> None:
    """Whoever calls this next is killed."""
    centre.cloud.meanwhile(operation, killed)


@pytest.mark.rule("DL-07", "DC-31")
def test_killed_before_the_consent_s_workflow_began(centre: Centre) -> None:
    killed_at(centre, "PutEvents")
    with pytest.raises(Killed):
        centre.register()
    case = centre.last()
    assert centre.flow.executions() == []
    centre.flow.wait(15 * MINUTE)
    assert centre.audit() == {"not_started": 1}
    assert centre.todo(case) == ["first_call-1"]
    assert "consent_asked" in centre.told()
    assert [one.contract for one in centre.registered] == ["contract-1"], "billing hears of it"
    again = centre.register()
    assert again.status == 409
    centre.did(f"{case}.first_call-1", outcome="granted", number="03")
    assert centre.end_of(case) == "承諾済み"


def test_killed_before_the_visit_s_workflow_began(centre: Centre) -> None:
    """Asked again, the same case begins; and so it does by the audit."""
    centre.consented()
    centre.on_duty(KENJI)
    killed_at(centre, "StartExecution")
    with pytest.raises(Killed):
        centre.request()
    case = centre.last()
    assert centre.todo(case) == []
    assert centre.requested() == case
    assert centre.todo(case) == ["offer-1"]
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    to_the_end(centre, case)


def test_killed_after_the_workflow_began_and_before_it_was_written_down(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)

    change = CaseStore.change

    def killed_with_it(self: CaseStore, case: Any, *args: Any, **head: Any) -> Any:
        if "execution" in head:
            raise Killed
        return change(self, case, *args, **head)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaseStore, "change", killed_with_it)
        with pytest.raises(Killed):
            centre.request()
    centre.flow.settle()
    case = centre.last()
    assert centre.case(case).execution == ""
    assert centre.todo(case) == ["offer-1"]
    centre.flow.wait(3 * MINUTE)
    assert centre.audit() == {"not_started": 1}
    assert centre.todo(case) == ["offer-1"]
    assert len(centre.flow.executions()) == 1, "none twice"
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    to_the_end(centre, case)


# --- workflows


def test_a_workflow_that_failed_is_begun_anew(centre: Centre) -> None:
    """More failures than a step is tried: the execution fails, the case does not."""
    centre.consented()
    centre.on_duty(KENJI)
    centre.flow.fail("offer", *[RuntimeError("broken")] * 9)
    case = centre.requested()
    assert centre.flow.status(centre.case(case).execution) == "FAILED"
    assert centre.engaged() == {KENJI: case}
    centre.flow.wait(4 * MINUTE)
    assert centre.audit() == {"workflow_gone": 1}
    assert centre.todo(case) == ["offer-1"]
    assert centre.case(case).execution.endswith(f"{case}-again-1")
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    to_the_end(centre, case)


def test_a_workflow_is_gone_again_and_again(centre: Centre) -> None:
    """Nothing is done twice: no second offer, no second visit, no second mail."""
    case = on_the_way(centre)
    for times in range(1, 4):
        centre.flow.stop(centre.case(case).execution)
        centre.flow.wait(15 * MINUTE)
        assert centre.audit() == {"workflow_gone": 1}
        assert centre.case(case).execution.endswith(f"again-{times}")
        assert centre.todo(case) == ["visit-1"]
    to_the_end(centre, case)
    assert centre.events(case).count("offered") == 1
    assert centre.audit() == {}


def test_an_audit_is_killed_while_it_begins_anew(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.flow.stop(centre.case(case).execution)
    centre.flow.wait(15 * MINUTE)
    change, audit = CaseService.change, threading.current_thread()

    def killed_here(*args: Any, **more: Any) -> Any:
        """The audit ends here; the workflow that it began goes on in its own process."""
        return (killed if threading.current_thread() is audit else change)(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaseService, "change", killed_here)
        with pytest.raises(Killed):
            centre.audit()
    centre.flow.settle()
    centre.flow.wait(15 * MINUTE)
    assert centre.audit() == {}, "it runs"
    to_the_end(centre, case)


def test_a_workflow_without_a_case_is_stopped(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.register(replaces=True)
    registered = centre.service.consents.registered("contract-1")
    assert registered
    lost = registered.number
    stranger = centre.case(lost).execution
    table = clients.table("dispatch")
    for row in centre.cloud.rows("dispatch"):
        if lost in row["pk"] or (row["pk"], row["sk"]) == ("OPEN", lost):
            table.delete_item(Key={"pk": row["pk"], "sk": row["sk"]})
    centre.flow.wait(15 * MINUTE)
    assert centre.audit() == {"no_case": 1}
    assert centre.flow.status(stranger) != "RUNNING"
    to_the_end(centre, case)


def test_one_case_that_cannot_be_read_keeps_the_audit_from_no_other(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.flow.stop(centre.case(case).execution)
    opened = centre.service.store.open_cases

    def with_another(*_: Any) -> list[tuple[str, datetime]]:
        return [("HC-20260101-0001", jst("2026-01-01T00:00")), *opened()]

    centre.flow.wait(15 * MINUTE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaseStore, "open_cases", with_another)
        with pytest.raises(Unaudited, match="HC-20260101-0001"):
            centre.audit()
    centre.flow.settle()
    assert centre.flow.status(centre.case(case).execution) == "RUNNING"
    to_the_end(centre, case)


# --- clocks


def test_the_clock_jumps_over_the_deadlines_of_a_consent(centre: Centre) -> None:
    """Down from the first day to the tenth: staff learns what was not done, the contractor that
    consent could not be confirmed; nobody is called after the seventh day."""
    centre.register()
    case = centre.last()
    centre.flow.jump(jst("2026-12-11T10:00"))
    assert centre.end_of(case) == "承諾未確認"
    assert centre.told() == ["consent_asked", "staff_breach", "consent_unconfirmed"]
    late = centre.answer(f"{case}.first_call-1", outcome="granted", number="03")
    assert late.status == 409


@pytest.mark.rule("DL-09")
def test_a_call_after_the_window_counts_for_nothing(centre: Centre) -> None:
    """While the workflow is down the task still stands open; the call is refused all the same. One
    that was made in time may be written down later."""
    centre.register()
    case = centre.last()
    centre.flow.clock.move_to(jst("2026-12-09T09:30"))
    task = f"{case}.first_call-1"
    late = centre.answer(task, outcome="granted", number="03")
    assert (late.status, slug(late), late.body["rule"]) == (409, "task-overdue", "DL-09")
    called = jst("2026-12-08T18:00").isoformat()
    centre.did(task, outcome="granted", number="03", called_at=called)
    assert centre.case(case).state.status == "granted"


def test_the_clock_jumps_over_every_deadline_of_a_visit(centre: Centre) -> None:
    """Down for two days after an offer was made: it is withdrawn, and somebody is looked for as
    things are now."""
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    centre.flow.jump(centre.flow.now + 2 * DAY)
    assert centre.case(case).state.offers[0].state == "silent"
    assert centre.todo(case) == ["find_help-1"], "where everybody is was last known two days ago"
    centre.did(f"{case}.find_help-1", outcome="assigned", responder=YUI)
    centre.did(f"{case}.visit-2", YUI, **ABSENT)
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "在宅を確認できず"


# --- twice at once


def test_the_same_request_twice_is_one_case(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    first = centre.requested()
    assert centre.requested() == first
    assert len(centre.service.store.open_cases()) == 1

    centre.cancel(first)
    asked: list[Answer] = []

    def other() -> None:
        asked.append(
            centre._ask(
                staff_api.handler,
                "POST",
                "/dispatch/cases",
                body={"home": HOME, "caller": CALLER},
                person=OTHER_OPERATOR,
                at=centre.flow.now,
                groups="[operator]",
            )
        )

    centre.cloud.meanwhile("TransactWriteItems", other)
    second = centre.requested()
    assert second == asked[0].body["case"]
    assert len(centre.service.store.open_cases()) == 1


@pytest.mark.rule("DL-05")
def test_the_same_registration_twice_is_one(centre: Centre) -> None:
    answers = []
    centre.cloud.meanwhile("TransactWriteItems", lambda: answers.append(_post(centre)))
    second = centre.register()
    assert [answers[0].status, second.status] == [200, 409]
    assert second.body["rule"] == "DL-05"
    assert len(centre.service.store.open_cases()) == 1


def _post(centre: Centre) -> Answer:
    body = {"phone": "1", "address": "2", "target": MOTHER, "terms": "2026-04"}
    path = f"/homes/{HOME}/home-check"
    return centre._ask(api.handler, "POST", path, body=body, person=HANAKO, at=centre.flow.now)


def test_a_replacement_breaks_off_half_way_and_the_audit_finishes_it(centre: Centre) -> None:
    centre.register()
    before = centre.last()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ConsentService, "replace", killed)
        with pytest.raises(Killed):
            centre.register(replaces=True, name="見守 松子")
    centre.flow.wait(15 * MINUTE)
    assert centre.audit() == {"not_started": 1, "superseded": 1}
    assert centre.case(before).state.status == "replaced"
    assert centre.end_of(before) == "停止・変更により終了"
    assert centre.todo(centre.last()) == ["first_call-1"]


def test_a_leader_takes_what_was_escalated_and_no_operator(centre: Centre) -> None:
    centre.consented()
    case = centre.requested()
    path = f"/dispatch/tasks/{case}.find_help-1/escalate"
    assert centre.ask(task_api.handler, "POST", path, OPERATOR).status == 200
    assert centre.ask(task_api.handler, "POST", path, OPERATOR).status == 404
    centre.did(f"{case}.find_help-1", LEADER, outcome="give_up", why="大雪")
    assert centre.todo(case) == ["tell-1"]
    moved = [fact for fact in centre.case(case).facts if isinstance(fact, facts.TaskMoved)]
    assert [(one.how, one.by) for one in moved] == [("escalated", OPERATOR)]


def test_many_requests_at_once_send_everybody_once(centre: Centre) -> None:
    """Of five homes that ask in the same instant, three have somebody sent, each somebody else."""
    homes = [another_home(centre, f"home-{number}") for number in range(5)]
    centre.on_duty(KENJI, YUI, "person-aoi")
    now = centre.flow.now

    def request(home: str) -> Answer:
        body = {"home": home, "caller": {"name": "花子", "relation": "self"}}
        more = {"person": OPERATOR, "at": now, "groups": "[operator]"}
        return centre._ask(staff_api.handler, "POST", "/dispatch/cases", body=body, **more)

    answers = [request(home) for home in homes]  # while the workflows of the first ones run
    centre.flow.settle()
    assert {answer.status for answer in answers} == {200}
    cases = [answer.body["case"] for answer in answers]
    waiting = [centre.todo(case)[0] for case in cases]
    assert sorted(waiting) == ["find_help-1"] * 2 + ["offer-1"] * 3
    assert len(set(centre.engaged().values())) == 3


def another_home(centre: Centre, id: str, **person: Any) -> str:
    """Another home of Hanako's, with the consent of somebody else; its name."""
    contract = centre.cloud.contract(
        "home-check", id=f"contract-{id}", starts=centre.flow.now - DAY
    )
    home = centre.cloud.directory.home(HOME)
    assert home
    other = home.model_copy(update={"id": id, "contracts": (contract,)})
    centre.cloud.directory.publish_home(other)
    centre.consented(id, contract.id, **(person or {"name": f"見守 {id}"}))
    return id

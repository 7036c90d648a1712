"""When consent is asked, and what comes of it."""

from datetime import timedelta

import pytest

from lambdas.dispatch.processes.consent.state import calling_hours
from tests.dispatch import facts as f
from tests.dispatch import steps as w
from tests.unit.dispatch.cases import called, consent, jst, said

SECOND = timedelta(seconds=1)


@pytest.mark.rule("DL-08", "A-06")
@pytest.mark.parametrize(
    ("registered", "by"),
    [
        ("2026-12-01T10:00", "2026-12-05T00:00"),  # by the 4th, 24:00
        ("2026-12-01T00:00", "2026-12-05T00:00"),
        ("2026-12-01T23:59", "2026-12-05T00:00"),
        ("2026-12-30T09:00", "2027-01-03T00:00"),  # over the year's end
        ("2028-02-26T09:00", "2028-03-01T00:00"),  # by leap day, 24:00
        ("2027-02-26T09:00", "2027-03-02T00:00"),
    ],
)
def test_the_first_call_within_three_days(registered: str, by: str) -> None:
    case = consent(at=registered)
    assert case.state.first_call_due == jst(by)
    assert w.due("first_call", case, jst(registered)) == jst(by)


@pytest.mark.rule("DL-09", "A-06")
@pytest.mark.parametrize(
    ("registered", "first", "opens", "ends"),
    [
        ("2026-12-01T10:00", "2026-12-01T11:00", "2026-12-04T00:00", "2026-12-09T00:00"),
        ("2026-12-01T10:00", "2026-12-03T19:59", "2026-12-04T00:00", "2026-12-09T00:00"),
        # on the 4th, where the windows overlap: not on the same day
        ("2026-12-01T10:00", "2026-12-04T09:00", "2026-12-05T00:00", "2026-12-09T00:00"),
        # late: the week ends when it ends
        ("2026-12-01T10:00", "2026-12-06T12:00", "2026-12-07T00:00", "2026-12-09T00:00"),
        ("2026-12-01T10:00", "2026-12-07T12:00", "2026-12-08T00:00", "2026-12-09T00:00"),
        ("2028-02-24T10:00", "2028-02-25T12:00", "2028-02-27T00:00", "2028-03-03T00:00"),
        ("2026-12-28T10:00", "2026-12-31T12:00", "2027-01-01T00:00", "2027-01-05T00:00"),
    ],
)
def test_the_second_call_from_the_third_day_to_the_seventh(
    registered: str, first: str, opens: str, ends: str
) -> None:
    case = consent(called(1, first), at=registered)
    assert (case.state.second_call_from, case.state.window_ends) == (jst(opens), jst(ends))
    assert case.state.status == "pending"
    task = w.task_for("second_call", case, "token", jst(first))
    assert (task.since, task.due) == (jst(opens), jst(ends))


@pytest.mark.rule("A-06", "DL-12")
def test_a_first_call_on_the_last_day_is_the_last() -> None:
    case = consent(called(1, "2026-12-08T19:00"))
    assert not case.state.second_call_possible
    assert case.state.status == "unconfirmed"


@pytest.mark.rule("A-06")
def test_days_are_days_in_japan() -> None:
    """15:00 in UTC is midnight there: the day before a second earlier."""
    assert consent(at="2026-12-02T00:00").state.registration_day.day == 2
    late = consent(at="2026-12-01T23:59")
    assert late.facts[0].on.day == 1
    assert late.state.registration_day.day == 1
    assert late.state.window_ends == jst("2026-12-09T00:00")


@pytest.mark.rule("A-06")
@pytest.mark.parametrize(
    ("at", "may"),
    [("08:59", False), ("09:00", True), ("12:00", True), ("19:59", True), ("20:00", False)],
)
def test_people_are_phoned_by_day(at: str, may: bool) -> None:
    assert calling_hours(jst(f"2026-12-03T{at}")) is may


@pytest.mark.rule("DL-07", "DL-10", "DL-13", "DL-12", "A-07")
@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([], "pending"),
        ([called(1, "2026-12-02T10:00", "granted")], "granted"),
        ([called(1, "2026-12-02T10:00", "refused")], "refused"),
        ([called(1, "2026-12-02T10:00")], "pending"),
        ([called(1, "2026-12-02T10:00"), called(2, "2026-12-05T10:00", "granted")], "granted"),
        ([called(1, "2026-12-02T10:00"), called(2, "2026-12-05T10:00", "refused")], "refused"),
        ([called(1, "2026-12-02T10:00"), called(2, "2026-12-05T10:00")], "unconfirmed"),
        ([f.Lapsed(**said("2026-12-09T00:00"))], "unconfirmed"),
        ([f.CallOverdue(**said("2026-12-05T00:00"), call=1)], "pending"),
    ],
)
def test_what_calls_amount_to(facts: list[f.Fact], state: str) -> None:
    assert consent(*facts).state.status == state


@pytest.mark.rule("DL-33", "DL-34", "DL-05")
@pytest.mark.parametrize("outcome", ["granted", "refused", "no_answer"])
def test_a_stop_is_the_last_word_and_so_is_a_replacement(outcome: str) -> None:
    call = called(1, "2026-12-02T10:00", outcome)
    stop = f.Stopped(**said("2026-12-02T11:00"), asked_by="resident")
    other = f.Replaced(**said("2026-12-02T11:00"), successor="CN-2")
    assert consent(call, stop).state.status == "stopped"
    assert consent(call, other).state.status == "replaced"
    assert consent(call, other, stop).state.status == "stopped"


@pytest.mark.rule("DL-08", "A-06")
def test_a_late_first_call_is_a_breach_once_and_is_waited_for() -> None:
    late = jst("2026-12-05T00:00")
    facts, outcome = w.overdue("first_call", consent(), late)
    assert [fact.event for fact in facts] == ["call_overdue"]  # type: ignore[attr-defined]
    assert outcome == "again"
    case = consent(*facts)
    assert w.due("first_call", case, late) == jst("2026-12-09T00:00")
    assert w.overdue("first_call", case, late + SECOND) == ([], "again"), "said once"
    facts, outcome = w.overdue("first_call", case, jst("2026-12-09T00:00"))
    assert [fact.event for fact in facts] == ["lapsed"]  # type: ignore[attr-defined]
    assert outcome == "unconfirmed"


@pytest.mark.rule("DL-09", "DL-12")
def test_a_second_call_that_is_not_made_ends_it() -> None:
    case = consent(called(1, "2026-12-02T10:00"))
    facts, outcome = w.overdue("second_call", case, jst("2026-12-09T00:00"))
    assert [(fact.event, fact.rule) for fact in facts] == [  # type: ignore[attr-defined]
        ("call_overdue", "DL-09"),
        ("lapsed", "DL-12"),
    ]
    assert outcome == "unconfirmed"


@pytest.mark.rule("S-6")
def test_the_golden_scenario() -> None:
    first = called(1, "2026-12-03T10:00")
    assert (
        w.step_result("first_call", consent(first), jst("2026-12-03T10:00")).outcome == "no_answer"
    )  # type: ignore[union-attr]
    second = called(2, "2026-12-05T11:20", "granted")
    case = consent(first, second)
    assert w.step_result("second_call", case, jst("2026-12-05T11:20")).outcome == "granted"  # type: ignore[union-attr]
    assert case.state.status == "granted"

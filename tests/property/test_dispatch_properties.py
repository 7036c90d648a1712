"""Consents and home checks, whatever people answer, do not answer, stop, call off or begin anew.

The workflows are led here through the pure core by the flows' tables, of which the state machines
are made (that those lead so is shown by tests/integration/test_dispatch_workflows.py).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.flow import OTHERWISE
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.processes.table import PROCESSES
from tests.dispatch import facts as f
from tests.dispatch import steps as w
from tests.dispatch import tasks as t
from tests.examples import examples

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PLACE = Place(latitude=35.68, longitude=139.76)
CONTACT = f.Contact(person="p", name="花子", email="h@example.com", phone="1", address="大阪")
TARGET = f.Target(name="梅子", relation="parent", phone="2", address="東京", place=PLACE)
SEEN: dict[str, Any] = dict.fromkeys(("intercom", "meter", "lights", "mailbox"), "ok")

AUTOMATIC = ("check", "choose", "mail_result")


@dataclass
class Run:
    """A case, where its workflow is, and who could be sent."""

    facts: list[Any]
    kind: str
    free: int
    now: datetime = NOW
    at: str = ""
    given_out: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)

    @property
    def case(self) -> Case[Any]:
        return Case("HC-1", PROCESSES[self.kind], 1, tuple(self.facts))  # type: ignore[arg-type]

    def add(self, *facts: f.Fact) -> None:
        """Something happened: what must never be is not."""
        for fact in facts:
            self.facts.append(fact)
            if self.kind == "visit":
                visit = self.case.state
                assert sum(offer.live for offer in visit.offers) <= 1, "two live offers"
                assert sum(isinstance(one, f.Visited) for one in self.facts) <= 1, "visited twice"
                if isinstance(fact, f.Offered | f.Accepted | f.Visited):
                    assert not visit.over, "somebody goes although it was called off"
                    assert not visit.given_up
                    assert not visit.by_phone

    def begin(self) -> None:
        """Start the workflow: again, if need be."""
        self.at = "first_call" if self.kind == "consent" else "check"
        self.go_on()

    def go_on(self) -> None:
        """As far as the workflow goes without anybody."""
        for _ in range(100):
            if self.at in ("end", "waiting"):
                return
            if self.at == "mail_result":
                self.at = "tell"
            if self.at == "choose":
                self.choose()
            came = w.step_result(self.at, self.case, self.now)
            if came is None:
                assert self.at not in AUTOMATIC
                task = w.task_for(self.at, self.case, "token", self.now)  # type: ignore[arg-type]
                assert task.key not in self.done, "given out again although somebody did it"
                self.given_out.add(task.key)
                return
            self.at = self.after(came.outcome)
        raise AssertionError("never ends")

    def after(self, outcome: str) -> str:
        """Where the flow leads from here."""
        step = self.case.process.flow.steps[self.at]
        way = step.ways.get(outcome, step.ways.get(OTHERWISE))
        target = way.to if way else str(step.next)
        return "end" if target == "close" else target

    def choose(self) -> None:
        """As the service does, among responders of whom each is asked once a round."""
        visit = self.case.state
        if w.step_result("choose", self.case, self.now):
            return
        asked = len(visit.asked)
        if visit.spent or asked >= self.free:
            self.add(f.NobodyFree(**self.said, round=visit.round))
        else:
            self.add(offered(self, f"r{asked}"))

    @property
    def said(self) -> dict[str, Any]:
        return {"on": self.now, "by": "workflow", "means": "workflow"}

    def silence(self) -> None:
        """Nobody does what is to be done until its time is up."""
        due = w.due(self.at, self.case, self.now)  # type: ignore[arg-type]
        self.now = max(self.now + timedelta(seconds=1), due)
        came = w.step_result(self.at, self.case, self.now)
        outcome = came.outcome if came else ""
        if not came:
            facts, outcome = w.overdue(self.at, self.case, self.now)  # type: ignore[arg-type]
            self.add(*facts)
        self.at = self.after(outcome)
        self.go_on()

    def answer(self, kind: Any, given_: t.Answer) -> None:
        """Somebody answers the task of this kind."""
        self.now += MINUTE
        self.done.add(w.task_for(kind, self.case, "", self.now).key)
        actor = f.Actor(self.now, "somebody", "desk")
        facts = self.case.process.on_answer(kind, given_, self.case, actor)
        if isinstance(given_, t.HelpAnswer) and given_.outcome == "assigned":
            by_hand = offered(self, given_.responder, by_hand=True)
            facts += [by_hand, f.Accepted(**self.said, offer=by_hand.offer)]
        self.add(*facts)
        self.go_on()

    def call_off(self) -> None:
        """As the service does, unless it is too late."""
        visit = self.case.state
        if visit.cancelled or visit.arrived or visit.result:
            return
        live = [offer for offer in visit.offers if offer.live]
        ended = [
            f.OfferEnded(**self.said, offer=offer.number, outcome="withdrawn") for offer in live
        ]
        self.add(*ended, f.Cancelled(**self.said, rule="DL-34"))
        self.go_on()


def offered(run: Run, who: str, **more: Any) -> f.Offered:
    visit = run.case.state
    arrives = run.now + 20 * MINUTE
    about = {"offer": len(visit.offers) + 1, "round": visit.round, "responder": who, "name": who}
    return f.Offered(**run.said, **about, arrives_at=arrives, travel_seconds=1200, **more)


ANSWERS: dict[str, list[t.Answer]] = {
    "refusal": [t.RefusalAnswer(outcome="told"), t.RefusalAnswer(outcome="override", reason="!")],
    "phone_first": [t.PhoneAnswer(outcome="answered"), t.PhoneAnswer(outcome="no_answer")],
    "offer": [t.OfferAnswer(outcome="accepted"), t.OfferAnswer(outcome="declined")],
    "find_help": [
        t.HelpAnswer(outcome="assigned", responder="r0"),
        t.HelpAnswer(outcome="assigned", responder="other"),
        t.HelpAnswer(outcome="retry"),
        t.HelpAnswer(outcome="give_up", why="!"),
    ],
    "visit": [
        t.VisitAnswer(outcome="reported", report=f.Report(**SEEN, at_home=False, memo_left=True)),
        t.VisitAnswer(outcome="cannot", why="!"),
    ],
    "chase": [
        t.ChaseAnswer(outcome="wait", minutes=30),
        t.ChaseAnswer(outcome="reassign", why="!"),
        t.ChaseAnswer(outcome="give_up", why="!"),
    ],
    "tell": [t.TellAnswer(outcome="told"), t.TellAnswer(outcome="not_reached")],
    "first_call": [t.CallAnswer(outcome=o, number="1") for o in ("granted", "refused")],
    "second_call": [
        t.CallAnswer(outcome=o, number="1") for o in ("granted", "refused", "no_answer")
    ],
}
ANSWERS["first_call"].append(t.CallAnswer(outcome="no_answer", number="1"))


@st.composite
def requests(draw: st.DrawFn) -> Run:
    """A home check that was asked for."""
    escalation = f.Escalation(
        max_offers=draw(st.integers(1, 3)),
        max_rounds=draw(st.integers(1, 3)),
        **dict.fromkeys(
            ("ack_minutes", "help_minutes", "visit_minutes", "chase_minutes"),
            draw(st.integers(1, 30)),
        ),
    )
    return Run(
        [
            f.Requested(
                on=NOW,
                by="operator",
                means="phone",
                contract="c",
                home="h",
                home_name="家",
                contractor=CONTACT,
                caller=f.Caller(name="花子", relation="self"),
                wishes=("presence", *draw(st.sampled_from([(), (), (), ("unlock",)]))),
                entitled=True,
                consent="granted",
                target=TARGET,
                frequent=draw(st.sampled_from([False, False, False, True])),
                escalation=escalation,
            )
        ],
        "visit",
        free=draw(st.sampled_from([2, 4, 1, 0])),
    )


def registration() -> Run:
    """Somebody was registered."""
    about = {"contract": "c", "home": "h", "home_name": "家", "contractor": CONTACT}
    fact = f.Registered(on=NOW, by="p", means="app", **about, target=TARGET, terms="1")
    return Run([fact], "consent", free=0)


def somebody_acts(run: Run, data: st.DataObject) -> None:
    """An answer, silence, a stop or a cancellation, an arrival, a workflow that is begun anew."""
    what = data.draw(
        st.sampled_from(["answer"] * 4 + ["silence"] * 4 + ["anew"] * 3 + ["arrive", "off"])
    )
    if what == "answer":
        # While an operator asks where the responder is, the report may come.
        kinds = [run.at, "visit"] if run.at == "chase" else [run.at]
        kind = data.draw(st.sampled_from(kinds))
        run.answer(kind, data.draw(st.sampled_from(ANSWERS[kind])))
    elif what == "silence":
        run.silence()
    elif what == "arrive" and run.kind == "visit" and run.case.state.going:
        if not run.case.state.arrived:
            run.add(f.Arrived(**run.said, offer=run.case.state.going.number))
    elif what == "off":
        if run.kind == "visit":
            run.call_off()
        else:
            run.add(f.Stopped(**run.said, asked_by="resident"))
            run.go_on()
    elif what == "anew":
        begun_anew(run)


def begun_anew(run: Run) -> None:
    """The workflow begins at its beginning, and is where it was, with nothing new."""
    facts, at, given_out = list(run.facts), run.at, set(run.given_out)
    run.begin()
    while at == "chase" and run.at == "visit" and w.due("visit", run.case, run.now) <= run.now:
        run.silence()  # a moment after: the visit's time is long up
    if not (at == "chase" and run.at == "visit"):
        assert run.at == at
    assert run.facts == facts
    assert run.given_out == given_out, "no other task"


def ends_alone(run: Run) -> None:
    """When nobody does anything any more, it ends, or is left with the one call that must be."""
    steps = 0
    while run.at not in ("end", "tell"):
        run.silence()
        steps += 1
        assert steps <= bound(run), run.at
    if run.at == "tell":
        run.silence()
        assert run.at == "tell"
        run.answer("tell", t.TellAnswer(outcome="not_reached"))
        assert run.at == "end"
        assert run.case.state.result


def bound(run: Run) -> int:
    """How many deadlines may pass without anybody: calls, or offers and help in each round, and
    a visit that is asked after again and again."""
    if run.kind == "consent":
        return 3
    allowed = run.case.state.escalation
    return 2 + (allowed.max_rounds + 1) * (allowed.max_offers + 2) + 2 * (allowed.max_rounds + 2)


@pytest.mark.rule("DL-16", "DL-34", "DL-20")
@settings(max_examples=examples(200), deadline=None)
@given(run=requests(), data=st.data())
def test_a_home_check_ends_whatever_people_do(run: Run, data: st.DataObject) -> None:
    run.begin()
    for _ in range(data.draw(st.integers(5, 30))):
        if run.at == "end":
            break
        somebody_acts(run, data)
        if run.at != "end":
            assert run.at in t.KINDS, "somebody can do something"
    ends_alone(run)
    if run.case.state.visited:
        assert run.case.state.result in ("at_home", "absent")


@pytest.mark.rule("DL-09", "DL-12", "DL-33")
@settings(max_examples=examples(150), deadline=None)
@given(data=st.data())
def test_a_consent_ends_whatever_people_do(data: st.DataObject) -> None:
    run = registration()
    run.begin()
    for _ in range(data.draw(st.integers(0, 6))):
        if run.at == "end":
            break
        somebody_acts(run, data)
    ends_alone(run)
    assert run.case.state.status != "pending"
    calls = run.case.state.calls
    assert [call.call for call in calls] in ([], [1], [1, 2])
    if any(isinstance(fact, f.Stopped) for fact in run.facts):
        assert run.case.state.status == "stopped"

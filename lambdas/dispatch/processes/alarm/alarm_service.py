"""The application service of alarms: signals open cases or join them, mistakes call them off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lambdas.dispatch.assignment import facts as a
from lambdas.dispatch.assignment.assignment_service import AssignmentService
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import NotAllowed, NotFound
from lambdas.dispatch.casework.case_store import Taken
from lambdas.dispatch.casework.facts import Actor, Closed, Fact, by_workflow
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.dispatch.processes.alarm import facts as f
from lambdas.dispatch.processes.alarm import tasks as t
from lambdas.dispatch.processes.alarm.process import ALARM, called_off, progress, settled
from lambdas.dispatch.processes.alarm.state import MISTAKE, Alarm
from lambdas.dispatch.processes.sites.process import SETTLES
from lambdas.dispatch.processes.sites.report import SiteCorrected, SiteReported
from lambdas.shared.conflicts import retry_on_conflict
from lambdas.shared.events import Event
from lambdas.shared.secrets import matches


class AlarmService(AssignmentService):
    """Alarms, from the signal to the report."""

    breaches = (*AssignmentService.breaches, SiteCorrected)
    ends_engagement = (a.OfferEnded, SiteReported, Closed)

    def raise_alarm(self, first: f.AlarmOpened, now: datetime) -> Case[Alarm]:
        """A signal opens a case, or joins that of the same incident. Said again, it changes nothing
        and sets going what a crash left undone."""
        if (known := self._case_of(first.signal.id)) is not None:
            return self._set_going(self.cases.case(known), now)
        running = self._running(first)
        if running is not None:
            joined = self._join(running.number, first.signal, now)
            if joined is not None:
                return self._set_going(joined, now)
        try:
            case = self._open(first, running)
        except Taken as taken:  # the other signal of the same moment was faster
            joined = self._join(str(taken), first.signal, now)
            if joined is None:
                raise
            return self._set_going(joined, now)
        return self.cases.begin(case, now)

    def _open(self, first: f.AlarmOpened, instead_of: Case[Alarm] | None) -> Case[Alarm]:
        number = self.cases.store.number(ALARM, first.on)
        before = [instead_of.number] if instead_of else []
        mine = [first.signal.id]
        return self.cases.open(ALARM, number, first, instead_of=before, references=mine)

    def _running(self, first: f.AlarmOpened) -> Case[Alarm] | None:
        """The case that holds the area, if one does."""
        number = self.cases.store.holder_of(ALARM, first)
        return self.cases.case(number) if number else None

    def _case_of(self, signal: str) -> str | None:
        """The case that a signal opened or joined."""
        return self.cases.store.case_of_reference(signal)

    @retry_on_conflict
    def _join(self, number: str, signal: f.Signal, now: datetime) -> Case[Alarm] | None:
        """Add a signal to the case of its incident. None when that one is over: then it is a new
        incident."""
        case: Case[Alarm] = self.cases.case(number)
        if any(one.id == signal.id for one in case.state.signals):
            return case
        if case.state.result is not None or not case.open:
            return None

        def decide(case: Case[Alarm]) -> Sequence[Fact]:
            if any(one.id == signal.id for one in case.state.signals):
                return []
            return [f.SignalJoined(**by_workflow(now), signal=signal)]

        changed = self.cases.change(number, decide, now)
        self.cases.store.refer(signal.id, number)
        return changed

    def _set_going(self, case: Case[Alarm], now: datetime) -> Case[Alarm]:
        """Start what was not started, should whoever opened the case have died."""
        return self.cases.begin(case, now) if case.open and not case.execution else case

    # --- what is said on the telephone

    def facts_of(self, case: Case[Any], task: Task, answer: Answer, actor: Actor) -> Sequence[Fact]:
        """What an answer means. NotAllowed when somebody who cannot say who they are calls it a
        mistake (AL-20)."""
        facts = list(super().facts_of(case, task, answer, actor))
        if isinstance(answer, t.ConfirmAnswer) and answer.outcome == "mistake":
            how = self._identified(case, answer.password, answer.who)
            facts = [
                one.model_copy(update={"identified": how}) if isinstance(one, f.Confirmed) else one
                for one in facts
            ]
        return facts

    def mistake(self, number: str, password: str, who: str, said: str, actor: Actor) -> Case[Alarm]:
        """Somebody phones and says that it was a mistake, whatever was asked before (AL-20). Said
        again, it changes nothing. NotAllowed once somebody is at the door, or it is over."""
        case: Case[Alarm] = self.cases.case(number)
        if case.process is not ALARM:
            raise NotFound(number)
        how = self._identified(case, password, who)

        def decide(case: Case[Alarm]) -> Sequence[Fact]:
            if case.state.mistake:
                return []
            off = called_off(case, actor, said)
            if not off:
                raise NotAllowed("too-late-to-cancel", MISTAKE)
            about = {"outcome": "mistake", "who": who, "identified": how, "said": said}
            return [f.Confirmed(**actor._asdict(), rule=MISTAKE, **about), *off]

        return self.cases.change(number, decide, actor.on)

    def _identified(self, case: Case[Alarm], password: str, who: str) -> str:
        """By what somebody is believed who calls an alarm a mistake."""
        file = case.state.opened.file
        if password.strip() and matches(password, file.password):
            return "password"
        names = {_plain(name) for name in (*file.names, case.state.opened.contractor.name)}
        if who.strip() and _plain(who) in names:
            return "name"
        raise NotAllowed("not-identified", MISTAKE)

    def answered(self, signal: str, how: Any, who: str, means: str, at: datetime) -> bool:
        """Write down that somebody disarmed at the controller. Returns False for a signal of no
        case: it is of a self-monitored home, or its case is not there yet."""
        number = self._case_of(signal)
        if number is None:
            return False
        about = {"how": how, "who": who, "device": means, "at": at}
        answered = f.PanelAnswered(**by_workflow(at), **about)
        self.cases.change(number, lambda case: [] if answered in case.facts else [answered], at)
        return True

    def medical_read(self, number: str, by: str, at: datetime) -> None:
        """Write down in the case that its 救急情報 was read (AL-06)."""
        said = Actor(at, by, "desk")._asdict()

        def decide(case: Case[Alarm]) -> Sequence[Fact]:
            known = {(one.on, one.by) for one in case.facts if isinstance(one, f.MedicalFileRead)}
            return [] if (at, by) in known else [f.MedicalFileRead(**said)]

        self.cases.change(number, decide, at)

    # --- what others are told

    def begins_again(self, case: Case[Any]) -> bool:
        """What was seen is told."""
        return True

    def events(self, case: Case[Any]) -> Sequence[Event]:
        """That there is a case."""
        return [progress(case)]

    def changed(self, case: Case[Any], facts: Sequence[Fact]) -> None:
        """What is owed, and where the case stands."""
        super().changed(case, facts)
        if any(isinstance(fact, f.SignalJoined) for fact in facts):
            self._list(case)  # it may be more urgent than it was
        over = any(isinstance(fact, SETTLES) for fact in facts)
        self.cases.publish([progress(case)])
        if over:
            self.publish_editions(case, settled)

    def raised_emergency(self, case: Case[Any]) -> None:
        """Their 救急情報 may be read."""
        self.cases.publish([progress(case)])

    def closing(self, case: Case[Any], now: datetime) -> Case[Any]:
        """What is owed is published again, should the process have died before."""
        self.publish_editions(case, settled)
        return case

    def closed(self, case: Case[Any]) -> None:
        """It is over."""
        super().closed(case)
        self.cases.publish([progress(case)])


def _plain(name: str) -> str:
    """A name without spaces, in which people write it differently."""
    return "".join(name.split())

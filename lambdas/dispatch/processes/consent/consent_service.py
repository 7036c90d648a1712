"""The application service of consents: they end at once when the resident wants it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

from lambdas.dispatch.casework.audit import Wrong
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import CaseService, NotAllowed, ProcessService
from lambdas.dispatch.casework.facts import Actor, Fact, Means, TaskOverdue, by_workflow
from lambdas.dispatch.processes.consent import facts as f
from lambdas.dispatch.processes.consent.incident import incident_keys
from lambdas.dispatch.processes.consent.process import CONSENT
from lambdas.dispatch.processes.consent.registration_store import RegistrationStore
from lambdas.dispatch.processes.consent.state import CLOSED, Consent
from lambdas.shared.aws.directory import Directory
from lambdas.shared.calendar import ONE_DAY, day_of, start_of
from lambdas.shared.events import Event, PartnerRegistered


class ConsentService(ProcessService):
    """Registrations and their consents. ``on_ended`` is called with each consent that ended, also
    again, so that what rests on it is seen to."""

    breaches = (f.CallOverdue, TaskOverdue)

    def __init__(
        self, cases: CaseService, registrations: RegistrationStore, directory: Directory
    ) -> None:
        super().__init__(cases)
        self._directory = directory
        self.registrations = registrations
        self.on_ended: Callable[[Case[Consent], datetime], None] = lambda _case, _now: None

    def registered(self, contract: str) -> Case[Consent] | None:
        """The case of whoever is registered for a contract."""
        number = self.cases.store.holder(contract, CONSENT)
        return self.cases.case(number) if number else None

    def open(self, first: f.Registered, instead_of: str | None) -> Case[Consent]:
        """A new registration is stored, in the place of ``instead_of``. Taken when another one
        holds."""
        store = self.cases.store
        number = store.number(CONSENT, first.on)
        before = self.cases.case(instead_of) if instead_of else None
        also = self.registrations.writes(number, first, before)
        instead = [instead_of] if instead_of else []
        return store.open(CONSENT, number, first, instead_of=instead, also=also)

    def events(self, case: Case[Consent]) -> Sequence[Event]:
        """The contractor registered with the partner (DC-31)."""
        first = case.state.registered
        who = {"contract": first.contract, "case": case.number, "by": first.by}
        return [PartnerRegistered(**who, at=first.on)]

    def begins_again(self, case: Case[Consent]) -> bool:
        """After a correction consent is asked anew."""
        return case.state.status == "pending"

    def closing(self, case: Case[Consent], now: datetime) -> Case[Consent]:
        """What rests on a consent that ended is seen to. A consent that came when the contract had
        ended completes no registration (DL-01)."""
        self.on_ended(case, now)
        state = case.state
        if state.status != "granted" or state.contract_over or self._in_force(case, now):
            return case
        return self.cases.store.change(case, [f.ContractOver(**by_workflow(now))])

    def _in_force(self, case: Case[Consent], now: datetime) -> bool:
        home = self._directory.home(case.state.registered.home)
        contracts = home.contracts if home else ()
        return any(one.id == case.contract and one.in_force(now) for one in contracts)

    def not_before(self, contract: str, target: f.Target, now: datetime) -> datetime | None:
        """From when on somebody may be phoned who is registered now: whoever was phoned today, for
        whichever registration or contract, not before tomorrow. None: at once."""
        store = self.cases.store
        own = [number for number in store.cases_of(contract) if number.startswith(CONSENT.prefix)]
        known = [self.cases.case(number) for number in own]
        known += self.registrations.find(target.phone)
        today = day_of(now)
        keys = incident_keys(target)
        for case in known:
            same = incident_keys(case.state.registered.target) & keys
            ours = [call for call in case.state.all_calls if not call.called_back]
            if same and any(day_of(call.on) == today for call in ours):
                return start_of(today + ONE_DAY)
        return None

    def correct(self, number: str, why: str, actor: Actor) -> Case[Consent]:
        """What was written down of the calls is not true: consent is asked anew, and what rests on
        it is called off. NotAllowed while there is nothing to correct."""

        def decide(case: Case[Consent]) -> Sequence[Fact]:
            if not case.state.calls or case.state.status in ("stopped", "replaced"):
                raise NotAllowed("nothing-to-correct", "DL-10")
            return [f.CallCorrected(**actor._asdict(), why=why)]

        case = self.cases.change(number, decide, actor.on)
        self.on_ended(case, actor.on)
        self.cases.inform_contractor(case)
        return case

    def stop(
        self, number: str, asked_by: Literal["resident", "agent"], said: str, actor: Actor
    ) -> Case[Consent]:
        """The resident, or somebody for them, wants it to stop: at once (DL-33, DL-34)."""

        def decide(case: Case[Consent]) -> Sequence[Fact]:
            if case.state.status in ("stopped", "replaced"):
                return []
            return [f.Stopped(**actor._asdict(), asked_by=asked_by, said=said)]

        return self._end(number, decide, actor.on)

    def replace(
        self, number: str, successor: str, by: str, means: Means, now: datetime
    ) -> Case[Consent]:
        """Somebody else is registered instead: this consent ends, and what was not dispatched."""

        def decide(case: Case[Consent]) -> Sequence[Fact]:
            if case.state.status in CLOSED:
                return []
            return [f.Replaced(**Actor(now, by, means)._asdict(), successor=successor)]

        return self._end(number, decide, now)

    def _end(
        self, number: str, decide: Callable[[Case[Any]], Sequence[Fact]], now: datetime
    ) -> Case[Consent]:
        """A consent ends, and with it what rests on it. Where its workflow is through already,
        nobody else would see to that; if the process dies half-way, the audit starts the workflow
        anew."""
        through = not self.cases.case(number).open
        case = self.cases.change(number, decide, now)
        self.on_ended(case, now)
        if through and case.open:
            self.cases.close(number, now)
        return self.cases.case(number)

    def audit(self, case: Case[Consent], now: datetime) -> Sequence[Wrong]:
        """A replacement broke off half-way: somebody else is registered already. Or a correction:
        what rested on the consent is called off, and the contractor is told."""
        if case.state.corrections and case.state.status == "pending":
            self.on_ended(case, now)
            self.cases.inform_contractor(case)  # mailed once an id
        holder = self.cases.store.holder(case.contract, CONSENT)
        if case.state.status in CLOSED or holder in (None, case.number):
            return []
        self.replace(case.number, str(holder), "audit", "workflow", now)
        return ["superseded"]

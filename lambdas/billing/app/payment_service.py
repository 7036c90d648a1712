"""Where results of payments are taken in: the fact they make is added to the contract, then they
are remembered. The same again changes nothing, a crash in between is made good by the next time.
"""

from datetime import date

from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.records import Actor
from lambdas.billing.contract.facts import NotCollected, Paid, PaymentFailed
from lambdas.billing.payments.collecting import undecided
from lambdas.billing.payments.gateway import Charge, Misused, PaymentGateway
from lambdas.billing.payments.payment_store import PaymentStore
from lambdas.billing.payments.results import PaymentResult, settle
from lambdas.shared.calendar import day_of


class PaymentService:
    """Money and news of money, for contracts."""

    def __init__(self, desk: ContractService, store: PaymentStore) -> None:
        self.desk = desk
        self.store = store

    def take(self, said: PaymentResult, by: Actor) -> PaymentResult | None:
        """What of ``said`` is news. Contradiction when it says the contrary of what is known,
        Forbidden and Unknown when the contract cannot take it."""
        result = settle(self.store.result(said.contract, said.id), said)
        if result is None:
            return None
        if fact := self._fact(result, day_of(by.at)):
            self.desk.take(result.contract, fact, by)
        self.store.remember(result)
        return result

    def _fact(
        self, result: PaymentResult, today: date
    ) -> Paid | PaymentFailed | NotCollected | None:
        """The fact of a result. One that a broken try wrote stays as it was: nothing is learnt of
        twice."""
        fact = result.fact(today)
        if isinstance(fact, PaymentFailed) and fact.known:
            facts = self.desk.open(result.contract).facts
            written = (one for one in facts if isinstance(one, PaymentFailed) and one.id == fact.id)
            return next(written, fact)
        return fact

    def charge(self, charge: Charge, gateway: PaymentGateway | None, by: Actor) -> PaymentResult:
        """Charge a card. That it begins is written down first, so that whatever comes in between,
        the next try looks for what the first one did."""
        if gateway is None:
            said = undecided(charge, "no_gateway")
        else:
            again = not self.store.begin(undecided(charge, "begun"))
            try:
                said = gateway.charge(charge, again=again)
            except Misused as misused:
                said = undecided(charge, f"misused: {misused}")
        self.take(said, by)
        return said

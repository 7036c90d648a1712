"""What dispatch did for a contract becomes a fact of it, which its catalogue prices.

A dispatch at the customer's request (AL-23, AL-24, AL-77, A-41), a visit to an empty home (AL-83,
AL-84, AL-87).
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.billing.app.contract_service import BillingSettings, ContractService, Unknown
from lambdas.billing.app.records import Actor
from lambdas.billing.contract.facts import Dispatched, Fact, Forwarded, HomeVisited, Retracted
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.aws.observability import logger
from lambdas.shared.events import DispatchSettled, EmptyHomeVisited
from lambdas.shared.settings import load

BY_DISPATCH = "dispatch"
"""Who is written down as having made the entry."""

CORRECTED = "報告の訂正"
"""Why what was written down of a case counts no longer."""


class TooEarly(Exception):
    """What is corrected was not heard of yet: the message comes again."""


def take(message: SQSRecord) -> None:
    """Write down what was done, once for each case however often it is said (G-08); what was said
    before a correction counts no longer.

    Raises Forbidden where the contract has no place for it, and TooEarly where what it corrects is
    not known: a charge that cannot be made is tried again, waits in the dead-letter queue for a
    person, and is not lost.
    """
    said = events.parse(json.loads(message.body))
    assert isinstance(said, DispatchSettled | EmptyHomeVisited)
    by = Actor(BY_DISPATCH, "workflow", max(said.at, queues.sent_at(message)))
    service = ContractService(load(BillingSettings))
    try:
        known = service.open(said.contract).facts
        service.enter(said.contract, facts_of(said, {fact.key for fact in known}, by.at), by)
    except Unknown:  # published by hand, as the demo household is
        logger.info("no contract of billing", extra={"contract": said.contract})


def facts_of(
    said: DispatchSettled | EmptyHomeVisited, known: Collection[str], now: datetime
) -> Sequence[Fact]:
    """The facts of the contract that an event stands for: what is true, and that what was said
    before it is not. ``known``: the keys of the facts that are written down already. TooEarly where
    what was said before is not among them."""
    mine = _named(said)
    if not said.edition or mine in known:
        return _done(said)
    before = _named(said.model_copy(update={"edition": said.edition - 1}))
    if before not in known:
        raise TooEarly(before)
    taken_back = [id for id in (before, f"{before}/forwarded") if id in known]
    on = max(said.at, now)
    return [
        *(Retracted(on=on, id=f"retracted/{id}", fact=id, reason=CORRECTED) for id in taken_back),
        *_done(said),
    ]


def _named(said: DispatchSettled | EmptyHomeVisited) -> str:
    """The name of a case's fact, as it is after so many corrections."""
    return f"{said.case}/{said.edition}" if said.edition else said.case


def _done(said: DispatchSettled | EmptyHomeVisited) -> Sequence[Fact]:
    """What was done, or that nothing was after all; it is priced by the contract's catalogue."""
    id = _named(said)
    if isinstance(said, DispatchSettled):
        return [
            Dispatched(
                on=said.at,
                id=id,
                cause=said.cause,
                cancelled=_cancelled(said),
                case=said.case,
                agreed=said.agreed_yen,
            )
        ]
    visited = HomeVisited(on=said.at, id=id, visit=said.visit, case=said.case, made=not said.void)
    if not said.forwarding_yen:
        return [visited]
    sent_on = {"id": f"{id}/forwarded", "case": said.case}
    return [visited, Forwarded(on=said.at, **sent_on, actual_cost=said.forwarding_yen)]


def _cancelled(
    said: DispatchSettled,
) -> Literal["after_acceptance", "false_alarm", "nobody_went"] | None:
    """Why nobody was at the home; None: somebody was."""
    if said.void:
        return "nobody_went"
    if not said.called_off:
        return None
    return "false_alarm" if said.mistake else "after_acceptance"


handler = queues.worker(take)

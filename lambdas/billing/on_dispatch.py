"""What dispatch did for a contract becomes a fact of it, which its catalogue prices.

A dispatch at the customer's request (AL-23, AL-24, AL-77, A-41), a visit to an empty home (AL-83,
AL-84, AL-87).
"""

import json
from collections.abc import Sequence
from typing import Literal

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.billing.app.contract_service import BillingSettings, ContractService, Unknown
from lambdas.billing.app.records import Actor
from lambdas.billing.contract.facts import Dispatched, Fact, Forwarded, HomeVisited
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.aws.observability import logger
from lambdas.shared.events import DispatchSettled, EmptyHomeVisited
from lambdas.shared.settings import load

BY_DISPATCH = "dispatch"
"""Who is written down as having made the entry."""


def take(message: SQSRecord) -> None:
    """Write down what was done, once for each case however often it is said (G-08).

    Raises Forbidden where the contract has no place for it: a charge that cannot be made waits in
    the dead-letter queue for a person, and is not lost.
    """
    said = events.parse(json.loads(message.body))
    assert isinstance(said, DispatchSettled | EmptyHomeVisited)
    by = Actor(BY_DISPATCH, "workflow", max(said.at, queues.sent_at(message)))
    try:
        ContractService(load(BillingSettings)).enter(said.contract, facts_of(said), by)
    except Unknown:  # published by hand, as the demo household is
        logger.info("no contract of billing", extra={"contract": said.contract})


def facts_of(said: DispatchSettled | EmptyHomeVisited) -> Sequence[Fact]:
    """The facts of the contract that an event stands for."""
    if isinstance(said, DispatchSettled):
        reason: Literal["after_acceptance", "false_alarm"] = (
            "false_alarm" if said.mistake else "after_acceptance"
        )
        return [
            Dispatched(
                on=said.at,
                id=said.case,
                cause=said.cause,
                cancelled=reason if said.called_off else None,
                case=said.case,
                agreed=said.agreed_yen,
            )
        ]
    visited = HomeVisited(on=said.at, id=said.case, visit=said.visit, case=said.case)
    if not said.forwarding_yen:
        return [visited]
    sent_on = {"id": f"{said.case}/forwarded", "case": said.case}
    return [visited, Forwarded(on=said.at, **sent_on, actual_cost=said.forwarding_yen)]


handler = queues.worker(take)

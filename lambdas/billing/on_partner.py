"""A contractor registered with the partner who makes home checks: now the contract includes what
needed that (DC-31)."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.billing.app.contract_service import BillingSettings, ContractService, Unknown
from lambdas.billing.app.records import Actor
from lambdas.billing.contract.facts import PartnerRegistered as Registered
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.aws.observability import logger
from lambdas.shared.events import PartnerRegistered
from lambdas.shared.settings import load


def take(message: SQSRecord) -> None:
    """Write down the first registration; whoever is replaced later changes nothing for billing."""
    said = events.parse(json.loads(message.body))
    assert isinstance(said, PartnerRegistered)
    desk = ContractService(load(BillingSettings))
    fact = Registered(on=said.at)
    by = Actor(said.by, "app", max(said.at, queues.sent_at(message)))
    try:
        record = desk.open(said.contract)
        known = desk.history(record).partner_registered
        if known is None or fact.on <= known:
            desk.take(record.id, fact, by)
    except Unknown:  # published by hand, as the demo household is
        logger.info("no contract of billing", extra={"contract": said.contract})
    except Forbidden as forbidden:  # refused or ended meanwhile
        logger.warning("not taken", extra={"contract": said.contract, "why": str(forbidden)})


handler = queues.worker(take)

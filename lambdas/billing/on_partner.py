"""A contractor registered with the partner who makes home checks: now the contract includes what
needed that (DC-31)."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.billing.desk import BillingSettings, Desk, Unknown
from lambdas.billing.facts import PartnerRegistered as Registered
from lambdas.billing.forbidden import Forbidden
from lambdas.billing.store import By
from lambdas.shared import events, queues
from lambdas.shared.events import PartnerRegistered
from lambdas.shared.observability import logger
from lambdas.shared.settings import load


def take(record: SQSRecord) -> None:
    """Write down the first registration; whoever is replaced later changes nothing for billing."""
    said = events.parse(json.loads(record.body))
    assert isinstance(said, PartnerRegistered)
    desk = Desk(load(BillingSettings))
    fact = Registered(on=said.at)
    by = By(said.by, "app", max(said.at, queues.sent_at(record)))
    try:
        dossier = desk.open(said.contract)
        known = desk.history(dossier).partner_registered
        if known is None or fact.on <= known:
            desk.take(dossier.id, fact, by)
    except Unknown:  # published by hand, as the demo household is
        logger.info("no contract of billing", extra={"contract": said.contract})
    except Forbidden as forbidden:  # refused or ended meanwhile
        logger.warning("not taken", extra={"contract": said.contract, "why": str(forbidden)})


handler = queues.worker(take)

#!/usr/bin/env python3
"""The CDK app: every stack of Mimamori, in the order in which they rest on each other.

Synthesizes offline. What an operator decides is context (cdk.json, or ``-c name=value``):
``operator_mail`` (gets alarms), ``sender`` (notices come from it), ``picture_days``,
``cooldown_seconds``, ``billing_mail`` (gets the summaries of billing runs), ``billing_house`` (who
sends invoices: lambdas/billing/documents/invoice_documents.py), ``billing_consignor`` (who
collects, as banks know us: lambdas/billing/payments/zengin.py), ``travel`` (how long responders
take: ``circle`` is estimated, ``routes`` is by road, asked of Amazon Location),
``ice_servers`` (STUN and TURN servers by which cameras are seen live from another network, URLs by
spaces: docs/live.md), ``call_centre`` and ``call_centre_hours`` (the number that anybody may call,
and when),
``connect_instance`` and ``connect_number`` (ARN of the Amazon Connect instance that phones people
of self-monitored homes, and its number; empty: nobody is phoned).
"""

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from stacks.api import ApiStack
from stacks.billing import BillingStack
from stacks.data import DataStack
from stacks.detection import DetectionStack
from stacks.devices import DevicesStack
from stacks.dispatch import DispatchStack
from stacks.homes import HomesStack
from stacks.ingest import IngestStack
from stacks.news import NewsStack
from stacks.notify import NotifyStack
from stacks.operations import OperationsStack
from stacks.security import SecurityStack
from stacks.web import WebStack


def build(app: cdk.App) -> cdk.App:
    """Put all stacks into ``app``."""

    def setting(name: str) -> str:
        return str(app.node.get_context(name))

    data = DataStack(app, "MimamoriData", operator_mail=setting("operator_mail") or None)
    shared = {"alarms": data.alarm_topic}
    api = ApiStack(app, "MimamoriApi", **shared)
    web = WebStack(app, "MimamoriWeb", api=api, **shared)
    meeting = {
        "bus": data.bus,
        "directory": data.directory,
        "door": api.door,
        **shared,
    }
    detection = DetectionStack(
        app, "MimamoriDetection", picture_days=int(setting("picture_days")), **meeting
    )
    homes = HomesStack(app, "MimamoriHomes", **meeting)
    devices = DevicesStack(app, "MimamoriDevices", ice_servers=setting("ice_servers"), **meeting)
    ingest = IngestStack(app, "MimamoriIngest", **meeting)
    notify = NotifyStack(
        app,
        "MimamoriNotify",
        page=web.url,
        pictures=detection.pictures,
        family_pictures=detection.objects("pictures/*"),
        sender=setting("sender"),
        cooldown_seconds=int(setting("cooldown_seconds")),
        call_centre=setting("call_centre"),
        staff={"billing": setting("billing_mail"), "dispatch": setting("dispatch_mail")},
        **meeting,
    )
    billing = BillingStack(
        app,
        "MimamoriBilling",
        page=web.url,
        house=app.node.get_context("billing_house"),
        consignor=app.node.get_context("billing_consignor"),
        users=api.users,
        **meeting,
    )
    dispatch = DispatchStack(
        app,
        "MimamoriDispatch",
        page=web.url,
        call_centre=setting("call_centre"),
        partner_terms=setting("partner_terms"),
        escalation=app.node.get_context("escalation"),
        alarm_escalation=app.node.get_context("alarm_escalation"),
        travel=app.node.get_context("travel"),
        **meeting,
    )
    security = SecurityStack(
        app,
        "MimamoriSecurity",
        app_client=api.app_client.user_pool_client_id,
        connect_instance=setting("connect_instance"),
        connect_number=setting("connect_number"),
        **meeting,
    )
    news = NewsStack(
        app,
        "MimamoriNews",
        call_centre=setting("call_centre"),
        call_centre_hours=app.node.get_context("call_centre_hours"),
        **meeting,
    )
    OperationsStack(
        app,
        "MimamoriOperations",
        contexts=[
            *(data, api, web, homes, detection, devices, ingest, notify, billing, dispatch),
            *(security, news),
        ],
    )
    return app


if __name__ == "__main__":
    mimamori = build(cdk.App())
    cdk.Validations.of(mimamori).add_plugins(AwsSolutionsChecks(mimamori))
    mimamori.synth()

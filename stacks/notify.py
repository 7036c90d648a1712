"""Telling people: the sender's address, the notices table, lambdas/notify."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnCondition, CfnOutput, CfnParameter, Fn
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ses as ses
from constructs import Construct

from lambdas.notify import api
from lambdas.notify.notice_service import NoticeSettings
from lambdas.shared.events import MotionDetected, Notice
from stacks.constructs.context import ContextStack, HttpApiEndpoint, acknowledge

SENDING_AT_ONCE = 5
"""Functions that send what is not urgent: a month's invoices must not use up SES's sending rate."""


class NotifyStack(ContextStack):
    """Table and functions of lambdas/notify."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.ITableV2,
        door: HttpApiEndpoint,
        page: str,
        sender: str,
        cooldown_seconds: int,
        call_centre: str,
        staff: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="notify", **kwargs)
        table = self.table("Notices")
        web_url = self._web_url(page)
        ses.EmailIdentity(self, "Sender", identity=_identity(sender))
        settings = NoticeSettings(
            notices_table=table.table_name,
            directory_table=directory.table_name,
            web_url=web_url,
            sender=sender,
            call_centre=call_centre,
            staff=self.to_json_string(dict(staff)),
            cooldown_seconds=cooldown_seconds,
        )
        urgent, others = self.queue("UrgentNotices"), self.queue("OtherNotices")
        self.subscribe(urgent, bus, MotionDetected)
        self.subscribe(urgent, bus, Notice, detail={"urgent": [True]})
        self.subscribe(others, bus, Notice, detail={"urgent": [False]})
        notice = self.worker("on_notice", settings, urgent)
        self.takes(notice, others, concurrency=SENDING_AT_ONCE)
        table.grant(
            notice,
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:Query",
            "dynamodb:BatchWriteItem",
        )
        directory.grant(notice, "dynamodb:GetItem", "dynamodb:Query")
        self._may_send(notice, sender)

        routes = self.function(
            "api",
            api.ApiSettings(notices_table=table.table_name, directory_table=directory.table_name),
        )
        table.grant(routes, "dynamodb:GetItem", "dynamodb:PutItem")
        directory.grant(routes, "dynamodb:GetItem", "dynamodb:Query")
        self.routes(door, routes, api.app)
        CfnOutput(self, "NoticesTable", value=table.table_name)

    def _may_send(self, function: lambda_.Function, sender: str) -> None:
        """Mails from the sender's address, and from no other."""
        addresses = f"arn:{self.partition}:ses:{self.region}:{self.account}:identity/*"
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["ses:SendEmail"],
                resources=[addresses],
                conditions={"StringEquals": {"ses:FromAddress": sender}},
            )
        )
        assert function.role
        acknowledge(
            function.role,
            {
                self.finding(addresses): "SES asks for the reader's address, too, while in its "
                "sandbox; the sender's is in the condition."
            },
        )

    def _web_url(self, page: str) -> str:
        """The page's address in mails: its own, unless the operator gives it a better name."""
        given = CfnParameter(
            self,
            "WebUrl",
            default="",
            description="The page's address in mails, such as https://mimamori.example; "
            "empty: CloudFront's own",
        )
        named = CfnCondition(
            self,
            "HasWebUrl",
            expression=Fn.condition_not(Fn.condition_equals(given.value_as_string, "")),
        )
        chosen = Fn.condition_if(named.logical_id, given.value_as_string, page)
        return str(chosen.to_string())


def _identity(sender: str) -> ses.Identity:
    """SES verifies the whole domain that notices come from."""
    return ses.Identity.domain(sender.rpartition("@")[2])

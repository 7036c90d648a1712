"""Telling people: the sender's address, the notices table, lambdas/notify."""

from typing import Any

from aws_cdk import CfnCondition, CfnOutput, CfnParameter, Fn
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ses as ses
from constructs import Construct

from lambdas.notify import api, on_case, on_contract, on_motion
from lambdas.shared.events import CaseNotice, ContractNotice, MotionDetected
from stacks.constructs.context import ContextStack, HttpApiEndpoint, acknowledge


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
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="notify", **kwargs)
        table = self.table("Notices")
        web_url = self._web_url(page)
        ses.EmailIdentity(self, "Sender", identity=_identity(sender))
        detected = self.queue("Detected")
        self.subscribe(detected, bus, MotionDetected)
        notice = self.worker(
            "on_motion",
            on_motion.NoticeSettings(
                notices_table=table.table_name,
                directory_table=directory.table_name,
                web_url=web_url,
                sender=sender,
                cooldown_seconds=cooldown_seconds,
            ),
            detected,
        )
        table.grant(
            notice,
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:BatchWriteItem",
        )
        directory.grant(notice, "dynamodb:Query")
        self._may_send(notice, sender)

        about_contracts = self.queue("ContractNotices")
        self.subscribe(about_contracts, bus, ContractNotice)
        contracts = self.worker(
            "on_contract",
            on_contract.ContractSettings(
                notices_table=table.table_name, web_url=web_url, sender=sender
            ),
            about_contracts,
        )
        table.grant(contracts, "dynamodb:GetItem", "dynamodb:PutItem")
        self._may_send(contracts, sender)

        about_cases = self.queue("CaseNotices")
        self.subscribe(about_cases, bus, CaseNotice)
        cases = self.worker(
            "on_case",
            on_case.CaseSettings(
                notices_table=table.table_name,
                web_url=web_url,
                sender=sender,
                call_centre=call_centre,
            ),
            about_cases,
        )
        table.grant(cases, "dynamodb:GetItem", "dynamodb:PutItem")
        self._may_send(cases, sender)

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
        return Fn.condition_if(named.logical_id, given.value_as_string, page).to_string()


def _identity(sender: str) -> ses.Identity:
    """SES verifies the whole domain that notices come from."""
    return ses.Identity.domain(sender.rpartition("@")[2])

"""Telling people: the sender's address, the notices table, lambdas/notify."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnCondition, CfnOutput, CfnParameter, Duration, Fn
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambdas.notify import api, receipt_api
from lambdas.notify.mail_gateway import TAG
from lambdas.notify.notice_service import NoticeSettings
from lambdas.shared.events import MotionDetected, Notice
from stacks.constructs.context import ContextStack, HttpApiEndpoint, acknowledge

SENDING_AT_ONCE = 5
"""Functions that send what is not urgent: a month's invoices must not use up SES's sending rate."""

PUSH_PARAMETER = "/mimamori/notify/push"
"""A SecureString that an operator writes (docs/deploy.md); nothing of it is in the template."""

PUSH_KEY_PARAMETER = "/mimamori/notify/push-public-key"
"""Its public half, which pages get."""


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
        pictures: s3.IBucket,
        family_pictures: str,
        page: str,
        sender: str,
        cooldown_seconds: int,
        call_centre: str,
        staff: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="notify", **kwargs)
        table = self.table("Notices")
        self.keeps_personal_data(bus, table)
        web_url = self._web_url(page)
        ses.EmailIdentity(self, "Sender", identity=_identity(sender))
        configuration, mail_events = self._events_of_mails()
        followups = self.queue("Followups", old_after=1_800)
        settings = NoticeSettings(
            notices_table=table.table_name,
            directory_table=directory.table_name,
            pictures_bucket=pictures.bucket_name,
            web_url=web_url,
            sender=sender,
            configuration_set=configuration.configuration_set_name,
            call_centre=call_centre,
            push_parameter=PUSH_PARAMETER,
            followup_queue=followups.queue_url,
            staff=self.to_json_string(dict(staff)),
            cooldown_seconds=cooldown_seconds,
        )
        urgent, others = (
            self.queue("UrgentNotices"),
            self.queue("OtherNotices", old_after=6 * 3_600),  # a month's invoices take their time
        )
        self.subscribe(urgent, bus, MotionDetected)
        self.subscribe(urgent, bus, Notice, detail={"urgent": [True]})
        self.subscribe(others, bus, Notice, detail={"urgent": [False]})
        notice = self.worker("on_notice", settings, urgent, layer="push")
        self.takes(notice, others, concurrency=SENDING_AT_ONCE)
        followup = self.worker("on_followup", settings, followups, layer="push")
        mail_event = self.worker(
            "on_mail_event", settings, mail_events, layer="push", concurrency=SENDING_AT_ONCE
        )
        self.alarm(
            "SlowToTell",
            self.counted("SecondsToTell", statistic="p90"),
            "From what a camera saw to the family's notice it took more than 30 seconds, thrice",
            above=30,
            times=3,
        )
        self.alarm(
            "ManyMailsReturned",
            self.counted("MailsReturned", minutes=60),
            "More than 20 mails came back within an hour",
            above=20,
        )
        self.alarm(
            "BounceRate",
            cloudwatch.Metric(
                namespace="AWS/SES",
                metric_name="Reputation.BounceRate",
                statistic="Maximum",
                period=Duration.hours(1),
            ),
            "More than 4 % of the mails bounce: at 5 % AWS reviews the account",
            above=0.04,
        )
        for function in (notice, followup, mail_event):
            table.grant(
                function,
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem",
                "dynamodb:Query",
            )
            directory.grant(function, "dynamodb:GetItem", "dynamodb:Query")
            self._may_send(function, sender, configuration)
            self._may_read(function, PUSH_PARAMETER)
            self.allow(function, "sqs:SendMessage", on=[followups.queue_arn])
        table.grant(notice, "dynamodb:BatchWriteItem")

        for function in (notice, followup):
            self.allow(
                function,
                "s3:GetObject",
                on=[family_pictures],
                because="Pictures are named by home and event.",
            )
            # Without it, S3 answers "forbidden" instead of "not there".
            self.allow(function, "s3:ListBucket", on=[pictures.bucket_arn])

        routes = self.function(
            "api",
            api.ApiSettings(
                notices_table=table.table_name,
                directory_table=directory.table_name,
                push_key_parameter=PUSH_KEY_PARAMETER,
            ),
        )
        table.grant(
            routes, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query"
        )
        directory.grant(routes, "dynamodb:GetItem", "dynamodb:Query")
        self._may_read(routes, PUSH_KEY_PARAMETER)
        self.routes(door, routes, api.app)
        receipts = self.function(
            "receipt_api", receipt_api.ReceiptSettings(notices_table=table.table_name)
        )
        table.grant(receipts, "dynamodb:GetItem", "dynamodb:PutItem")
        self.routes(
            door,
            receipts,
            receipt_api.app,
            open_because="A phone's worker has no login: the notice brings a secret of 192 bits, "
            "which says of one notice that it was shown.",
        )
        CfnOutput(self, "NoticesTable", value=table.table_name)

    def _may_read(self, function: lambda_.Function, parameter: str) -> None:
        """A parameter; its encryption is SSM's own key, which asks for no right more."""
        arn = self.format_arn(
            service="ssm", resource="parameter", resource_name=parameter.removeprefix("/")
        )
        self.allow(function, "ssm:GetParameter", on=[arn])

    def _events_of_mails(self) -> tuple[ses.ConfigurationSet, sqs.Queue]:
        """SES says of every mail whether it took it, and whether it was returned: on the account's
        own bus, the only one that it speaks on."""
        configuration = ses.ConfigurationSet(self, "Mails", reputation_metrics=True)
        bus = events.EventBus.from_event_bus_name(self, "AccountBus", "default")
        configuration.add_event_destination(
            "ToBus",
            destination=ses.EventDestination.event_bus(bus),
            events=[
                ses.EmailSendingEvent.SEND,
                ses.EmailSendingEvent.BOUNCE,
                ses.EmailSendingEvent.COMPLAINT,
                ses.EmailSendingEvent.REJECT,
                ses.EmailSendingEvent.RENDERING_FAILURE,
            ],
        )
        queue = self.queue("MailEvents")
        assert queue.dead_letter_queue
        events.Rule(
            self,
            "MailEventsFromSes",
            event_bus=bus,
            description=f"what becomes of the mails of {self.context}",
            event_pattern=events.EventPattern(
                source=["aws.ses"],
                detail={
                    "mail": {
                        "tags": {
                            "ses:configuration-set": [configuration.configuration_set_name],
                            TAG: [{"exists": True}],
                        }
                    }
                },
            ),
            targets=[targets.SqsQueue(queue, dead_letter_queue=queue.dead_letter_queue.queue)],
        )
        return configuration, queue

    def _may_send(
        self, function: lambda_.Function, sender: str, configuration: ses.ConfigurationSet
    ) -> None:
        """Mails from the sender's address, and from no other."""
        addresses = f"arn:{self.partition}:ses:{self.region}:{self.account}:identity/*"
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["ses:SendEmail", "ses:SendRawEmail"],  # raw: with a picture (AL-69)
                resources=[
                    addresses,
                    self.format_arn(
                        service="ses",
                        resource="configuration-set",
                        resource_name=configuration.configuration_set_name,
                    ),
                ],
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

"""What every context meets at: the event bus, the directory, the bucket into which each puts its
part of a disclosure, the operator's alarm topic."""

from typing import Any

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from lambdas.shared.personal_data import DISCLOSURES, ERASURES
from stacks.constructs.context import ContextStack

ACCESS_DAYS = 5 * 366
"""For so long it is kept who of the staff looked at what, and what was erased of whom."""

DISCLOSED_DAYS = 7
"""For so long the files of a disclosure are there (lambdas/homes/requests.py)."""


class DataStack(ContextStack):
    """The bus, the directory, the bucket of disclosures and the alarm topic."""

    def __init__(
        self, scope: Construct, id: str, *, operator_mail: str | None, **kwargs: Any
    ) -> None:
        super().__init__(scope, id, context="data", **kwargs)
        self.bus = events.EventBus(
            self, "Bus", event_bus_name="mimamori", description="Typed events between contexts"
        )
        events.Archive(
            self,
            "BusArchive",
            source_event_bus=self.bus,
            event_pattern=events.EventPattern(account=[self.account]),
            retention=Duration.days(30),
            description="A month of events, to be replayed after a mistake",
        )
        self.directory = self.table("Directory")
        self.bucket(
            "Disclosures",
            name=self.disclosures,
            kept_days={f"{DISCLOSURES}/": DISCLOSED_DAYS, f"{ERASURES}/": ACCESS_DAYS},
            unlogged="Links are made by a function whose requests are logged, and are good for ten "
            "minutes.",
        )
        self._access_log()
        CfnOutput(self, "DirectoryTable", value=self.directory.table_name)
        CfnOutput(self, "EventBus", value=self.bus.event_bus_name)
        self.alarm_topic = sns.Topic(self, "Alarms", display_name="Mimamori", enforce_ssl=True)
        # A policy of its own (here: TLS only) replaces SNS's, by which alarms of the account may.
        self.alarm_topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[self.alarm_topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        if operator_mail:
            self.alarm_topic.add_subscription(subscriptions.EmailSubscription(operator_mail))

    def _access_log(self) -> None:
        """The bucket of what staff looked at: what lies in it is locked, and no function may lift
        the lock."""
        bucket = self.bucket(
            "AccessLog",
            name=self.access_log,
            kept_days={"": ACCESS_DAYS},
            unlogged="It is a log itself.",
        )
        plain = bucket.node.default_child
        assert isinstance(plain, s3.CfnBucket)
        plain.object_lock_enabled = True
        plain.object_lock_configuration = s3.CfnBucket.ObjectLockConfigurationProperty(
            object_lock_enabled="Enabled",
            rule=s3.CfnBucket.ObjectLockRuleProperty(
                default_retention=s3.CfnBucket.DefaultRetentionProperty(
                    mode="COMPLIANCE", days=ACCESS_DAYS
                )
            ),
        )
        plain.add_property_override(
            "LifecycleConfiguration.Rules.0.NoncurrentVersionExpiration", {"NoncurrentDays": 1}
        )
        plain.versioning_configuration = s3.CfnBucket.VersioningConfigurationProperty(
            status="Enabled"
        )

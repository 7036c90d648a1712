"""What devices say about a home: rules, the readings table, lambdas/ingest."""

from typing import Any

from aws_cdk import CfnOutput
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from constructs import Construct

from lambdas.ingest import (
    activity_api,
    api,
    notice_api,
    on_clock,
    on_home,
    on_report,
    on_statistics,
    statistics_api,
)
from stacks.constructs.context import ContextStack, HttpApiEndpoint
from stacks.constructs.topic_rules import to_queue

LOOK_MINUTES = 15
A_DAY = 24 * 60
STATISTICS_DAYS = 3 * 366
"""So long are days without persons kept, to compare a year with the one before."""


class IngestStack(ContextStack):
    """Table and functions of lambdas/ingest."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.ITableV2,
        door: HttpApiEndpoint,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="ingest", **kwargs)
        table = self.table("Readings")
        self.keeps_personal_data(bus, table)
        self.refusals()
        said = self.queue("Reports")
        report = self.worker(
            "on_report",
            on_report.ReportSettings(
                readings_table=table.table_name,
                directory_table=directory.table_name,
                event_bus=bus.event_bus_name,
            ),
            said,
            concurrency=50,
        )
        table.grant(report, "dynamodb:PutItem", "dynamodb:UpdateItem")
        directory.grant(report, "dynamodb:GetItem", "dynamodb:Query")
        bus.grant_put_events_to(report)
        for channel in on_report.ROUTES:
            to_queue(self, channel, said)

        routes = self.function(
            "api",
            api.ApiSettings(readings_table=table.table_name, directory_table=directory.table_name),
        )
        table.grant(routes, "dynamodb:Query")
        directory.grant(routes, "dynamodb:GetItem", "dynamodb:Query")
        self.routes(door, routes, api.app)
        looks = self.function(
            "activity_api",
            activity_api.ActivitySettings(
                readings_table=table.table_name, directory_table=directory.table_name
            ),
            memory=1024,
            timeout=30,
            layer="numbers",
        )
        table.grant(looks, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")
        directory.grant(looks, "dynamodb:GetItem", "dynamodb:Query")
        self.routes(door, looks, activity_api.app)
        wishes = self.function(
            "notice_api",
            notice_api.NoticeApiSettings(
                readings_table=table.table_name,
                directory_table=directory.table_name,
                event_bus=bus.event_bus_name,
            ),
            layer="numbers",
        )
        table.grant(
            wishes, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"
        )
        directory.grant(wishes, "dynamodb:GetItem", "dynamodb:Query")
        bus.grant_put_events_to(wishes)
        self.routes(door, wishes, notice_api.app)
        self._watch(table, directory, bus)
        self._statistics(table, door)
        CfnOutput(self, "ReadingsTable", value=table.table_name)

    def _watch(
        self, table: dynamodb.ITableV2, directory: dynamodb.ITableV2, bus: events.IEventBus
    ) -> None:
        """Every few minutes each home is looked at, one message a home."""
        homes = self.queue("Homes", visible_after=360)
        look = self.worker(
            "on_home",
            on_home.HomeSettings(
                readings_table=table.table_name,
                directory_table=directory.table_name,
                event_bus=bus.event_bus_name,
            ),
            homes,
            memory=1024,
            timeout=60,
            layer="numbers",
            concurrency=50,
        )
        table.grant(
            look, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"
        )
        directory.grant(look, "dynamodb:GetItem", "dynamodb:Query")
        bus.grant_put_events_to(look)
        clock = self.function(
            "on_clock",
            on_clock.ClockSettings(readings_table=table.table_name, homes_queue=homes.queue_url),
            timeout=120,
            asynchronous=True,
        )
        table.grant(clock, "dynamodb:Query")
        homes.grant_send_messages(clock)
        schedule = self.every(
            LOOK_MINUTES,
            "Clock",
            clock,
            "Looks at every home that sensors tell of, on the quarter hours (AL-63)",
            by_the_hour=True,
        )
        CfnOutput(self, "ActivitySchedule", value=schedule.schedule_name)

    def _statistics(self, table: dynamodb.ITableV2, door: HttpApiEndpoint) -> None:
        """Once a day a day of all homes becomes rows without persons (HT-74)."""
        days = self.bucket(
            "Statistics",
            kept_days={"": STATISTICS_DAYS},
            unlogged="It holds no person, and one function alone reads it.",
        )
        counts = self.function(
            "on_statistics",
            on_statistics.StatisticsSettings(
                readings_table=table.table_name, statistics_bucket=days.bucket_name
            ),
            memory=2048,
            timeout=900,
            layer="statistics",
            asynchronous=True,
        )
        table.grant(counts, "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query")
        self.allow(counts, "s3:ListBucket", on=[days.bucket_arn])
        self.allow(
            counts,
            *("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
            on=[days.arn_for_objects("days/*")],
            because="Objects are named by day.",
        )
        self.every(A_DAY, "StatisticsClock", counts, "A day of all homes, without persons")
        shown = self.function(
            "statistics_api", statistics_api.StatisticsApiSettings(readings_table=table.table_name)
        )
        table.grant(shown, "dynamodb:GetItem")
        self.routes(door, shown, statistics_api.app)

"""What devices say about a home: rules, the readings table, lambdas/ingest."""

from typing import Any

from aws_cdk import CfnOutput
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from constructs import Construct

from lambdas.ingest import api, on_report
from stacks.constructs.context import ContextStack, HttpApiEndpoint
from stacks.constructs.topic_rules import to_queue


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
        said = self.queue("Reports")
        report = self.worker(
            "on_report",
            on_report.ReportSettings(
                readings_table=table.table_name,
                directory_table=directory.table_name,
                event_bus=bus.event_bus_name,
            ),
            said,
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
        CfnOutput(self, "ReadingsTable", value=table.table_name)

"""A home as its people see it, and people's rights over their data: lambdas/homes."""

from typing import Any

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from constructs import Construct

from lambdas.homes import access_api, api, request_api
from stacks.constructs.context import ContextStack, HttpApiEndpoint

DIRECTORY = ("ALARM#*", "CONTRACT#*", "DEVICE#*", "HOME#*", "PERSON#*", "THINGS#*")
"""What the directory says of homes and people, and goes with them."""


class HomesStack(ContextStack):
    """Table and functions of lambdas/homes."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.TableV2,
        door: HttpApiEndpoint,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="homes", **kwargs)
        routes = self.function("api", api.ApiSettings(directory_table=directory.table_name))
        directory.grant(routes, "dynamodb:GetItem", "dynamodb:Query")
        self.routes(door, routes, api.app)

        table = self.table("Requests")
        requests = self.function(
            "request_api",
            request_api.RequestSettings(
                directory_table=directory.table_name,
                homes_table=table.table_name,
                disclosures_bucket=self.disclosures,
                event_bus=bus.event_bus_name,
            ),
        )
        table.grant(
            requests,
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:DeleteItem",
        )
        directory.grant(requests, "dynamodb:GetItem", "dynamodb:Query")
        bus.grant_put_events_to(requests)
        self.allow(
            requests,
            "s3:GetObject",
            on=[self.disclosed("*")],
            because="Parts are named by request and context.",
        )
        self.allow(requests, "s3:ListBucket", on=[f"arn:{self.partition}:s3:::{self.disclosures}"])
        self.routes(door, requests, request_api.app)
        self.keeps_personal_data(bus, directory, keys=DIRECTORY)

        accesses = self.function(
            "access_api", access_api.AccessSettings(records_bucket=self.access_log)
        )
        self.allow(accesses, "s3:ListBucket", on=[f"arn:{self.partition}:s3:::{self.access_log}"])
        self.routes(door, accesses, access_api.app)

"""News to families, and how to ask: the news table, lambdas/news."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from constructs import Construct

from lambdas.news import api, staff_api
from stacks.constructs.context import ContextStack, HttpApiEndpoint


class NewsStack(ContextStack):
    """Table and functions of lambdas/news."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.ITableV2,
        door: HttpApiEndpoint,
        call_centre: str,
        call_centre_hours: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="news", **kwargs)
        table = self.table("News")
        self.keeps_personal_data(bus, table)
        families = self.function(
            "api",
            api.ApiSettings(
                news_table=table.table_name,
                directory_table=directory.table_name,
                call_centre=call_centre,
                call_centre_hours=self.to_json_string(dict(call_centre_hours)),
            ),
        )
        table.grant(families, "dynamodb:Query", "dynamodb:PutItem")
        directory.grant(families, "dynamodb:GetItem", "dynamodb:Query")
        self.routes(door, families, api.app)
        staff = self.function("staff_api", api.NewsSettings(news_table=table.table_name))
        table.grant(staff, "dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem")
        self.routes(door, staff, staff_api.app)

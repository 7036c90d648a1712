"""The routes of a home that are of no product: lambdas/homes."""

from typing import Any

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from lambdas.homes import api
from stacks.constructs.context import ContextStack, HttpApiEndpoint


class HomesStack(ContextStack):
    """The functions of lambdas/homes."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        directory: dynamodb.ITableV2,
        door: HttpApiEndpoint,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="homes", **kwargs)
        routes = self.function("api", api.ApiSettings(directory_table=directory.table_name))
        directory.grant(routes, "dynamodb:GetItem", "dynamodb:Query")
        self.routes(door, routes, api.app)

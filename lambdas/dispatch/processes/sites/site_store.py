"""Surveyed homes in dispatch's table: ``SITE#<home>`` has a row a survey, the last counts."""

from boto3.dynamodb.conditions import Key

from lambdas.dispatch.processes.sites.site import Surveyed
from lambdas.shared.aws.clients import table


class SiteStore:
    """The sites in dispatch's table."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def keep(self, home: str, surveyed: Surveyed) -> None:
        """A home was surveyed; what was known before is kept beside it."""
        row = {"pk": f"SITE#{home}", "sk": surveyed.at.isoformat()}
        self._table.put_item(Item={**row, "body": surveyed.model_dump_json()})

    def of(self, home: str) -> Surveyed | None:
        """The last survey of a home."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"SITE#{home}"),
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )
        return next((Surveyed.model_validate_json(row["body"]) for row in page["Items"]), None)

"""Runs: what each began with, did in its batches, and came to; and the last day gone through."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Attr, Key

from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table

KEPT = timedelta(days=400)
"""How long the rows of a run's batches stay."""

_LAST_DAY = {"pk": "LAST", "sk": "daily"}


class RunStore:
    """``RUN#…`` in billing's table."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def shards(self) -> dict[str, int]:
        """The shards that have contracts, and how many."""
        rows = dynamo.query(self._table, Key("pk").eq("SHARDS"), ConsistentRead=True)
        return {row["sk"]: int(row["contracts"]) for row in rows}

    def begin(self, run: str, execution: str, at: datetime, means: str) -> None:
        """A run began; said again by a repeated call."""
        self._table.put_item(
            Item={"pk": f"RUN#{run}", "sk": execution, "began": at.isoformat(), "means": means}
        )

    def batch_done(
        self, run: str, execution: str, batch: str, counts: Mapping[str, int], at: datetime
    ) -> None:
        """What a run did in one of its batches. Done again it takes the place of the first."""
        self._table.put_item(
            Item={
                "pk": f"RUN#{run}#{execution}",
                "sk": batch,
                **counts,
                "expires": int((at + KEPT).timestamp()),
            }
        )

    def counted(self, run: str, execution: str) -> dict[str, int]:
        """What all batches of a run did, together."""
        totals: dict[str, int] = {}
        for row in dynamo.query(
            self._table, Key("pk").eq(f"RUN#{run}#{execution}"), ConsistentRead=True
        ):
            for name, value in row.items():
                if name not in ("pk", "sk", "expires"):
                    totals[name] = totals.get(name, 0) + int(value)
        return totals

    def end(self, run: str, execution: str, counts: Mapping[str, int], at: datetime) -> None:
        """A run is over: its summary."""
        self._table.update_item(
            Key={"pk": f"RUN#{run}", "sk": execution},
            UpdateExpression="SET ended = :at, summary = :counts",
            ExpressionAttributeValues={":at": at.isoformat(), ":counts": dict(counts)},
        )
        self._table.put_item(Item={"pk": "RUNS", "sk": f"{at.isoformat()}#{run}", "run": run})

    def last_day(self) -> date | None:
        """The last day a daily run went through."""
        item = self._table.get_item(Key=_LAST_DAY, ConsistentRead=True).get("Item")
        return date.fromisoformat(item["day"]) if item else None

    def went_through(self, day: date) -> None:
        """A daily run went through this day. An earlier one moves nothing back."""
        try:
            self._table.put_item(
                Item={**_LAST_DAY, "day": day.isoformat()},
                ConditionExpression=Attr("day").not_exists() | Attr("day").lt(day.isoformat()),
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return

    def executions(self, run: str) -> list[dict[str, Any]]:
        """The executions of a run, each with its summary if it ended."""
        rows = dynamo.query(self._table, Key("pk").eq(f"RUN#{run}"))
        return [
            {
                "execution": row["sk"],
                "began": row["began"],
                "ended": row.get("ended"),
                "summary": {name: int(n) for name, n in row.get("summary", {}).items()},
            }
            for row in rows
        ]

    def runs(self, newest: int = 50) -> list[str]:
        """The runs that ended last, newest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq("RUNS"), ScanIndexForward=False, Limit=newest
        )
        return list(dict.fromkeys(row["run"] for row in page["Items"]))

"""The news table.

``NEWS#<id>`` has the facts of a piece (``0001``, ``0002``, …), which never change. ``DESK`` has how
each piece stands, for staff; ``SHOWN`` those that are not withdrawn, for families, until they end.
``READ#<person>`` has which revision of which piece somebody read. A fact and how the piece stands
by it are one write: of two at once, one gets Conflict.
"""

from collections.abc import Sequence
from datetime import datetime

from boto3.dynamodb.conditions import Key

from lambdas.news.news import FACTS, AnyFact, News, standing
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.aws.dynamo import Row
from lambdas.shared.conflicts import Conflict


class Store:
    """The rows of the news table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    def facts(self, id: str) -> list[AnyFact]:
        """What happened to a piece, in its order; empty for one that there is not."""
        rows = dynamo.query(self._table, Key("pk").eq(f"NEWS#{id}"), ConsistentRead=True)
        return [FACTS.validate_json(row["body"]) for row in rows]

    def add(self, id: str, before: Sequence[AnyFact], fact: AnyFact) -> News:
        """A piece has one fact more. Raises Conflict when somebody was faster."""
        news = standing(id, [*before, fact])
        key = {"pk": f"NEWS#{id}", "sk": f"{news.revision:04}"}
        body, shown = news.model_dump_json(), {"pk": "SHOWN", "sk": id}
        writes: list[Row] = [
            dynamo.put_new(self._name, {**key, "body": fact.model_dump_json()}),
            dynamo.put(self._name, {"pk": "DESK", "sk": id, "body": body}),
            dynamo.delete(self._name, shown)
            if news.withdrawn_at
            else dynamo.put(self._name, {**shown, "body": body, "expires": _end(news)}),
        ]
        if not dynamo.transact(writes):
            raise Conflict(f"{id} has a fact {news.revision} already")
        return news

    def desk(self, before: str, limit: int) -> list[News]:
        """How pieces stand, the newest first: those of before an id, or the last ones."""
        found = Key("pk").eq("DESK")
        page = self._table.query(
            KeyConditionExpression=found & Key("sk").lt(before) if before else found,
            ScanIndexForward=False,
            Limit=limit,
        )
        return [News.model_validate_json(row["body"]) for row in page["Items"]]

    def shown(self, now: datetime) -> list[News]:
        """What families may read at ``now``, each their own part of it."""
        rows = dynamo.query(self._table, Key("pk").eq("SHOWN"))
        found = (News.model_validate_json(row["body"]) for row in rows)
        return [one for one in found if one.shown(now)]

    def read(self, person: str) -> dict[str, int]:
        """Which revision of which piece somebody read."""
        rows = dynamo.query(self._table, Key("pk").eq(f"READ#{person}"))
        return {str(row["sk"]): int(row["revision"]) for row in rows}

    def mark(self, person: str, news: News) -> None:
        """Somebody read a piece as it stands."""
        key = {"pk": f"READ#{person}", "sk": news.id}
        self._table.put_item(Item={**key, "revision": news.revision, "expires": _end(news)})


def _end(news: News) -> int:
    return int(news.content.ends.timestamp())

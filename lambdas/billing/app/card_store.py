"""What staff's lists show: a card of each contract, filed where it is looked for."""

from collections.abc import Iterable, Iterator

from boto3.dynamodb.conditions import Key

from lambdas.billing.app.records import ContractRecord, agreement_key
from lambdas.billing.app.search import IndexKey, KeyRange
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table

CARDS_A_PAGE = 100


class CardStore:
    """``FIND#…`` in billing's table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    def file(
        self,
        record: ContractRecord,
        card: str,
        places: Iterable[IndexKey],
        out_of: Iterable[IndexKey],
    ) -> bool:
        """File a contract's card, and take it out of where it lay: all of it or, when the contract
        was changed meanwhile, nothing."""
        values = {":card": card, ":was": record.card, ":version": record.version}
        remember = {
            "Update": {
                "TableName": self._name,
                "Key": dynamo.serialize(agreement_key(record.id)),
                "UpdateExpression": "SET card = :card",
                "ConditionExpression": "version = :version"
                " AND (attribute_not_exists(card) OR card = :was)",
                "ExpressionAttributeValues": dynamo.serialize(values),
            }
        }
        put = [
            dynamo.put(self._name, {"pk": p.partition, "sk": p.key, "body": card}) for p in places
        ]
        delete = [dynamo.delete(self._name, {"pk": p.partition, "sk": p.key}) for p in out_of]
        done = dynamo.transact([remember, *put, *delete])
        record.card = card if done else record.card
        return done

    def cards(self, shelf: KeyRange, after: str = "") -> Iterator[tuple[str, str]]:
        """The cards on a shelf with their keys, those behind ``after``."""
        key = Key("pk").eq(shelf.partition)
        if after:  # a key cannot be asked for twice; what is beyond the prefix ends the reading
            key &= Key("sk").gt(after)
        elif shelf.prefix:
            key &= Key("sk").begins_with(shelf.prefix)
        for row in dynamo.query(self._table, key, Limit=CARDS_A_PAGE):
            if not row["sk"].startswith(shelf.prefix):
                return
            yield row["sk"], row["body"]

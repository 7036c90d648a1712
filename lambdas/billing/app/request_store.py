"""Which requests of the desk were done, by the names that their senders gave them (G-08)."""

from datetime import datetime, timedelta

from lambdas.billing.app.records import Conflict
from lambdas.shared.aws.clients import table

KEPT = timedelta(days=30)
"""How long a request is known again."""


class RequestStore:
    """``REQUEST#…`` in billing's table."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def done(self, who: str, key: str, said: str) -> bool:
        """Whether somebody's request of this name was done. Conflict when that asked for something
        else (``said`` is what it asks for, as a digest)."""
        found = self._table.get_item(Key=_key(who, key), ConsistentRead=True).get("Item")
        if found and found["said"] != said:
            raise Conflict(f"{key} is the name of another request")
        return found is not None

    def remember(self, who: str, key: str, said: str, at: datetime) -> None:
        """It was done."""
        expires = int((at + KEPT).timestamp())
        self._table.put_item(Item={**_key(who, key), "said": said, "expires": expires})


def _key(who: str, key: str) -> dict[str, str]:
    return {"pk": f"REQUEST#{who}", "sk": key}

"""Who asks for home checks remarkably often, as an operator judged (DL-26, DL-27, A-08)."""

from datetime import datetime
from typing import NamedTuple

from lambdas.shared.aws.clients import table


class Frequent(NamedTuple):
    """An operator's judgement that somebody asks remarkably often."""

    since: datetime
    until: datetime
    by: str
    reason: str


class FrequencyStore:
    """The judgements in dispatch's table, one a contract."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def judge(self, contract: str, judged: Frequent | None) -> None:
        """A contract's requests are remarkably frequent, or (None) no more."""
        key = {"pk": f"CONTRACT#{contract}", "sk": "FREQUENT"}
        if judged is None:
            self._table.delete_item(Key=key)
            return
        said = {"since": judged.since.isoformat(), "until": judged.until.isoformat()}
        self._table.put_item(Item={**key, **said, "by": judged.by, "reason": judged.reason})

    def of(self, contract: str) -> Frequent | None:
        """What was judged last, whether it still holds or not."""
        key = {"pk": f"CONTRACT#{contract}", "sk": "FREQUENT"}
        row = self._table.get_item(Key=key).get("Item")
        if row is None:
            return None
        since, until = (datetime.fromisoformat(row[name]) for name in ("since", "until"))
        return Frequent(since, until, row["by"], row["reason"])

"""Who is registered, found by what an operator hears on the telephone.

``FIND#<partition>`` has a row for each name and number of a registration (a denormalized index).
"""

from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_store import CaseStore
from lambdas.dispatch.processes.consent import facts as f
from lambdas.dispatch.processes.consent.registration_index import search_key, search_keys
from lambdas.dispatch.processes.consent.state import Consent
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table


class RegistrationStore:
    """The index of registrations in dispatch's table."""

    def __init__(self, name: str, cases: CaseStore) -> None:
        self._name, self._table = name, table(name)
        self._cases = cases

    def writes(
        self, number: str, fact: f.Registered, before: Case[Consent] | None
    ) -> list[dict[str, Any]]:
        """What a registration is found by, in the place of what its predecessor was found by."""
        old = _rows(before.state.registered) if before else {}
        new = _rows(fact)
        gone = [dynamo.delete(self._name, old[key]) for key in old.keys() - new.keys()]
        return gone + [dynamo.put(self._name, {**row, "number": number}) for row in new.values()]

    def find(self, said: str, limit: int = 20) -> list[Case[Consent]]:
        """The registrations whose names begin, or whose telephone numbers end, as was said."""
        key = search_key(said)
        if key is None:
            return []
        here = Key("pk").eq(f"FIND#{key.partition}") & Key("sk").begins_with(key.prefix)
        numbers: dict[str, None] = {}
        for row in dynamo.query(self._table, here, ConsistentRead=True):
            numbers[row["number"]] = None
            if len(numbers) == limit:
                break
        return [case for number in numbers if (case := self._cases.case(number))]


def _rows(fact: f.Registered) -> dict[tuple[str, str], dict[str, str]]:
    """The rows by which a registration is found, by their keys."""
    keys = ((f"FIND#{key.partition}", f"{key.prefix}#{fact.contract}") for key in search_keys(fact))
    return {(pk, sk): {"pk": pk, "sk": sk} for pk, sk in keys}

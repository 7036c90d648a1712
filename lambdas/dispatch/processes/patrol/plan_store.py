"""Plans in dispatch's table.

``PLAN#<id>`` has a plan's facts, ``CONTRACT#<contract>`` / ``PLAN#…`` lists those of a contract,
``VISITS#<day>`` the visits of a day for which no case was opened yet: one of a kind for a home.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from boto3.dynamodb.conditions import Key

from lambdas.dispatch.processes.patrol.checklist import VisitKind
from lambdas.dispatch.processes.patrol.plan import (
    PLAN_FACT,
    Plan,
    PlanFact,
    PlanMade,
    VisitDropped,
    VisitImpossible,
    VisitOpened,
)
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.calendar import day_of
from lambdas.shared.conflicts import Conflict


class PlannedAlready(Exception):
    """A visit of the kind is planned for the home on one of the days."""


class Due(NamedTuple):
    """A visit of a day for which no case was opened yet."""

    plan: str
    home: str
    visit: VisitKind
    day: date


class PlanStore:
    """The plans in dispatch's table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    def make(self, made: PlanMade) -> Plan:
        """A new plan. PlannedAlready when one of its visits is planned, and nothing is written."""
        id = self._number(made)
        writes = [
            dynamo.put_new(self._name, _row(id, 1, made)),
            dynamo.put_new(
                self._name,
                {"pk": f"CONTRACT#{made.contract}", "sk": f"PLAN#{made.on.isoformat()}#{id}"}
                | {"plan": id},
            ),
        ]
        for day in sorted(set(made.wanted.days)):
            writes.append(
                dynamo.put_new(self._name, {**_due(day, made.home, made.wanted.visit), "plan": id})
            )
        if not dynamo.transact(writes):
            raise PlannedAlready(id)
        return Plan(id, [made])

    def plan(self, id: str) -> Plan | None:
        """A plan with its facts; None when there is none."""
        rows = dynamo.query(self._table, Key("pk").eq(f"PLAN#{id}"), ConsistentRead=True)
        facts = [PLAN_FACT.validate_json(row["body"]) for row in rows]
        return Plan(id, facts) if facts else None

    def add(self, plan: Plan, facts: Sequence[PlanFact]) -> Plan:
        """What happened to days of a plan. Their rows of the day's list go with it. Conflict when
        somebody else wrote first."""
        first = plan.made
        writes = []
        for number, fact in enumerate(facts, start=len(plan.facts) + 1):
            assert isinstance(fact, VisitDropped | VisitOpened | VisitImpossible)
            writes.append(dynamo.put_new(self._name, _row(plan.id, number, fact)))
            due = _due(fact.day, first.home, first.wanted.visit)
            writes.append(dynamo.delete(self._name, due))
        if not dynamo.transact(writes):
            raise Conflict(plan.id)
        return Plan(plan.id, [*plan.facts, *facts])

    def of_contract(self, contract: str, limit: int = 20) -> list[Plan]:
        """A contract's plans, the newest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"CONTRACT#{contract}")
            & Key("sk").begins_with("PLAN#"),
            ScanIndexForward=False,
            Limit=limit,
        )
        found = (self.plan(row["plan"]) for row in page["Items"])
        return [one for one in found if one]

    def due(self, day: date) -> list[Due]:
        """The visits of a day for which no case was opened yet."""
        rows = dynamo.query(self._table, Key("pk").eq(f"VISITS#{day}"), ConsistentRead=True)
        return [Due(row["plan"], *_parts(row["sk"]), day) for row in rows]

    def _number(self, made: PlanMade) -> str:
        day = day_of(made.on).strftime("%Y%m%d")
        answer = self._table.update_item(
            Key={"pk": "NUMBERS", "sk": f"plan#{day}"},
            UpdateExpression="ADD given :one",
            ExpressionAttributeValues={":one": 1},
            ReturnValues="UPDATED_NEW",
        )
        return f"PL-{day}-{int(answer['Attributes']['given']):04}"


def _row(plan: str, number: int, fact: PlanFact) -> dict[str, Any]:
    return {"pk": f"PLAN#{plan}", "sk": f"F#{number:05}", "body": fact.model_dump_json()}


def _due(day: date, home: str, visit: VisitKind) -> dict[str, Any]:
    return {"pk": f"VISITS#{day}", "sk": f"{visit}#{home}"}


def _parts(key: str) -> tuple[str, VisitKind]:
    visit, _, home = key.partition("#")
    return home, "ventilation" if visit == "ventilation" else "patrol"

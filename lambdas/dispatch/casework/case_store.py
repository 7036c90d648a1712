"""The dispatch table: cases with their facts and tasks, and what is open.

``CASE#<number>`` has ``HEAD`` (version, workflow), ``F#<n>`` (facts), ``T#<task>`` (tasks, tokens).
``OPEN`` lists the cases that run, ``OPEN#<centre>`` those of one centre (of none: ``OPEN#-``),
``DESK#<group>`` the tasks that wait for somebody,
``CONTRACT#<id>`` a contract's cases and its slots, ``CLAIM#<key>`` whatever else only one case may
hold. Every change of a case goes through its version
(optimistic locking): of two at once, one gets Conflict and looks again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge, nsmallest
from itertools import islice
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Fact
from lambdas.dispatch.casework.process import Process, slot_of
from lambdas.dispatch.casework.task import ORDINARY, Task, split
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.calendar import day_of
from lambdas.shared.conflicts import Conflict


class Taken(Exception):
    """The contract has one that is open already: its number."""


class CaseStore:
    """The cases in dispatch's one DynamoDB table."""

    def __init__(self, name: str, processes: Mapping[str, Process]) -> None:
        self._name = name
        self._table = table(name)
        self._processes = processes

    # --- cases

    def number(self, process: Process, now: datetime) -> str:
        """A new case number, by the day in Japan: ``HC-20261220-0001``. A number may be skipped,
        never given twice."""
        day = day_of(now).strftime("%Y%m%d")
        answer = self._table.update_item(
            Key={"pk": "NUMBERS", "sk": f"{process.kind}#{day}"},
            UpdateExpression="ADD given :one",
            ExpressionAttributeValues={":one": 1},
            ReturnValues="UPDATED_NEW",
        )
        return f"{process.prefix}-{day}-{int(answer['Attributes']['given']):04}"

    def open(
        self,
        process: Process,
        number: str,
        first: Any,
        *,
        instead_of: Collection[str] = (),
        also: Iterable[dict[str, Any]] = (),
        tasks: Sequence[Task] = (),
        references: Sequence[str] = (),
        claiming: bool = True,
    ) -> Case[Any]:
        """Begin a case with its first fact; ``also``: other writes of the same transaction,
        ``tasks``: what is to be done from the first moment on, ``references``: what from outside
        belongs to it, and to no other case ever.

        Taken when the contract's slot, or if ``claiming`` whatever else the process claims, is held
        by a case that is not among ``instead_of``.
        """
        rows: list[dict[str, Any]] = [
            {"pk": f"CASE#{number}", "sk": "HEAD", "kind": process.kind, "version": 1},
            {"pk": f"CASE#{number}", "sk": "F#00001", "body": first.model_dump_json()},
            *_listed(number, first.on, Case(number, process, 1, (first,)).centre),
            {
                "pk": f"CONTRACT#{first.contract}",
                "sk": f"CASE#{first.on.isoformat()}#{number}",
                "number": number,
            },
        ]
        slots = _slots(process, first)[: None if claiming else 1]
        claims = [self._claim(slot, number, instead_of) for slot in slots]
        given = [
            dynamo.put_new(self._name, {**_reference(one), "number": number}) for one in references
        ]
        given += [write for task in tasks for write in self._task_writes(task, None)]
        writes = [*(dynamo.put_new(self._name, row) for row in rows), *claims, *also, *given]
        if not dynamo.transact(writes):
            raise Taken(self._holder(slots[0]) or "")
        return Case(number, process, 1, (first,), {task.key: task for task in tasks})

    def refer(self, reference: str, number: str) -> None:
        """Remember for ever which case something from outside belongs to."""
        self._table.put_item(Item={**_reference(reference), "number": number})

    def case_of_reference(self, reference: str) -> str | None:
        """The case that something from outside belongs to."""
        return self._holder(_reference(reference))

    def claim(self, case: Case[Any], instead_of: Collection[str]) -> bool:
        """Have a case hold what it did not claim when it began. False, and nothing held, when
        another one than ``instead_of`` holds it."""
        slots = _slots(case.process, case.first)[1:]
        instead = [*instead_of, case.number]
        return dynamo.transact([self._claim(slot, case.number, instead) for slot in slots])

    def _claim(
        self, slot: dict[str, str], number: str, instead_of: Collection[str]
    ) -> dict[str, Any]:
        """To have a slot held by this case, if it is free or held by one of ``instead_of``."""
        old = {f":old{n}": one for n, one in enumerate([*instead_of, "-"])}
        return {
            "Put": {
                "TableName": self._name,
                "Item": dynamo.serialize({**slot, "number": number}),
                "ConditionExpression": f"attribute_not_exists(pk) OR #number IN ({', '.join(old)})",
                "ExpressionAttributeNames": {"#number": "number"},
                "ExpressionAttributeValues": dynamo.serialize(old),
            }
        }

    def case(self, number: str) -> Case[Any] | None:
        """A case with its facts and tasks; None when there is none."""
        head: dict[str, Any] | None = None
        facts: list[str] = []
        tasks: dict[str, Task] = {}
        for row in dynamo.query(self._table, Key("pk").eq(f"CASE#{number}"), ConsistentRead=True):
            match row["sk"][0]:
                case "H":
                    head = row
                case "F":
                    facts.append(row["body"])
                case "T":
                    task = Task.model_validate_json(row["body"])
                    tasks[task.key] = task
        if head is None:
            return None
        process = self._processes[head["kind"]]
        return Case(
            number=number,
            process=process,
            version=int(head["version"]),
            facts=tuple(process.facts.validate_json(fact) for fact in facts),
            tasks=tasks,
            execution=head.get("execution", ""),
            open=not head.get("closed", False),
        )

    def change(
        self,
        case: Case[Any],
        facts: Sequence[Fact] = (),
        tasks: Iterable[Task] = (),
        contracts: Iterable[str] = (),
        **head: Any,
    ) -> Case[Any]:
        """Add facts and put tasks as they are now, all or nothing; ``contracts``: those that the
        case is listed for from now on, too. The case as it is then.

        Conflict when it was changed since it was read.
        """
        put = list(tasks)
        sets = "".join(f", #{name} = :{name}" for name in head)
        writes: list[dict[str, Any]] = [
            {
                "Update": {
                    "TableName": self._name,
                    "Key": dynamo.serialize({"pk": f"CASE#{case.number}", "sk": "HEAD"}),
                    "UpdateExpression": f"SET #version = :is{sets}",
                    "ConditionExpression": "#version = :was",
                    "ExpressionAttributeNames": {f"#{name}": name for name in ("version", *head)},
                    "ExpressionAttributeValues": dynamo.serialize(
                        {
                            ":was": case.version,
                            ":is": case.version + 1,
                            **{f":{name}": value for name, value in head.items()},
                        }
                    ),
                }
            }
        ]
        writes += [
            dynamo.put_new(
                self._name,
                {
                    "pk": f"CASE#{case.number}",
                    "sk": f"F#{len(case.facts) + n:05}",
                    "body": fact.model_dump_json(),
                },
            )
            for n, fact in enumerate(facts, start=1)
        ]
        writes += [
            dynamo.put(
                self._name,
                {
                    "pk": f"CONTRACT#{contract}",
                    "sk": f"CASE#{case.opened_at.isoformat()}#{case.number}",
                    "number": case.number,
                },
            )
            for contract in contracts
        ]
        for task in put:
            writes += self._task_writes(task, case.tasks.get(task.key))
        if head.get("closed"):
            writes += self._closing_writes(case)
        after = case.with_facts(*facts)
        if case.open and after.centre != case.centre:
            writes.append(dynamo.delete(self._name, _listed_at(case)))
        if not head.get("closed") and ("closed" in head or after.centre != case.centre):
            rows = _listed(case.number, case.opened_at, after.centre)
            writes += [dynamo.put(self._name, row) for row in rows]
        if not dynamo.transact(writes):
            raise Conflict(case.number)
        after.version += 1
        after.tasks |= {task.key: task for task in put}
        after.execution = head.get("execution", case.execution)
        after.open = not head.get("closed", not case.open)
        return after

    def mark_reported(self, task: Task) -> None:
        """The workflow knows the result of a task, or cannot be sent it any more. No change of the
        case's version: only the audit looks at it. Nothing when the task waits anew, with another
        token."""
        try:
            self._table.update_item(
                Key={"pk": f"CASE#{task.case}", "sk": f"T#{task.key}"},
                UpdateExpression="SET body = :body",
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues={
                    ":body": task.model_copy(update={"told": True}).model_dump_json(),
                    ":token": task.token,
                },
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return

    def _task_writes(self, task: Task, before: Task | None) -> list[dict[str, Any]]:
        """The task's row, and its place on the desk of whoever may take it."""
        row = {
            "pk": f"CASE#{task.case}",
            "sk": f"T#{task.key}",
            "body": task.model_dump_json(),
            "token": task.token,
        }
        writes = [dynamo.put(self._name, row)]
        place = {"pk": f"DESK#{task.group}", "sk": task.id}
        if before and before.group != task.group:
            writes.append(dynamo.delete(self._name, {"pk": f"DESK#{before.group}", "sk": task.id}))
        if task.status == "open":
            waits = {**place, "due": task.due.isoformat(), "priority": task.priority}
            writes.append(dynamo.put(self._name, waits))
        else:
            writes.append(dynamo.delete(self._name, place))
        return writes

    def _closing_writes(self, case: Case[Any]) -> list[dict[str, Any]]:
        rows = ({"pk": "OPEN", "sk": case.number}, _listed_at(case))
        writes = [dynamo.delete(self._name, row) for row in rows]
        held = [] if case.process.held else _slots(case.process, case.first)
        for slot in held:
            if self._holder(slot) != case.number:
                continue
            free = dynamo.delete(self._name, slot)
            free["Delete"] |= {
                "ConditionExpression": "#number = :number",
                "ExpressionAttributeNames": {"#number": "number"},
                "ExpressionAttributeValues": dynamo.serialize({":number": case.number}),
            }
            writes.append(free)
        return writes

    # --- lists

    def open_cases(
        self, after: str = "", limit: int | None = None, centres: Collection[str] | None = None
    ) -> list[tuple[str, datetime]]:
        """The cases that run, and since when, in the order of their numbers: all, or the first
        ``limit`` of those after ``after``. ``centres``: only of these; empty: of none."""
        found = merge(*(self._open_of(one, after, limit) for one in _lists(centres)))
        return list(islice(found, limit))

    def _open_of(self, pk: str, after: str, limit: int | None) -> Iterator[tuple[str, datetime]]:
        here = Key("pk").eq(pk)
        where = here & Key("sk").gt(after) if after else here
        page = {"Limit": limit} if limit else {}
        for row in dynamo.query(self._table, where, ConsistentRead=True, **page):
            yield row["sk"], datetime.fromisoformat(row["at"])

    def relist(self, case: Case[Any]) -> bool:
        """List an open case among those of its centre, should it not be: one that was opened
        before there was such a list. Returns True if it was not. Conflict when it was changed since
        it was read."""
        if "Item" in self._table.get_item(Key=_listed_at(case), ConsistentRead=True):
            return False
        self.change(case, closed=False)
        return True

    def count_open(self, most: int, centres: Collection[str] | None = None) -> int:
        """How many cases run, of these centres: at most ``most``, however many there are."""
        total = 0
        for pk in _lists(centres):
            where = Key("pk").eq(pk)
            left = most - total
            answer = self._table.query(KeyConditionExpression=where, Select="COUNT", Limit=left)
            total += int(answer["Count"])
            if total >= most:
                break
        return total

    def cases_of(self, contract: str, limit: int = 50) -> list[str]:
        """A contract's cases, newest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"CONTRACT#{contract}")
            & Key("sk").begins_with("CASE#"),
            ScanIndexForward=False,
            Limit=limit,
        )
        return [row["number"] for row in page["Items"]]

    def holder(self, contract: str, process: Process) -> str | None:
        """The case that holds a contract's slot of this process: of the one who is registered, the
        home check that runs."""
        return self._holder(_slot(contract, process.slot))

    def holder_of(self, process: Process, first: Any) -> str | None:
        """The case that holds the slot that one with this first fact would take."""
        return self._holder(_slots(process, first)[0])

    def holders(self, process: Process, first: Any) -> list[str]:
        """The cases that hold what a case with this first fact would claim, the contract's slot
        left out."""
        found = (self._holder(slot) for slot in _slots(process, first)[1:])
        return sorted({number for number in found if number})

    def _holder(self, slot: dict[str, str]) -> str | None:
        item = self._table.get_item(Key=slot, ConsistentRead=True)
        return str(item["Item"]["number"]) if "Item" in item else None

    def desk(self, groups: Iterable[str], limit: int) -> list[tuple[Task, Case[Any]]]:
        """The tasks that wait for these groups or persons, each with its case, the ``limit`` most
        urgent ones: by priority, then by when they are due. Each case is read once, and its tasks
        with it."""
        rows = (
            row
            for group in groups
            for row in dynamo.query(self._table, Key("pk").eq(f"DESK#{group}"), ConsistentRead=True)
        )
        urgent = nsmallest(limit, rows, key=_urgency)
        names = [split(row["sk"]) for row in urgent]
        cases = {number: self.case(number) for number in dict.fromkeys(n for n, _ in names)}
        found = [
            (case.tasks[key], case)
            for number, key in names
            if (case := cases[number]) and key in case.tasks
        ]
        return sorted(found, key=lambda one: (one[0].priority, one[0].due))

    def task(self, id: str) -> Task | None:
        """A task by its name."""
        case, key = split(id)
        item = self._table.get_item(
            Key={"pk": f"CASE#{case}", "sk": f"T#{key}"}, ConsistentRead=True
        )
        return Task.model_validate_json(item["Item"]["body"]) if "Item" in item else None


def _urgency(row: dynamo.Row) -> tuple[int, datetime]:
    """How a row of a desk is sorted; one from before there were priorities has the usual one."""
    return int(row.get("priority", ORDINARY)), datetime.fromisoformat(row["due"])


def _lists(centres: Collection[str] | None) -> list[str]:
    """The partitions that list the cases of these centres; None: of all."""
    return ["OPEN"] if centres is None else [f"OPEN#{one or '-'}" for one in sorted(centres)]


def _listed(number: str, opened: datetime, centre: str) -> list[dict[str, str]]:
    """The rows that list a case among those that run: all, and its centre's."""
    about = {"sk": number, "at": opened.isoformat()}
    return [{"pk": pk, **about} for pk in ("OPEN", *_lists([centre]))]


def _listed_at(case: Case[Any]) -> dict[str, str]:
    """Where a case is listed among those of its centre."""
    return {"pk": _lists([case.centre])[0], "sk": case.number}


def _slots(process: Process, first: Any) -> list[dict[str, str]]:
    """What only one case at a time may hold: the contract's slot, and what the process claims."""
    claims = sorted(f"CLAIM#{key}" for key in process.claims(first))
    own = _slot(first.contract, slot_of(process, first))
    return [own, *({"pk": pk, "sk": process.slot} for pk in claims)]


def _slot(contract: str, name: str) -> dict[str, str]:
    """Where it is written which case of a kind a contract has: one at a time (DL-05)."""
    return {"pk": f"CONTRACT#{contract}", "sk": name}


def _reference(name: str) -> dict[str, str]:
    """Where it is written which case something from outside belongs to."""
    return {"pk": f"REFERENCE#{name}", "sk": "CASE"}

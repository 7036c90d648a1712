"""The dispatch table: cases with their facts and tasks, registrations, what is open.

``CASE#<number>`` has ``HEAD`` (version, workflow), ``F#<n>`` (facts), ``T#<task>`` (tasks, tokens).
``OPEN`` lists the cases that run, ``DESK#<group>`` the tasks that wait for somebody,
``CONTRACT#<id>`` a contract's cases and who is registered, ``FIND#<shelf>`` who is registered by
their names and numbers. Every change of a case goes through its
version, so of two at once one is told to look again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from boto3.dynamodb.conditions import Key
from pydantic import TypeAdapter

from lambdas.dispatch import facts as f
from lambdas.dispatch.case import PREFIX, Case, CaseKind
from lambdas.dispatch.finding import word_of, words
from lambdas.dispatch.tasks import Task, split
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import client, table
from lambdas.shared.calendar import day_of

_FACT: TypeAdapter[f.AnyFact] = TypeAdapter(f.AnyFact)


class Conflict(Exception):
    """Somebody changed the case at the same time."""


class Taken(Exception):
    """The contract has one that is open already: its number."""


class Frequent(NamedTuple):
    """An operator's judgement that somebody asks remarkably often (A-08)."""

    since: datetime
    until: datetime
    by: str
    reason: str


class Store:
    """Dispatch's one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    # --- cases

    def number(self, kind: CaseKind, now: datetime) -> str:
        """A new case number, by the day in Japan. A number may be skipped, never given twice."""
        day = day_of(now).strftime("%Y%m%d")
        answer = self._table.update_item(
            Key={"pk": "NUMBERS", "sk": f"{kind}#{day}"},
            UpdateExpression="ADD given :one",
            ExpressionAttributeValues={":one": 1},
            ReturnValues="UPDATED_NEW",
        )
        return f"{PREFIX[kind]}-{day}-{int(answer['Attributes']['given']):04}"

    def open(
        self, number: str, fact: f.Registered | f.Requested, *, instead_of: str | None = None
    ) -> Case:
        """Begin a case. Taken when the contract has one of its kind: a registration that holds
        (other than ``instead_of``), or a home check that runs."""
        kind: CaseKind = "consent" if isinstance(fact, f.Registered) else "visit"
        slot = _slot(fact.contract, kind)
        rows: list[dict[str, Any]] = [
            {"pk": f"CASE#{number}", "sk": "HEAD", "kind": kind, "version": 1},
            {"pk": f"CASE#{number}", "sk": "F#00001", "body": fact.model_dump_json()},
            {"pk": "OPEN", "sk": number, "at": fact.on.isoformat()},
            {
                "pk": f"CONTRACT#{fact.contract}",
                "sk": f"CASE#{fact.on.isoformat()}#{number}",
                "number": number,
            },
        ]
        claim: dict[str, Any] = {
            "Put": {
                "TableName": self._name,
                "Item": dynamo.serialize({**slot, "number": number}),
                "ConditionExpression": "attribute_not_exists(pk) OR #number = :old",
                "ExpressionAttributeNames": {"#number": "number"},
                "ExpressionAttributeValues": dynamo.serialize({":old": instead_of or "-"}),
            }
        }
        writes = [*(dynamo.put_new(self._name, row) for row in rows), claim]
        if isinstance(fact, f.Registered):
            writes += self._finding_writes(number, fact, instead_of)
        if not dynamo.transact(writes):
            held = self._table.get_item(Key=slot, ConsistentRead=True).get("Item", {})
            raise Taken(str(held.get("number", "")))
        return Case(number, kind, 1, (fact,))

    def _finding_writes(
        self, number: str, fact: f.Registered, instead_of: str | None
    ) -> list[dict[str, Any]]:
        """What a registration is found by, in the place of what its predecessor was found by."""
        before = self.case(instead_of) if instead_of else None
        old = _places(before.consent.registered) if before else {}
        new = _places(fact)
        gone = [dynamo.delete(self._name, old[place]) for place in old.keys() - new.keys()]
        return gone + [dynamo.put(self._name, {**key, "number": number}) for key in new.values()]

    def find(self, said: str, limit: int = 20) -> list[Case]:
        """The registrations whose names begin, or whose telephone numbers end, as was said."""
        word = word_of(said)
        if word is None:
            return []
        here = Key("pk").eq(f"FIND#{word.shelf}") & Key("sk").begins_with(word.begins)
        rows = dynamo.query(self._table, here, ConsistentRead=True)
        numbers: dict[str, None] = {}
        for row in rows:
            numbers[row["number"]] = None
            if len(numbers) == limit:
                break
        return [case for number in numbers if (case := self.case(number))]

    def case(self, number: str) -> Case | None:
        """A case with its facts and tasks."""
        head: dict[str, Any] | None = None
        facts: list[f.AnyFact] = []
        tasks: dict[str, Task] = {}
        for row in dynamo.query(self._table, Key("pk").eq(f"CASE#{number}"), ConsistentRead=True):
            match row["sk"][0]:
                case "H":
                    head = row
                case "F":
                    facts.append(_FACT.validate_json(row["body"]))
                case "T":
                    task = Task.model_validate_json(row["body"])
                    tasks[task.key] = task
        if head is None:
            return None
        return Case(
            number=number,
            kind=head["kind"],
            version=int(head["version"]),
            facts=tuple(facts),
            tasks=tasks,
            execution=head.get("execution", ""),
            open=not head.get("closed", False),
        )

    def change(
        self, case: Case, facts: Sequence[f.Fact] = (), tasks: Iterable[Task] = (), **head: Any
    ) -> Case:
        """Add facts and put tasks as they are now, all or nothing. The case as it is then.

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
        for task in put:
            writes += self._task_writes(task, case.tasks.get(task.key))
        if head.get("closed"):
            writes += self._closing_writes(case)
        elif "closed" in head:
            runs = {"pk": "OPEN", "sk": case.number, "at": case.opened_at.isoformat()}
            writes.append(dynamo.put(self._name, runs))
        if not dynamo.transact(writes):
            raise Conflict(case.number)
        after = case.with_facts(*facts)
        after.version += 1
        after.tasks |= {task.key: task for task in put}
        after.execution = head.get("execution", case.execution)
        after.open = not head.get("closed", not case.open)
        return after

    def told(self, task: Task) -> None:
        """The workflow knows what came of a task, or cannot be told any more. No change of the
        case: only the audit looks at it. Nothing when the task waits anew, with another token."""
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
            waits = {**place, "due": task.due.isoformat()}
            writes.append(dynamo.put(self._name, waits))
        else:
            writes.append(dynamo.delete(self._name, place))
        return writes

    def _closing_writes(self, case: Case) -> list[dict[str, Any]]:
        writes = [dynamo.delete(self._name, {"pk": "OPEN", "sk": case.number})]
        if case.kind == "visit" and self.running_visit(case.contract) == case.number:
            free = dynamo.delete(self._name, _slot(case.contract, "visit"))
            free["Delete"] |= {
                "ConditionExpression": "#number = :number",
                "ExpressionAttributeNames": {"#number": "number"},
                "ExpressionAttributeValues": dynamo.serialize({":number": case.number}),
            }
            writes.append(free)
        return writes

    # --- lists

    def open_cases(self) -> list[tuple[str, datetime]]:
        """The cases that run, and since when."""
        rows = dynamo.query(self._table, Key("pk").eq("OPEN"), ConsistentRead=True)
        return [(row["sk"], datetime.fromisoformat(row["at"])) for row in rows]

    def cases_of(self, contract: str, limit: int = 50) -> list[str]:
        """A contract's cases, newest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"CONTRACT#{contract}")
            & Key("sk").begins_with("CASE#"),
            ScanIndexForward=False,
            Limit=limit,
        )
        return [row["number"] for row in page["Items"]]

    def registration(self, contract: str) -> str | None:
        """The case of whoever is registered for a contract."""
        item = self._table.get_item(Key=_slot(contract, "consent"), ConsistentRead=True)
        return str(item["Item"]["number"]) if "Item" in item else None

    def running_visit(self, contract: str) -> str | None:
        """The home check that runs for a contract."""
        item = self._table.get_item(Key=_slot(contract, "visit"), ConsistentRead=True)
        return str(item["Item"]["number"]) if "Item" in item else None

    def desk(self, group: str) -> list[Task]:
        """The tasks that wait for a group or a person, the most urgent first."""
        rows = dynamo.query(self._table, Key("pk").eq(f"DESK#{group}"), ConsistentRead=True)
        found = (self.task(row["sk"]) for row in rows)
        return sorted((one for one in found if one), key=lambda task: task.due)

    def task(self, id: str) -> Task | None:
        """A task by its name."""
        case, key = split(id)
        item = self._table.get_item(
            Key={"pk": f"CASE#{case}", "sk": f"T#{key}"}, ConsistentRead=True
        )
        return Task.model_validate_json(item["Item"]["body"]) if "Item" in item else None

    # --- who asks remarkably often

    def judge_frequent(self, contract: str, judged: Frequent | None) -> None:
        """An operator judges that a contract's requests are remarkably frequent, or no more."""
        key = {"pk": f"CONTRACT#{contract}", "sk": "FREQUENT"}
        if judged is None:
            self._table.delete_item(Key=key)
            return
        said = {"since": judged.since.isoformat(), "until": judged.until.isoformat()}
        self._table.put_item(Item={**key, **said, "by": judged.by, "reason": judged.reason})

    def frequent(self, contract: str) -> Frequent | None:
        """What an operator judged."""
        key = {"pk": f"CONTRACT#{contract}", "sk": "FREQUENT"}
        row = self._table.get_item(Key=key).get("Item")
        if row is None:
            return None
        since, until = (datetime.fromisoformat(row[name]) for name in ("since", "until"))
        return Frequent(since, until, row["by"], row["reason"])


def _places(fact: f.Registered) -> dict[tuple[str, str], dict[str, str]]:
    """The rows by which a registration is found, by their keys."""
    keys = ((f"FIND#{word.shelf}", f"{word.begins}#{fact.contract}") for word in words(fact))
    return {(pk, sk): {"pk": pk, "sk": sk} for pk, sk in keys}


def _slot(contract: str, kind: Literal["consent", "visit"]) -> dict[str, str]:
    """Where it is written which case of a kind a contract has: one at a time (DL-05)."""
    sk = "REGISTRATION" if kind == "consent" else "RUNNING"
    return {"pk": f"CONTRACT#{contract}", "sk": sk}


class Pictures:
    """Signatures and photographs of visits, in a bucket of their own."""

    TYPES: Mapping[str, tuple[str, bytes]] = {
        "signature": ("image/png", b"\x89PNG\r\n\x1a\n"),
        "photo": ("image/jpeg", b"\xff\xd8\xff"),
    }
    """Kind of picture: its media type, and how its bytes begin."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def keep(self, case: str, name: str, content: bytes) -> None:
        """Keep a picture of a case."""
        kind = self.TYPES[name][0]
        client("s3").put_object(
            Bucket=self._bucket, Key=f"cases/{case}/{name}", Body=content, ContentType=kind
        )

    def get(self, case: str, name: str) -> bytes | None:
        """A picture of a case."""
        s3 = client("s3")
        try:
            found = s3.get_object(Bucket=self._bucket, Key=f"cases/{case}/{name}")
        except s3.exceptions.NoSuchKey:
            return None
        content: bytes = found["Body"].read()
        return content

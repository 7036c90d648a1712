"""`python -m bench.security_cloud [latency|ladder ...]`: from an alarm to its case.

latency: from a sensor's message on MQTT to the centre's task, over the whole local cloud, and how
long until the guard's phone has the offer; what a poll of the API takes is in it.
ladder: random cases (who answers when, at the home and of the contacts) against what the rules say,
worked out anew here: every call at its second.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.casework.process import task_result, tasks_beside
from lambdas.dispatch.processes.alarm import facts as af
from lambdas.dispatch.processes.alarm import tasks as at
from lambdas.dispatch.processes.alarm.process import ALARM
from lambdas.dispatch.processes.sites.site import Guest, Site
from lambdas.shared.events import Sentence
from lambdas.shared.household import AlarmContact, AlarmFile
from local import seed
from local.cloud import LocalCloud
from local.guarded import ControllerDouble, GuardedFamily, guard, install
from local.homecheck import Operator, north

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
PLACE = Place(latitude=35.68, longitude=139.76)


# --- over the local cloud


def latency(cloud: LocalCloud, alarms: int) -> None:
    """Sensor to task, one alarm after the other."""
    operator = Operator(cloud, "bench-operator@centre.example")
    family = GuardedFamily(cloud, "bench@family.example")
    install(operator, family)
    family.registers()
    guard(cloud, operator, "高橋", north(family.place, 3))
    controller = ControllerDouble(family, Path(tempfile.mkdtemp()))
    controller.installed()
    took = []
    for n in range(alarms):
        controller.arms()
        known = {one["case"] for one in operator.tasks()}
        page = operator.page
        began = time.perf_counter()
        controller.sense("window")
        while True:
            new = [t for t in page.get("/dispatch/tasks") if t["case"] not in known]
            if any(t["kind"] == "confirm" for t in new):
                break
            if time.perf_counter() - began > 60:
                raise TimeoutError(f"alarm {n} did not become a task")
        took.append(time.perf_counter() - began)
        case = new[0]["case"]
        operator.answers("confirm", case, "mistake", who="佐藤 太郎")
        controller.sense("window", active=False)
        controller.disarms()
    controller.stop()
    took.sort()
    print(
        f"sensor to the centre's task: {alarms} alarms, median {statistics.median(took):.2f} s, "
        f"worst {took[-1]:.2f} s (the first, with cold functions, is among them)"
    )


# --- the ladder


def ladder(cases: int, seed_: int = 1) -> None:
    """Random cases: the calls that are to be made, at their second, against the rules."""
    rng = random.Random(seed_)
    wrong = calls = 0
    for _ in range(cases):
        contacts = rng.randint(0, 5)
        home = rng.choice([("no_answer", rng.randint(1, 119)), ("overdue", 120)])
        plan = [
            (rng.choice(["reached", "no_answer"]), rng.randint(1, 119))
            if rng.random() < 0.7
            else ("overdue", 120)
            for _ in range(contacts)
        ]
        expected = _expected(home, plan)
        seen = _lived(home, plan)
        calls += len(expected)
        wrong += expected != seen
    print(f"ladder: {cases} random cases, {calls} calls, {wrong} not at their second")


def _expected(home: tuple[str, int], plan: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """By the rules: each call begins when the one before it came to nothing (AL-19, AL-54)."""
    at = home[1]
    found = [("confirm-1", 0)]
    for n, (outcome, seconds) in enumerate(plan, 1):
        found.append((f"contact-{n}", at))
        at += seconds
        if outcome == "reached":
            return found
    return [*found, ("nobody_reached-1", at)]


def _lived(home: tuple[str, int], plan: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """By the process: tasks as they open, answered or left."""
    people = tuple(AlarmContact(name=f"p{n}", phone="090") for n in range(len(plan)))
    case = _case(people)
    seen: list[tuple[str, int]] = []
    now = NOW
    answers = {"confirm-1": home, **{f"contact-{n}": one for n, one in enumerate(plan, 1)}}
    while True:
        for task in tasks_beside(case, now):
            case.tasks[task.key] = task
            seen.append((task.key, int((now - NOW).total_seconds())))
        waits = [one for one in case.open_tasks if one.key in answers]
        if not waits:
            return seen
        (task,) = waits
        outcome, seconds = answers[task.key]
        if outcome == "overdue":
            now = task.due
            facts, _ = ALARM.on_timeout(task.kind, case, now)
        else:
            now = now + timedelta(seconds=seconds)
            kind: Any = at.ConfirmAnswer if task.kind == "confirm" else at.ContactAnswer
            given: Any = kind.model_validate({"outcome": outcome})
            facts = ALARM.on_answer(task.kind, given, case, Actor(now, "sato", "desk"))
        case = case.with_facts(*facts)
        for one in case.open_tasks:
            if task_result(one, case, now):
                case.tasks[one.key] = one.model_copy(update={"status": "answered"})


def _case(people: tuple[AlarmContact, ...]) -> Case[Any]:
    first = af.AlarmOpened(
        **Actor(NOW, "security", "workflow")._asdict(),
        slot="ALARM#h#a",
        contract="c",
        product="p",
        home="h",
        home_name="家",
        contractor=Guest(person="p", name="花子"),
        signal=af.Signal(
            id="s",
            area="a",
            area_name="住まい",
            sensor="窓",
            kind="intrusion",
            what=Sentence(ja="侵入", en="intrusion"),
            mode="away-company",
            sold=True,
            at=NOW,
        ),
        target=Site(name="家", address="東京都", place=PLACE),
        file=AlarmFile(home="h", version="1", contacts=people),
        escalation=af.AlarmEscalation(),
    )
    return Case("AL-20261201-0001", ALARM, 1, (first,))


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.security_cloud", description=__doc__)
    parts = ("ladder", "latency")
    parser.add_argument("parts", nargs="*", default=[], help=" ".join(parts))
    parser.add_argument("--alarms", type=int, default=20)
    parser.add_argument("--cases", type=int, default=1_000)
    asked = parser.parse_args()
    wanted = asked.parts or list(parts)
    if unknown := set(wanted) - set(parts):
        parser.error(f"no such part: {min(unknown)}")
    if "ladder" in wanted:
        ladder(asked.cases)
    if "latency" in wanted:
        with LocalCloud.start(
            seed=seed.seed, state_dir=Path(tempfile.mkdtemp()), report=lambda _: None
        ) as cloud:
            latency(cloud, asked.alarms)
    return 0


if __name__ == "__main__":
    sys.exit(main())

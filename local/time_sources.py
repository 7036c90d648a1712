"""What happens by time inside the emulator, told to the clock.

Five sources: schedules, queues, hops from service to service, functions and executions (Step
Functions). Each says when it is next due, makes happen what is due, and tells whether something
of it is in flight. Installing them rebinds a few names inside the emulator's modules so that these
wait on the settable clock. Requests are signed, and certificates made, by the world outside: there
real time is kept.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ministack.core import concurrency, sigv4, x509_utils
from ministack.services import eventbridge, iot, lambda_svc, s3, scheduler, sns, sqs
from ministack.services import stepfunctions as states

from local.clock import Clock, Firing

_AMZ_DATE = "%Y%m%dT%H%M%SZ"
_SWEEP_SECONDS = 1  # how late a schedule may be while nobody advances the clock


class Counter:
    """How many are at it now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.value = 0

    def begin(self) -> None:
        with self._lock:
            self.value += 1

    def end(self) -> None:
        with self._lock:
            self.value -= 1

    @contextmanager
    def one_more(self) -> Iterator[None]:
        self.begin()
        try:
            yield
        finally:
            self.end()


def counted_thread(counter: Counter) -> type[threading.Thread]:
    """Threads which count from the moment they are asked to start: nobody overlooks one."""

    class CountedThread(threading.Thread):
        def start(self) -> None:
            counter.begin()
            super().start()

        def run(self) -> None:
            try:
                super().run()
            finally:
                counter.end()

    return CountedThread


class Shadow:
    """A module as another module sees it, with some of its names replaced."""

    def __init__(self, module: object, **replaced: object) -> None:
        self.__dict__.update(replaced)
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


# --- schedules -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Timer:
    """A schedule of either kind (EventBridge Scheduler, EventBridge rule)."""

    expression: str
    created: float
    not_before: float | None
    not_after: float | None
    last_fired: float | None

    def next_due(self, now: float) -> float | None:
        due = self._by_expression(now)
        if due is None or (self.not_after is not None and due > self.not_after):
            return None
        return max(due, self.not_before) if self.not_before is not None else due

    def _by_expression(self, now: float) -> float | None:
        once: float | None = scheduler._at_time_epoch(self.expression)
        if once is not None:
            return None if self.last_fired is not None else once
        if (interval := eventbridge._parse_rate_seconds(self.expression)) is not None:
            return (self.last_fired if self.last_fired is not None else self.created) + float(
                interval
            )
        if (fields := eventbridge._parse_cron_fields(self.expression)) is not None:
            after = self.last_fired if self.last_fired is not None else now
            found = eventbridge._cron_next_fire(fields, dt.datetime.fromtimestamp(after, dt.UTC))
            return float(found.timestamp()) if found else None
        return None


class Schedules:
    """EventBridge Scheduler and the scheduled rules of EventBridge."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sweeping = threading.Lock()
        self._due_of: dict[str, float] = {}
        self._sweeps = (scheduler._tick_schedules, eventbridge._tick_scheduled_rules)
        invoke = eventbridge._invoke_target

        def invoke_target(
            target: dict[str, Any], event: dict[str, Any], rule: Any, view: Any = None
        ) -> Any:
            arn = (rule or {}).get("Arn", "")
            if event.get("DetailType") == "Scheduled Event" and arn in self._due_of:
                # The event carries the time it was due, as on AWS, not the time of the sweep.
                event = {**event, "Time": self._due_of[arn]}
                view = None
                clock.firings.append(Firing(event["Time"], rule.get("Name", arn)))
            return invoke(target, event, rule, view)

        eventbridge._invoke_target = invoke_target
        scheduler._tick_schedules = self.run_due
        eventbridge.start_scheduler = lambda: None  # swept together, under one lock
        scheduler._SCHEDULE_TICK_INTERVAL = _SWEEP_SECONDS

    def _timers(self) -> Iterator[tuple[str, _Timer]]:
        for key, entry in list(scheduler._schedules._data.items()):
            if entry.get("State") == "ENABLED":
                yield (
                    entry["Arn"],
                    _Timer(
                        entry.get("ScheduleExpression", ""),
                        entry.get("CreationDate", 0.0),
                        scheduler._to_epoch(entry.get("StartDate")),
                        scheduler._to_epoch(entry.get("EndDate")),
                        scheduler._schedule_last_fired.get(key),
                    ),
                )
        for key, rule in list(eventbridge._rules._data.items()):
            if rule.get("State") == "ENABLED" and rule.get("ScheduleExpression"):
                yield (
                    rule["Arn"],
                    _Timer(
                        rule["ScheduleExpression"],
                        rule.get("CreationTime", 0.0),
                        None,
                        None,
                        eventbridge._rule_last_fired.get(key),
                    ),
                )

    def _dues(self) -> dict[str, float]:
        now = self._clock.now()
        found = {arn: timer.next_due(now) for arn, timer in self._timers()}
        return {arn: due for arn, due in found.items() if due is not None}

    def next_due(self) -> float | None:
        return min(self._dues().values(), default=None)

    def run_due(self) -> None:
        with self._sweeping:
            self._due_of = self._dues()
            for sweep in self._sweeps:
                sweep()

    def in_flight(self) -> bool:
        return False


# --- queues ----------------------------------------------------------------------------------


class Queues:
    """SQS queues from which a function is fed."""

    def __init__(self) -> None:
        self._polls = Counter()
        poll = lambda_svc._poll_sqs

        def poll_sqs() -> Any:
            with self._polls.one_more():  # a message taken, but not yet handed on, is in here
                return poll()

        lambda_svc._poll_sqs = poll_sqs

    def _messages(self) -> Iterator[dict[str, Any]]:
        fed = {
            mapping.get("EventSourceArn")
            for _account, _region, mapping in lambda_svc._iter_all_esms()
            if mapping.get("Enabled", True)
        }
        for queue in list(sqs._queues._data.values()):
            if queue["attributes"].get("QueueArn") in fed:
                yield from list(queue["messages"])

    def next_due(self) -> float | None:
        now = time.time()
        later = (m["visible_at"] for m in self._messages() if m["visible_at"] > now)
        return min(later, default=None)

    def run_due(self) -> None:
        concurrency.esm_wake.set()

    def in_flight(self) -> bool:
        now = time.time()
        return (
            self._polls.value > 0
            or bool(lambda_svc._esm_inflight)
            or any(m["visible_at"] <= now for m in self._messages())
        )


# --- deliveries in flight ---------------------------------------------------------------------


class InFlightDeliveries:
    """Events on their way from one service to the next, each in a thread of its own."""

    def __init__(self) -> None:
        self._under_way = Counter()
        thread = counted_thread(self._under_way)
        for service in (eventbridge, iot, s3):
            service.threading = Shadow(threading, Thread=thread)
        sns._threading = Shadow(threading, Thread=thread)

    def next_due(self) -> float | None:
        return None

    def run_due(self) -> None:
        pass

    def in_flight(self) -> bool:
        return self._under_way.value > 0


# --- functions -------------------------------------------------------------------------------


class Functions:
    """Running Lambda functions."""

    def __init__(self) -> None:
        self._running = Counter()
        execute = lambda_svc._execute_function

        def execute_function(func: dict[str, Any], event: Any) -> Any:
            with self._running.one_more():
                return execute(func, event)

        lambda_svc._execute_function = execute_function

    def next_due(self) -> float | None:
        return None

    def run_due(self) -> None:
        pass

    def in_flight(self) -> bool:
        return self._running.value > 0


# --- executions ------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Wait:
    deadline: float
    done: Callable[[], bool] | None

    def is_over(self, now: float) -> bool:
        return now >= self.deadline or bool(self.done and self.done())


class Executions:
    """Step Functions: every thread of an execution either works, or waits on the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._threads = Counter()  # that belong to executions
        self._idle = Counter()  # of those, waiting for others of them
        self._waits: set[_Wait] = set()
        states.threading = Shadow(threading, Thread=self._thread_class(), Event=self._event_class())
        states.ThreadPoolExecutor = self._pool_class()
        states.futures_wait = self._idle_during(states.futures_wait)
        states._scaled_sleep = lambda seconds: self._wait(clock.now() + seconds)
        states._sleep_until = self._sleep_until

    def next_due(self) -> float | None:
        return min((wait.deadline for wait in list(self._waits)), default=None)

    def run_due(self) -> None:
        self._clock.wake()

    def in_flight(self) -> bool:
        now = self._clock.now()
        waiting = sum(not wait.is_over(now) for wait in list(self._waits))
        return self._threads.value - self._idle.value - waiting > 0

    def _wait(self, deadline: float, done: Callable[[], bool] | None = None) -> bool:
        wait = _Wait(deadline, done)
        self._waits.add(wait)
        try:
            return self._clock.wait_until(deadline, done)
        finally:
            self._waits.discard(wait)

    def _sleep_until(self, timestamp: str) -> None:
        try:
            deadline = dt.datetime.fromisoformat(timestamp).timestamp()
        except ValueError as error:
            raise states._ExecutionError("States.Runtime", str(error)) from error
        self._wait(deadline)

    def _idle_during(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def idle(*args: Any, **kwargs: Any) -> Any:
            with self._idle.one_more():
                return call(*args, **kwargs)

        return idle

    def _thread_class(self) -> type[threading.Thread]:
        executions = self

        class ExecutionThread(counted_thread(self._threads)):  # type: ignore[misc]
            def join(self, timeout: float | None = None) -> None:
                with executions._idle.one_more():
                    super().join(timeout)

        return ExecutionThread

    def _pool_class(self) -> type[ThreadPoolExecutor]:
        executions = self

        class ExecutionPool(ThreadPoolExecutor):
            def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
                def counted() -> Any:
                    with executions._threads.one_more():
                        return fn(*args, **kwargs)

                return super().submit(counted)

        return ExecutionPool

    def _event_class(self) -> type:
        executions = self

        class ExecutionEvent:
            def __init__(self) -> None:
                self._set = False

            def is_set(self) -> bool:
                return self._set

            def set(self) -> None:
                self._set = True
                executions._clock.wake()

            def wait(self, timeout: float | None = None) -> bool:
                seconds = threading.TIMEOUT_MAX if timeout is None else timeout
                return executions._wait(executions._clock.now() + seconds, self.is_set)

        return ExecutionEvent


# --- installation ----------------------------------------------------------------------------


def _keep_real_time_for_signatures_and_certificates(clock: Clock) -> None:
    class RealDatetime(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "RealDatetime":
            return cls.fromtimestamp(clock.real_now(), tz)

    sigv4.dt = Shadow(dt, datetime=RealDatetime)
    x509_utils._dt = Shadow(dt, datetime=RealDatetime)
    _presigned_on_real_time(clock)


def _presigned_on_real_time(clock: Clock) -> None:
    """S3 asks by its own clock whether an address was signed in the future, as functions do whose
    time is real while ours was set to the past."""
    check = s3._presign_time_error

    def checked(amz_date: str, expires: str, path: str) -> Any:
        try:
            signed = dt.datetime.strptime(amz_date, _AMZ_DATE)  # noqa: DTZ007  (UTC, as it says)
        except ValueError:
            return check(amz_date, expires, path)
        moved = signed + dt.timedelta(seconds=clock.offset)
        return check(moved.strftime(_AMZ_DATE), expires, path)

    s3._presign_time_error = checked


def install(clock: Clock) -> None:
    """Put the emulator on this clock."""
    _keep_real_time_for_signatures_and_certificates(clock)
    clock.sources += [
        Schedules(clock),
        Queues(),
        InFlightDeliveries(),
        Functions(),
        Executions(clock),
    ]

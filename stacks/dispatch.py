"""Sending people: the workflows, the dispatch table, the functions of lambdas/dispatch.

The workflows' states are in each process's ``flow.yaml``.
"""

import json
from typing import Any, Literal

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from iot.topics import Channel
from lambdas.dispatch import (
    alarm_api,
    api,
    on_alarm,
    on_visits,
    responder_api,
    staff_api,
    task_api,
    visit_api,
    visit_desk_api,
)
from lambdas.dispatch.assignment.availability_service import PhoneSettings
from lambdas.dispatch.assignment.waiting_store import WAITING
from lambdas.dispatch.audit_service import AuditSettings
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.process import Process
from lambdas.dispatch.processes.alarm.process import ALARM
from lambdas.dispatch.processes.consent.process import CONSENT
from lambdas.dispatch.processes.home_check.process import HOME_CHECK
from lambdas.dispatch.processes.patrol.process import PATROL
from lambdas.dispatch.processes.requested.process import REQUESTED
from lambdas.dispatch.processes.table import PROCESSES
from lambdas.shared.events import AlarmAnswered, AlarmRaised, MedicalRead, ResponderAvailable
from lambdas.shared.settings import Settings
from stacks.constructs.context import ContextStack, HttpApiEndpoint, acknowledge
from stacks.constructs.topic_rules import to_queue
from stacks.constructs.workflow import state_machine

PHONES = ["RESPONDERS", "AREA#*", "REJECTED#*"]
"""What responders' phones may change in the dispatch table: where they are, and no case."""

AUDIT_MINUTES = 15
ALARM_TRIES = 20
"""How often an alarm is tried that cannot be taken: for an hour, before a person is called."""

KEPT_DAYS = 400
_NAMED = "Objects are named by case."
_TOKENS = "A call names no workflow, only its token, which nobody has who was not given it."
_EXECUTIONS = "Executions are named by case."


class DispatchStack(ContextStack):
    """Table, workflows and functions of lambdas/dispatch."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.ITableV2,
        door: HttpApiEndpoint,
        page: str,
        call_centre: str,
        partner_terms: str,
        escalation: dict[str, int],
        alarm_escalation: dict[str, int],
        travel: Literal["circle", "routes"],
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="dispatch", **kwargs)
        self._bus, self._directory = bus, directory
        self._table = self.table("Cases")
        self._pictures = self.bucket(
            "Visits",
            kept_days={"": KEPT_DAYS},
            unlogged="Every read passes through functions whose requests are logged.",
        )
        self.keeps_personal_data(bus, self._table, objects=self._pictures)
        self._due = self.queue("Due", visible_after=180, old_after=1_800)
        names: dict[str, Any] = {
            "dispatch_table": self._table.table_name,
            "event_bus": bus.event_bus_name,
            "pictures_bucket": self._pictures.bucket_name,
            "travel": travel,
            "machines": self._arn(""),
            "due_queue": self._due.queue_url,
            "directory_table": directory.table_name,
            "web_url": page,
        }
        wait = self.function("on_task", DispatchSettings(**names))
        step = self.function("on_step", DispatchSettings(**names), timeout=30)
        for function in (wait, step):
            self._may_change_cases(function)
        self._bus.grant_put_events_to(step)
        directory.grant(step, "dynamodb:Query")
        for process in PROCESSES.values():
            id = _id(process)
            machine = state_machine(self, id, process.machine, process.flow, wait, step)
            CfnOutput(self, f"{id}Machine", value=machine.state_machine_arn)
        served = self._waiting_list(names)
        self._clock(names)
        doers = self._doors(door, names, call_centre, partner_terms, escalation)
        visits = self._visits(door, names, call_centre, escalation)
        alarms = self._alarms(door, names, alarm_escalation)
        if travel == "routes":
            roads = f"arn:{self.partition}:geo-routes:{self.region}::provider/default"
            for function in (step, doers, served, *visits, *alarms):
                self.allow(function, "geo-routes:CalculateRouteMatrix", on=[roads])
        self._audit(names)
        self._viewer()
        self._positions(door)
        CfnOutput(self, "CasesTable", value=self._table.table_name)

    def function(self, entry: str, settings: Settings, **kwargs: Any) -> lambda_.Function:
        """A function that has maps beside it."""
        return super().function(entry, settings, **{"layer": "places", "memory": 512, **kwargs})

    # -- routes

    def _doors(
        self,
        door: HttpApiEndpoint,
        names: dict[str, Any],
        call_centre: str,
        partner_terms: str,
        escalation: dict[str, int],
    ) -> lambda_.Function:
        """The routes; the function by which tasks are answered."""
        contractors = self.function(
            "api",
            api.ApiSettings(
                **names,
                call_centre=call_centre,
                partner_terms=partner_terms,
            ),
        )
        centre = self.function(
            "staff_api",
            staff_api.StaffSettings(
                **names,
                escalation=json.dumps(escalation),
            ),
        )
        doers = self.function("task_api", DispatchSettings(**names))
        seen = self._pictures.arn_for_objects("cases/*")
        for function, router in (
            (contractors, api.app),
            (centre, staff_api.app),
            (doers, task_api.app),
        ):
            self._may_change_cases(function)
            self.routes(door, function, router)
        for function in (contractors, centre):
            self._directory.grant(function, "dynamodb:Query")
            self._bus.grant_put_events_to(function)
            self.allow(function, "s3:GetObject", on=[seen], because=_NAMED)
            self.allow(function, "s3:ListBucket", on=[self._pictures.bucket_arn])
        self.allow(doers, "s3:PutObject", on=[seen], because=_NAMED)
        self.allow(contractors, "states:StartExecution", on=[self._arn(CONSENT.machine)])
        self._bus.grant_put_events_to(doers)
        again = [self._arn(one.machine) for one in (HOME_CHECK, REQUESTED, PATROL, ALARM)]
        self.allow(doers, "states:StartExecution", on=again)  # a late report opens a case again
        # what was written down of a visit or a consent is corrected: it begins anew
        corrected = [self._arn(process.machine) for process in (HOME_CHECK, CONSENT)]
        self.allow(centre, "states:StartExecution", on=corrected)
        return doers

    def _visits(
        self,
        door: HttpApiEndpoint,
        names: dict[str, Any],
        call_centre: str,
        escalation: dict[str, int],
    ) -> list[lambda_.Function]:
        """Dispatches at a customer's request, visits to empty homes; the functions that reckon
        ways."""
        times = json.dumps(escalation)
        family = self.function(
            "visit_api", visit_api.VisitSettings(**names, call_centre=call_centre)
        )
        desk = self.function(
            "visit_desk_api",
            visit_desk_api.VisitDeskSettings(**names, escalation=times),
            timeout=30,
        )
        days = self.function(
            "on_visits",
            on_visits.VisitsSettings(**names, escalation=times),
            timeout=120,
            asynchronous=True,
        )
        for function in (family, desk, days):
            self._may_change_cases(function)
            self._directory.grant(function, "dynamodb:Query")
            self._bus.grant_put_events_to(function)
        self.allow(
            family, "s3:GetObject", on=[self._pictures.arn_for_objects("cases/*")], because=_NAMED
        )
        self.allow(family, "s3:ListBucket", on=[self._pictures.bucket_arn])
        self.allow(desk, "states:StartExecution", on=[self._arn(REQUESTED.machine)])
        self.allow(days, "states:StartExecution", on=[self._arn(PATROL.machine)])
        self.routes(door, family, visit_api.app)
        self.routes(door, desk, visit_desk_api.app)
        schedule = self.every(
            AUDIT_MINUTES, "Rounds", days, "Opens the visits of the day, and makes rounds of them"
        )
        CfnOutput(self, "RoundsSchedule", value=schedule.schedule_name)
        return [desk, days]

    def _alarms(
        self, door: HttpApiEndpoint, names: dict[str, Any], escalation: dict[str, int]
    ) -> list[lambda_.Function]:
        """Alarms of guarded homes; the functions that send somebody."""
        raised = self.queue("Alarms", visible_after=180, tries=ALARM_TRIES)
        self.subscribe(raised, self._bus, AlarmRaised, AlarmAnswered, MedicalRead)
        settings = on_alarm.AlarmSettings(**names, alarm_escalation=json.dumps(escalation))
        worker = self.worker("on_alarm", settings, raised, timeout=30, batch=1, concurrency=50)
        self.alarm(
            "SlowToTask",
            self.counted("SecondsToTask", statistic="Maximum"),
            "An alarm of a home took more than 10 seconds to become a task of the centre",
            above=10,
        )
        desk = self.function("alarm_api", DispatchSettings(**names))
        for function in (worker, desk):
            self._may_change_cases(function)
            self._bus.grant_put_events_to(function)
        self._directory.grant(worker, "dynamodb:Query", "dynamodb:GetItem")
        self.allow(worker, "states:StartExecution", on=[self._arn(ALARM.machine)])
        self.routes(door, desk, alarm_api.app)
        return [worker, desk]

    def _positions(self, door: HttpApiEndpoint) -> None:
        """Where responders are, over MQTT or the API, and whether they are on duty."""
        reported = self.queue("Positions")
        phone: dict[str, Any] = {
            "dispatch_table": self._table.table_name,
            "event_bus": self._bus.event_bus_name,
        }
        worker = self.worker("on_position", PhoneSettings(**phone), reported)
        phones = self.function("responder_api", PhoneSettings(**phone))
        for function in (worker, phones):
            self._bus.grant_put_events_to(function)
            function.add_to_role_policy(
                iam.PolicyStatement(
                    actions=["dynamodb:Query"],
                    resources=[self._table.table_arn],
                    conditions={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [WAITING]}},
                )
            )
            function.add_to_role_policy(
                iam.PolicyStatement(
                    actions=["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
                    resources=[self._table.table_arn],
                    conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": PHONES}},
                )
            )
        to_queue(self, Channel.POSITION, reported)
        self.routes(door, phones, responder_api.app)

    def _waiting_list(self, names: dict[str, Any]) -> lambda_.Function:
        """Whoever can be sent while cases wait is found a case; by this function."""
        available = self.queue("Available", visible_after=180)
        self.subscribe(available, self._bus, ResponderAvailable)
        worker = self.worker("on_available", DispatchSettings(**names), available, timeout=30)
        self._may_change_cases(worker)
        self._bus.grant_put_events_to(worker)
        return worker

    def _clock(self, names: dict[str, Any]) -> None:
        """Tasks that no workflow waits for fall due; staff is told by this function."""
        worker = self.worker("on_due", DispatchSettings(**names), self._due, timeout=30)
        self._may_change_cases(worker)
        self._bus.grant_put_events_to(worker)

    # -- the audit

    def _audit(self, names: dict[str, Any]) -> None:
        """Every few minutes, what a crash left behind is set going again."""
        machines = [self._arn(process.machine) for process in PROCESSES.values()]
        pages = self.queue("AuditPages", visible_after=720)
        settings = AuditSettings(**names, audit_queue=pages.queue_url)
        audit = self.function("on_audit", settings, timeout=120, asynchronous=True)
        looks = self.worker(
            "on_audit_page", DispatchSettings(**names), pages, batch=1, concurrency=4, timeout=120
        )
        for function in (audit, looks):
            self._may_change_cases(function)
            self._bus.grant_put_events_to(function)
            self.allow(function, "states:StopExecution", on=self._executions(), because=_EXECUTIONS)
        pages.grant_send_messages(audit)
        self.allow(audit, "states:ListExecutions", on=machines)
        self.allow(looks, "states:StartExecution", on=machines)
        self.allow(looks, "states:DescribeExecution", on=self._executions(), because=_EXECUTIONS)
        self.alarm(
            "TasksLate",
            self.counted("TasksLate", minutes=15),
            "More than five tasks of the centre were not done in their time within 15 minutes",
            above=5,
        )
        self.alarm_without(
            "AuditMissed",
            audit.metric_invocations(period=Duration.hours(1)),
            "The audit of open cases did not come around for an hour",
        )
        schedule = self.every(
            AUDIT_MINUTES, "Audit", audit, "Finds cases that are stuck, and sets them going again"
        )
        CfnOutput(self, "AuditSchedule", value=schedule.schedule_name)

    # -- staff at the console

    def _viewer(self) -> None:
        """The role with which staff looks at workflows in the console, and can change nothing."""
        here = iam.AccountRootPrincipal()
        signed = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        role = iam.Role(
            self,
            "Viewer",
            description="Looks at Mimamori's workflows in the console, and changes nothing",
            assumed_by=iam.PrincipalWithConditions(here, signed),
        )
        machines = [self._arn(process.machine) for process in PROCESSES.values()]
        looks = ("states:DescribeStateMachine", "states:ListExecutions")
        role.add_to_policy(iam.PolicyStatement(actions=[*looks], resources=machines))
        of_executions = ("states:DescribeExecution", "states:GetExecutionHistory")
        role.add_to_policy(
            iam.PolicyStatement(actions=[*of_executions], resources=self._executions())
        )
        role.add_to_policy(
            iam.PolicyStatement(actions=["states:ListStateMachines"], resources=["*"])
        )
        acknowledge(role, {self.finding(one): _EXECUTIONS for one in self._executions()})
        acknowledge(role, {self.finding("*"): "The list of workflows takes no resource."})
        CfnOutput(self, "ViewerRole", value=role.role_arn)

    # -- what is shared

    def _executions(self) -> list[str]:
        """The ARNs of the processes' executions."""
        machines = (self._arn(process.machine) for process in PROCESSES.values())
        return [f"{one.replace(':stateMachine:', ':execution:')}:*" for one in machines]

    def _arn(self, name: str) -> str:
        """A workflow's ARN by its name: by reference, functions and workflow would need each other
        before they exist."""
        return f"arn:{self.partition}:states:{self.region}:{self.account}:stateMachine:{name}"

    def _may_change_cases(self, function: lambda_.Function) -> None:
        """Add facts, open and close tasks, set their clocks, tell workflows."""
        self.allow(function, "sqs:SendMessage", on=[self._due.queue_arn])
        self._table.grant(
            function,
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
        )
        self.allow(function, "states:SendTaskSuccess", on=["*"], because=_TOKENS)


def _id(process: Process) -> str:
    """A machine's name in the template: ``mimamori-home-check`` is ``HomeCheck``."""
    return "".join(word.title() for word in process.machine.split("-")[1:])

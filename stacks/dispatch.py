"""Sending people: the workflows, the dispatch table, the functions of lambdas/dispatch.

The states' names and comments are what staff reads in the console. What a state does, and what it
comes to, is in lambdas/dispatch/workflow.py; here is only the order.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from iot.topics import Channel
from lambdas.dispatch import (
    api,
    on_audit,
    on_position,
    responder_api,
    staff,
    task_api,
)
from lambdas.dispatch.desk import DispatchSettings
from lambdas.shared.settings import Settings
from stacks.constructs.context import ContextStack, HttpApiEndpoint, acknowledge
from stacks.constructs.topic_rules import to_queue

CONSENT, HOME_CHECK = "mimamori-consent", "mimamori-home-check"
"""Names of the workflows. They are fixed so that functions they call may answer them."""

PHONES = ["RESPONDERS", "CELL#*", "REJECTED#*"]
"""What responders' phones may change in the dispatch table: where they are, and no case."""

AUDIT_MINUTES = 15
KEPT_DAYS = 400
_VERSIONS = "Versions of the function itself."
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
        call_centre: str,
        partner_terms: str,
        escalation: dict[str, int],
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
        names: dict[str, Any] = {
            "dispatch_table": self._table.table_name,
            "event_bus": bus.event_bus_name,
            "pictures_bucket": self._pictures.bucket_name,
            "travel": travel,
        }
        wait = self.function("on_task", DispatchSettings(**names))
        step = self.function("on_step", DispatchSettings(**names), timeout=30)
        for function in (wait, step):
            self._may_change_cases(function)
        self._bus.grant_put_events_to(step)
        consent = _Workflow(self, "Consent", CONSENT, wait, step).consent()
        visit = _Workflow(self, "HomeCheck", HOME_CHECK, wait, step).home_check()
        doers = self._doors(door, names, call_centre, partner_terms, escalation)
        if travel == "routes":
            roads = f"arn:{self.partition}:geo-routes:{self.region}::provider/default"
            for function in (step, doers):
                self.allow(function, "geo-routes:CalculateRouteMatrix", on=[roads])
        self._audit(names)
        self._positions(door)
        CfnOutput(self, "CasesTable", value=self._table.table_name)
        CfnOutput(self, "ConsentMachine", value=consent.state_machine_arn)
        CfnOutput(self, "HomeCheckMachine", value=visit.state_machine_arn)

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
        directory: dict[str, Any] = {"directory_table": self._directory.table_name}
        contractors = self.function(
            "api",
            api.ApiSettings(
                **names,
                **directory,
                consent_machine=self._machine(CONSENT),
                call_centre=call_centre,
                partner_terms=partner_terms,
            ),
        )
        centre = self.function(
            "staff",
            staff.StaffSettings(
                **names,
                **directory,
                visit_machine=self._machine(HOME_CHECK),
                escalation=json.dumps(escalation),
            ),
        )
        doers = self.function("task_api", DispatchSettings(**names))
        seen = self._pictures.arn_for_objects("cases/*")
        for function, router in (
            (contractors, api.app),
            (centre, staff.app),
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
        self.allow(contractors, "states:StartExecution", on=[self._machine(CONSENT)])
        self.allow(centre, "states:StartExecution", on=[self._machine(HOME_CHECK)])
        return doers

    def _positions(self, door: HttpApiEndpoint) -> None:
        """Where responders are, over MQTT or the API, and whether they are on duty."""
        reported = self.queue("Positions")
        table = self._table.table_name
        worker = self.worker(
            "on_position", on_position.PositionSettings(dispatch_table=table), reported
        )
        phones = self.function(
            "responder_api", responder_api.ResponderSettings(dispatch_table=table)
        )
        for function in (worker, phones):
            function.add_to_role_policy(
                iam.PolicyStatement(
                    actions=["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
                    resources=[self._table.table_arn],
                    conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": PHONES}},
                )
            )
        to_queue(self, Channel.POSITION, reported)
        self.routes(door, phones, responder_api.app)

    # -- the audit

    def _audit(self, names: dict[str, Any]) -> None:
        """Every few minutes, what a crash left behind is set going again."""
        machines = [self._machine(CONSENT), self._machine(HOME_CHECK)]
        audit = self.function(
            "on_audit",
            on_audit.AuditSettings(**names, consent_machine=machines[0], visit_machine=machines[1]),
            timeout=120,
            asynchronous=True,
        )
        self._may_change_cases(audit)
        self._bus.grant_put_events_to(audit)
        self.allow(audit, "states:StartExecution", "states:ListExecutions", on=machines)
        executions = [f"{one.replace(':stateMachine:', ':execution:')}:*" for one in machines]
        self.allow(
            audit,
            "states:DescribeExecution",
            "states:StopExecution",
            on=executions,
            because=_EXECUTIONS,
        )
        letters = self.dead_letters("ScheduleDeadLetters")
        role = iam.Role(
            self, "AuditScheduler", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com")
        )
        acknowledge(role, {_versions(self, audit): _VERSIONS})
        target = targets.LambdaInvoke(
            audit,
            role=role,
            dead_letter_queue=letters,
            input=scheduler.ScheduleTargetInput.from_object(
                {"at": scheduler.ContextAttribute.scheduled_time}
            ),
        )
        schedule = scheduler.Schedule(
            self,
            "Audit",
            description="Finds cases that are stuck, and sets them going again",
            schedule=scheduler.ScheduleExpression.rate(Duration.minutes(AUDIT_MINUTES)),
            target=target,
        )
        CfnOutput(self, "AuditSchedule", value=schedule.schedule_name)

    # -- what is shared

    def _machine(self, name: str) -> str:
        """A workflow's ARN by its name: by reference, functions and workflow would need each other
        before they exist."""
        return f"arn:{self.partition}:states:{self.region}:{self.account}:stateMachine:{name}"

    def _may_change_cases(self, function: lambda_.Function) -> None:
        """Add facts, open and close tasks, tell workflows."""
        self._table.grant(
            function,
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
        )
        self.allow(function, "states:SendTaskSuccess", on=["*"], because=_TOKENS)


def _versions(stack: ContextStack, function: lambda_.Function) -> str:
    """How the checks name the permission to invoke a function, whichever version of it."""
    id = stack.get_logical_id(function.node.default_child)  # type: ignore[arg-type]
    return f"AwsSolutions-IAM5[Resource::<{id}.Arn>:*]"


class _Workflow:
    """The states of one workflow. Each waits for somebody or does a step, and a choice follows."""

    def __init__(
        self,
        stack: DispatchStack,
        id: str,
        name: str,
        wait: lambda_.Function,
        step: lambda_.Function,
    ) -> None:
        self._stack, self._id, self._name = stack, id, name
        self._wait_function, self._step_function = wait, step
        self._scope = Construct(stack, f"{id}States")

    def consent(self) -> sfn.StateMachine:
        """Two calls at most, within a week of the registration (DL-08 to DL-13)."""
        first = self._wait(
            "初回の承諾電話(登録から3日以内)",
            "first_call",
            "センターの担当者が在宅確認先に電話し、承諾をいただきます。",
        )
        second = self._wait(
            "2回目の承諾電話(3日目から7日目)",
            "second_call",
            "初回につながらなかったときに、別の日にもう一度かけます。",
        )
        first_late = self._time_is_up(
            "初回電話の期限超過を知らせる",
            "first_call",
            "担当者に知らせ、7日目まで電話を待ちます。",
        )
        second_late = self._time_is_up(
            "2回目電話の期限超過を知らせる", "second_call", "承諾未確認として終わります。"
        )
        close = self._step(
            "承諾の結果をご契約者に知らせる", "close", "登録完了、拒否、未確認のメールを送ります。"
        )
        first.add_catch(first_late, errors=["States.Timeout"], result_path="$.error")
        second.add_catch(second_late, errors=["States.Timeout"], result_path="$.error")
        answer = self._choice("初回の電話の結果", {"no_answer": second, "again": first}, close)
        first.next(answer)
        first_late.next(answer)
        second.next(close)
        second_late.next(close)
        close.next(
            self._choice(
                "承諾の結果",
                {
                    "granted": self._end("承諾済み", "この時から在宅確認をご利用いただけます。"),
                    "refused": self._end("承諾拒否", "訪問はいたしません。"),
                    "unconfirmed": self._end("承諾未確認", "あらためてご登録いただけます。"),
                },
                self._end("停止・変更により終了", "停止のご要請、または在宅確認先の変更。"),
            )
        )
        return self._machine(first, "在宅確認サポート: 事前の承諾")

    def home_check(self) -> sfn.StateMachine:
        """From the request to the report (DL-15 to DL-35)."""
        check = self._step(
            "ご依頼の内容を確かめる", "check", "お断りする理由(1)から(6)がないかを確かめます。"
        )
        refusal = self._wait(
            "お断りを伝える(例外の判断)",
            "refusal",
            "お断りします。事情により、理由を残して例外としてお受けすることもできます。",
        )
        phone = self._wait(
            "先に在宅先へ電話する",
            "phone_first",
            "ご利用が著しく多い方は、伺う前に電話で在宅を確かめます。",
        )
        choose = self._step(
            "最も早く着ける担当者をさがす",
            "choose",
            "距離ではなく、手が空く時刻と移動時間で選びます。",
        )
        offer = self._wait(
            "担当者に依頼する", "offer", "数分のうちに返事がなければ、次に早く着ける人に頼みます。"
        )
        help_ = self._wait(
            "応援を手配する", "find_help", "依頼できる担当者がいないとき、センターが手配します。"
        )
        visit = self._wait(
            "訪問する(玄関先で確認)",
            "visit",
            "インターホン、電気メーター、明かり、郵便受けを外から確認します。",
        )
        chase = self._wait(
            "訪問の遅れを確認する", "chase", "報告が届かないとき、センターが担当者に電話します。"
        )
        mail = self._step(
            "結果をメールで送る", "mail_result", "在宅の有無をお知らせします(安否ではありません)。"
        )
        tell = self._wait(
            "結果を電話で伝える", "tell", "お伝えしたことを記録するまで、事案は終わりません。"
        )
        close = self._step("事案を閉じる", "close", "結果を記録します。")

        def answer(
            asked: tasks.LambdaInvoke,
            kind: str,
            late: str,
            comment: str,
            question: str,
            ways: Mapping[str, sfn.IChainable],
            otherwise: sfn.IChainable,
        ) -> None:
            """Somebody answers or time is up; either way the same question follows."""
            over = self._time_is_up(late, kind, comment)
            asked.add_catch(over, errors=["States.Timeout"], result_path="$.error")
            came = self._choice(question, ways, otherwise)
            asked.next(came)
            over.next(came)

        check.next(
            self._choice(
                "お受けできるか",
                {"refused": refusal, "phone_first": phone, "answered": mail, "go": choose},
                close,
            )
        )
        answer(
            refusal,
            "refusal",
            "お断りの期限超過を記録する",
            "お断りしたものとして終わります。",
            "例外としてお受けするか",
            {"phone_first": phone, "go": choose},
            close,
        )
        answer(
            phone,
            "phone_first",
            "先の電話の期限超過を記録する",
            "電話を待たずに伺います。",
            "電話で在宅を確認できたか",
            {"answered": mail, "no_answer": choose},
            close,
        )
        choose.next(self._choice("担当者は見つかったか", {"found": offer, "none": help_}, close))
        answer(
            offer,
            "offer",
            "返事のない依頼を取り下げる",
            "次に早く着ける担当者をさがします。",
            "担当者は向かえるか",
            {"accepted": visit, "declined": choose},
            close,
        )
        answer(
            help_,
            "find_help",
            "手配の期限超過を知らせる",
            "責任者に引き継ぎます。",
            "応援は決まったか",
            {"assigned": visit, "retry": choose, "again": help_, "give_up": mail},
            close,
        )
        answer(
            visit,
            "visit",
            "訪問の報告の遅れを知らせる",
            "センターが担当者に確認します。",
            "訪問はどうなったか",
            {"reported": mail, "late": chase, "cannot": choose, "give_up": mail},
            close,
        )
        answer(
            chase,
            "chase",
            "遅れの確認の期限超過を知らせる",
            "しばらく待ち、それでも報告がなければ終わります。",
            "遅れをどうするか",
            {"wait": visit, "reassign": choose, "reported": mail, "give_up": mail},
            close,
        )
        mail.next(tell)
        answer(
            tell,
            "tell",
            "結果の電話の期限超過を知らせる",
            "お伝えするまで続けます。",
            "結果を伝えたか",
            {"again": tell},
            close,
        )
        ends = {
            "at_home": self._end("在宅を確認", "訪問し、ご在宅を確認しました。"),
            "absent": self._end("在宅を確認できず", "訪問し、メモを残しました。"),
            "by_phone": self._end("電話で在宅を確認", "訪問せずに終わりました。"),
            "refused": self._end("お断り", "ご依頼をお受けできませんでした。"),
            "cancelled": self._end("中止", "訪問の前に取りやめました。"),
        }
        nobody = self._end("伺えず", "伺えなかったか、報告を得られませんでした。")
        close.next(self._choice("事案の結果", ends, nobody))
        return self._machine(check, "在宅確認サポート: ご依頼から報告まで")

    # -- kinds of states

    def _wait(self, name: str, kind: str, comment: str) -> tasks.LambdaInvoke:
        """Somebody is to do something; the workflow waits for the answer, so long and no longer."""
        return self._invoke(
            name,
            comment,
            self._wait_function,
            {"task": kind, "token": sfn.JsonPath.task_token},
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            task_timeout=sfn.Timeout.at("$.seconds"),
        )

    def _step(self, name: str, step: str, comment: str, **more: Any) -> tasks.LambdaInvoke:
        """Something that waits for nobody."""
        return self._invoke(
            name,
            comment,
            self._step_function,
            {"step": step, **more},
            payload_response_only=True,
        )

    def _time_is_up(self, name: str, kind: str, comment: str) -> tasks.LambdaInvoke:
        """Nobody did it in time: the facts say how it goes on."""
        return self._step(name, "overdue", comment, task=kind)

    def _invoke(
        self,
        name: str,
        comment: str,
        function: lambda_.Function,
        payload: dict[str, Any],
        **how: Any,
    ) -> tasks.LambdaInvoke:
        asked = {
            "case": sfn.JsonPath.string_at("$.case"),
            "at": sfn.JsonPath.state_entered_time,
            **payload,
        }
        state = tasks.LambdaInvoke(
            self._scope,
            name,
            comment=comment,
            lambda_function=function,
            payload=sfn.TaskInput.from_object(asked),
            retry_on_service_exceptions=False,
            **how,
        )
        # Whatever a function raises, but not that time is up.
        state.add_retry(
            errors=["States.TaskFailed"],
            interval=Duration.seconds(2),
            backoff_rate=2,
            max_attempts=8,
            max_delay=Duration.minutes(2),
            jitter_strategy=sfn.JitterType.FULL,
        )
        return state

    def _choice(
        self, name: str, ways: Mapping[str, sfn.IChainable], otherwise: sfn.IChainable
    ) -> sfn.Choice:
        choice = sfn.Choice(self._scope, name)
        for outcome, state in ways.items():
            choice.when(sfn.Condition.string_equals("$.outcome", outcome), state)
        return choice.otherwise(otherwise)

    def _end(self, name: str, comment: str) -> sfn.Succeed:
        return sfn.Succeed(self._scope, name, comment=comment)

    def _machine(self, first: sfn.IChainable, comment: str) -> sfn.StateMachine:
        stack = self._stack
        machine = sfn.StateMachine(
            stack,
            self._id,
            state_machine_name=self._name,
            definition_body=sfn.DefinitionBody.from_chainable(first),
            comment=comment,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    stack,
                    f"{self._id}Logs",
                    retention=logs.RetentionDays.THREE_MONTHS,
                    removal_policy=RemovalPolicy.DESTROY,
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
        functions = (self._wait_function, self._step_function)
        acknowledge(
            machine.role,
            {
                **{_versions(stack, function): _VERSIONS for function in functions},
                "AwsSolutions-IAM5[Resource::*]": "X-Ray and the delivery of logs take no "
                "resource in their permissions.",
            },
        )
        stack.alarm(
            f"{self._id}Failed",
            machine.metric_failed(period=Duration.minutes(5)),
            f"A workflow {self._name} failed: the audit starts it anew; look why",
        )
        return machine

"""Contracts and money: the billing table, its runs, the functions of lambdas/billing."""

from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
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

from lambdas.billing import (
    api,
    desk_api,
    invitation_api,
    month_api,
    on_batch,
    on_personal_data,
    on_run,
    people_api,
    staff_api,
)
from lambdas.billing.app.contract_service import BillingSettings
from lambdas.shared.events import DispatchSettled, EmptyHomeVisited, PartnerRegistered
from lambdas.shared.settings import Settings
from stacks.constructs.context import ContextStack, HttpApiEndpoint, acknowledge
from stacks.payments import Payments

BATCH_SECONDS = 300
CLAIMS_KEPT_DAYS = 2557
"""Photographs of a damage, as long as the papers of what was paid for it: seven years."""

_NAMED = "Objects are named by claim."
APP_STORE_PARAMETER = "/mimamori/billing/app-store"
"""A parameter that an operator writes (docs/operations.md): our app, as the App Store knows it."""

AT_ONCE = 40
"""Batches of a run worked on at the same time."""

CHARGING_AT_ONCE = 20
"""Batches whose cards are charged at the same time: Stripe takes a hundred writes a second, and a
charge lasts a second or so."""


class BillingStack(ContextStack):
    """Table, state machine, schedules and functions of lambdas/billing."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.ITableV2,
        door: HttpApiEndpoint,
        page: str,
        house: dict[str, Any],
        consignor: dict[str, Any],
        users: cognito.IUserPool,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="billing", **kwargs)
        self._bus, self._directory = bus, directory
        self._table = self.table("Contracts")
        names: dict[str, Any] = {
            "billing_table": self._table.table_name,
            "directory_table": directory.table_name,
            "event_bus": bus.event_bus_name,
        }
        damage = self.bucket(
            "Claims",
            kept_days={"": CLAIMS_KEPT_DAYS},
            unlogged="Every read passes through functions whose requests are logged.",
        )
        data = self.keeps_personal_data(
            bus,
            self._table,
            objects=damage,
            kind=on_personal_data.ContractDataSettings,
            user_pool=users.user_pool_id,
        )
        users.grant(data, "cognito-idp:AdminDeleteUser")
        claims: dict[str, Any] = {"claims_bucket": damage.bucket_name}
        self._payments = Payments(
            self,
            "Payments",
            table=self._table,
            names=names,
            may_change_contracts=self._may_change_contracts,
            door=door,
            page=page,
            house=house,
            consignor=consignor,
        )
        machine = self._runs(names, house)

        family = self.function(
            "api",
            api.ApiSettings(
                **names,
                **claims,
                house=self.to_json_string(house),
                app_store_parameter=APP_STORE_PARAMETER,
            ),
        )
        self.allow(
            family,
            "ssm:GetParameter",
            on=[
                self.format_arn(
                    service="ssm",
                    resource="parameter",
                    resource_name=APP_STORE_PARAMETER.removeprefix("/"),
                )
            ],
        )
        self._may_change_contracts(family)
        self.routes(door, family, api.app)

        desk = self.function(
            "staff_api",
            staff_api.StaffSettings(**names, **claims, run_machine=machine.state_machine_arn),
        )
        self._may_change_contracts(desk)
        photographs = damage.arn_for_objects("claims/*")
        for function in (family, desk):
            self.allow(function, "s3:GetObject", on=[photographs], because=_NAMED)
            self.allow(function, "s3:ListBucket", on=[damage.bucket_arn])
        self.allow(family, "s3:PutObject", on=[photographs], because=_NAMED)
        machine.grant_start_execution(desk)
        self.routes(door, desk, staff_api.app)

        accounts = self.function(
            "desk_api", desk_api.DeskSettings(**names, house=self.to_json_string(house))
        )
        self._may_change_contracts(accounts)
        self.routes(door, accounts, desk_api.app)

        people = self.function("people_api", BillingSettings(**names))
        self._may_change_contracts(people)
        self.routes(door, people, people_api.app)

        invitations = self.function(
            "invitation_api",
            invitation_api.InvitationSettings(**names, user_pool=users.user_pool_id),
        )
        self._may_change_contracts(invitations)
        users.grant(
            invitations,
            "cognito-idp:AdminCreateUser",
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminSetUserPassword",
        )
        self.routes(
            door,
            invitations,
            invitation_api.app,
            open_because="Who is invited has no login yet: the link holds a secret of 256 bits, "
            "which is good once and for two weeks.",
        )

        months = self.function("month_api", month_api.MonthSettings(**names), timeout=30)
        self._may_change_contracts(months)
        self.routes(door, months, month_api.app)

        registered = self.queue("PartnerRegistrations")
        self.subscribe(registered, bus, PartnerRegistered)
        self._may_change_contracts(self.worker("on_partner", BillingSettings(**names), registered))

        done = self.queue("Dispatches")
        self.subscribe(done, bus, DispatchSettled, EmptyHomeVisited)
        self._may_change_contracts(self.worker("on_dispatch", BillingSettings(**names), done))

        CfnOutput(self, "AppStoreParameter", value=APP_STORE_PARAMETER)
        CfnOutput(self, "ContractsTable", value=self._table.table_name)
        CfnOutput(self, "RunMachine", value=machine.state_machine_arn)

    def function(self, entry: str, settings: Settings, **kwargs: Any) -> lambda_.Function:
        """A function that has what handles money beside it."""
        return super().function(entry, settings, **{"layer": "money", "memory": 512, **kwargs})

    def _may_change_contracts(self, function: lambda_.Function) -> None:
        """Add facts and invoices, file cards, publish homes and people (and no device), tell."""
        self._table.grant(
            function,
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",  # a card that moves in staff's lists
        )
        self._directory.grant(function, "dynamodb:Query")
        function.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["dynamodb:PutItem", "dynamodb:DeleteItem"],
                resources=[self._directory.table_arn],
                conditions={
                    "ForAllValues:StringLike": {
                        "dynamodb:LeadingKeys": ["HOME#*", "PERSON#*", "CONTRACT#*"]
                    }
                },
            )
        )
        self._bus.grant_put_events_to(function)

    # -- runs

    def _runs(self, names: dict[str, Any], house: dict[str, Any]) -> sfn.StateMachine:
        """The day's and the month's run: one state machine, started by the clock or by staff."""
        begin = self.function("on_run", on_run.RunSettings(**names), timeout=60)
        self._table.grant(begin, "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem")
        batch = self.function(
            "on_batch",
            on_batch.BatchSettings(**names, house=self.to_json_string(house)),
            memory=1769,
            timeout=BATCH_SECONDS,
        )
        self._may_change_contracts(batch)
        end = self.function(
            "on_run_end",
            BillingSettings(**names),
            timeout=60,
        )
        self._table.grant(
            end, "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"
        )
        self._bus.grant_put_events_to(end)

        logged = logs.LogGroup(
            self,
            "RunLogs",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        machine = sfn.StateMachine(
            self,
            "Run",
            definition_body=sfn.DefinitionBody.from_chainable(self._steps(begin, batch, end)),
            comment="契約の日次処理と月次請求（同じ日・月を何度実行しても結果は同じです）",
            timeout=Duration.hours(12),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logged, level=sfn.LogLevel.ALL, include_execution_data=False
            ),
        )
        payments = self._payments
        functions = (begin, batch, payments.collect, payments.retry, payments.request_file, end)
        acknowledge(
            machine.role,
            {
                **{
                    f"AwsSolutions-IAM5[Resource::<{self.get_logical_id(f.node.default_child)}"
                    ".Arn>:*]": "Versions of the function itself."
                    for f in functions
                },
                "AwsSolutions-IAM5[Resource::*]": "X-Ray and the delivery of logs take no "
                "resource in their permissions.",
            },
        )
        child = machine.node.default_child
        assert isinstance(child, sfn.CfnStateMachine)
        own = f'{{"Fn::Select":[6,{{"Fn::Split":[":",{{"Ref":"{self.get_logical_id(child)}"}}]}}]}}'
        executions = f"arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:{own}"
        acknowledge(
            machine,
            {
                f"AwsSolutions-IAM5[Resource::{executions}{rest}]": "The map's child executions of "
                "the machine itself, named when they start."
                for rest in (":*", "/*:*")
            },
        )
        self.alarm(
            "RunsFailed",
            machine.metric_failed(period=Duration.minutes(5)),
            "A billing run failed: start it again, what is done stays done",
        )
        self.alarm_without(
            "RunsMissed",
            machine.metric_succeeded(period=Duration.days(1)),
            "No billing run came to its end for a day: the daily run was missed or failed",
        )
        self._schedules(machine)
        return machine

    def _steps(
        self, begin: lambda_.Function, batch: lambda_.Function, end: lambda_.Function
    ) -> sfn.IChainable:
        prepare = self._call(
            "対象契約を束ねる",
            begin,
            {"asked": sfn.JsonPath.entire_payload, "execution": sfn.JsonPath.execution_name},
            "契約を数千件ずつの束に分けます。",
        )
        work = self._call(
            "束を処理する",
            batch,
            {
                "run": sfn.JsonPath.object_at("$.run"),
                "batch": sfn.JsonPath.object_at("$.batch"),
            },
            "月次: 請求書を作成(契約と月ごとに1通のみ)。日次: 期日の到来したものを処理。",
        )
        done = sfn.Pass(self, "束の完了", result=sfn.Result.from_object({}))
        more = sfn.Choice(
            self, "束に残りがあるか", comment="時間内に終わらなかった分は、続きから処理します。"
        )
        work.next(more)
        more.when(sfn.Condition.boolean_equals("$.more", True), work).otherwise(done)
        every = self._batches(
            "束ごとに並行処理",
            "束は互いに独立です。途中で止まっても、再実行すれば続きから進みます。",
            AT_ONCE,
        )
        every.item_processor(work)
        report = self._call(
            "結果をまとめて報告する",
            end,
            {"run": sfn.JsonPath.object_at("$.run")},
            "集計を保存し、担当者にメールで知らせます。",
        )
        monthly = sfn.Choice(self, "月次か", comment="請求書の代金を集めるのは月次のみです。")
        collecting = self._collecting(report)
        prepare.next(every).next(monthly)
        monthly.when(sfn.Condition.string_equals("$.run.kind", "monthly"), collecting)
        daily = sfn.Condition.string_equals("$.run.kind", "daily")
        monthly.when(daily, self._again(report)).otherwise(report)
        return prepare

    def _again(self, then: sfn.IChainable) -> sfn.IChainable:
        """Each day: cards that were refused are charged once more."""
        first = sfn.Pass(
            self,
            "未収の先頭から",
            parameters={"run": sfn.JsonPath.object_at("$.run"), "after": ""},
        )
        retry = self._call(
            "未収のカードに再請求する",
            self._payments.retry,
            {
                "run": sfn.JsonPath.object_at("$.run"),
                "after": sfn.JsonPath.string_at("$.after"),
            },
            "断られたカードに、決まった日数の後にもう一度請求します。",
        )
        more = sfn.Choice(self, "未収に残りがあるか")
        more.when(sfn.Condition.boolean_equals("$.more", True), retry).otherwise(then)
        return first.next(retry).next(more)

    def _collecting(self, then: sfn.IChainable) -> sfn.IChainable:
        """The invoices are made: cards are charged, the bank's files are written."""
        collect = self._call(
            "代金を集める",
            self._payments.collect,
            {
                "run": sfn.JsonPath.object_at("$.run"),
                "batch": sfn.JsonPath.object_at("$.batch"),
            },
            "カードは請求、口座振替は依頼ファイル待ち。済んだものは繰り返しません。",
        )
        collected = sfn.Pass(self, "集金の束の完了", result=sfn.Result.from_object({}))
        more = sfn.Choice(self, "集金の束に残りがあるか")
        more.when(sfn.Condition.boolean_equals("$.more", True), collect).otherwise(collected)
        collect.next(more)
        every = self._batches(
            "束ごとに集金", "途中で止まっても、二重に請求することはありません。", CHARGING_AT_ONCE
        )
        every.item_processor(collect)

        write = self._call(
            "口座振替の依頼ファイルを書く",
            self._payments.request_file,
            {"run": sfn.JsonPath.object_at("$.run")},
            "1回で1ファイル。書いたものは二度と書きません。",
        )
        more_files = sfn.Choice(self, "ファイルに残りがあるか")
        more_files.when(sfn.Condition.boolean_equals("$.more", True), write).otherwise(then)
        return every.next(write).next(more_files)

    def _batches(self, name: str, comment: str, at_once: int) -> sfn.DistributedMap:
        """Work on each batch of the run, so many at the same time."""
        return sfn.DistributedMap(
            self,
            name,
            comment=comment,
            items_path="$.batches",
            item_selector={
                "run": sfn.JsonPath.object_at("$.run"),
                "batch": sfn.JsonPath.object_at("$$.Map.Item.Value"),
            },
            max_concurrency=at_once,
            result_path=sfn.JsonPath.DISCARD,
            map_execution_type=sfn.StateMachineType.STANDARD,
        )

    def _call(
        self, name: str, function: lambda_.Function, payload: dict[str, Any], comment: str
    ) -> tasks.LambdaInvoke:
        call = tasks.LambdaInvoke(
            self,
            name,
            comment=comment,
            lambda_function=function,
            payload=sfn.TaskInput.from_object(payload),
            payload_response_only=True,
            retry_on_service_exceptions=False,
        )
        call.add_retry(
            errors=["States.ALL"],
            interval=Duration.seconds(5),
            backoff_rate=2,
            max_attempts=4,
            jitter_strategy=sfn.JitterType.FULL,
        )
        return call

    def _schedules(self, machine: sfn.StateMachine) -> None:
        """By the clock of Japan (UTC+9): the day's at 00:00; last month's at 10:00 on the 1st, when
        the day's is long over."""
        letters = self.dead_letters("SchedulesDeadLetters")
        cron = scheduler.ScheduleExpression.cron
        for name, when in (
            ("Daily", cron(minute="0", hour="15")),
            ("Monthly", cron(minute="0", hour="1", day="1")),
        ):
            scheduler.Schedule(
                self,
                name,
                description=f"{name} run over all contracts",
                schedule=when,
                target=targets.StepFunctionsStartExecution(
                    machine,
                    dead_letter_queue=letters,
                    input=scheduler.ScheduleTargetInput.from_object(
                        {
                            "kind": name.lower(),
                            "at": scheduler.ContextAttribute.scheduled_time,
                            "means": "schedule",
                        }
                    ),
                ),
            )

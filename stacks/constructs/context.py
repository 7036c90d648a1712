"""The frame of a context's stack: one way to make a function, a queue worker, a table.

Whatever is made here has its alarm, its dead-letter queue, its encryption and its retention, so
that no stack can forget them.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Tags, Validations
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from constructs import Construct, IConstruct

from iot.topics import ROOT, Channel
from lambdas.shared.aws.http import routes_of
from lambdas.shared.aws.personal_data_service import PersonalDataSettings
from lambdas.shared.events import DisclosureAsked, ErasureAgreed, Event
from lambdas.shared.settings import Settings
from stacks.constructs import packages

VERSIONS = "Versions of the function itself."

STAYS = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
"""What people would miss stays when its stack goes, but not when its first deployment fails: what
was left behind would have the name that the next one needs."""

AT_ONCE = 10
"""Batches of one queue that are taken side by side, unless a worker says otherwise. Without a bound
a burst uses up the account's functions, and messages that find none end as dead letters."""


class HttpApiEndpoint(NamedTuple):
    """The HTTP API, and the login that stands before it (stacks/api.py)."""

    api: apigateway.HttpApi
    authorizer: apigateway.IHttpRouteAuthorizer


class ContextStack(Stack):  # type: ignore[misc]
    """The stack of one context (lambdas/<context>)."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: str,
        alarms: sns.ITopic | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, **kwargs)
        self.context = context
        self.alarms = alarms
        self.raised: list[cloudwatch.Alarm] = []
        Tags.of(self).add("mimamori:context", context)

    # -- functions

    def function(
        self,
        entry: str,
        settings: Settings,
        *,
        memory: int = 256,
        timeout: int = 15,
        layer: str | None = None,
        asynchronous: bool = False,
    ) -> lambda_.Function:
        """The function ``lambdas.<context>.<entry>.handler``.

        ``timeout`` is in seconds, ``memory`` in MiB, ``layer`` one beside the common one
        (stacks/constructs/packages.LAYERS). An ``asynchronous`` one gets a dead-letter
        queue of its own; others answer their caller or take from a queue that has one.
        """
        id = "".join(part.title() for part in entry.split("_"))
        log_group = logs.LogGroup(
            self,
            f"{id}Logs",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(self, f"{id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        function = lambda_.Function(
            self,
            id,
            role=role,
            description=f"Mimamori {self.context}: {entry}",
            handler=f"lambdas.{self.context}.{entry}.handler",
            code=self._code,
            runtime=packages.PYTHON,
            architecture=lambda_.Architecture.ARM_64,
            layers=[self._layer(name) for name in ("common", layer) if name],
            memory_size=memory,
            timeout=Duration.seconds(timeout),
            tracing=lambda_.Tracing.ACTIVE,
            environment={
                **settings.environment(),
                "POWERTOOLS_SERVICE_NAME": self.context,
                "POWERTOOLS_LOG_LEVEL": "INFO",
            },
            log_group=log_group,
            dead_letter_queue=self.dead_letters(f"{id}DeadLetters") if asynchronous else None,
        )
        acknowledge(
            role, {"AwsSolutions-IAM5[Resource::*]": "X-Ray takes no resource in its permissions."}
        )
        acknowledge(
            function, {"AwsSolutions-L1": "3.13 is the newest runtime all our wheels exist for."}
        )
        self.alarm(
            f"{id}Errors",
            function.metric_errors(period=Duration.minutes(5)),
            f"lambdas.{self.context}.{entry} raises errors",
        )
        return function

    def worker(
        self,
        entry: str,
        settings: Settings,
        queue: sqs.Queue,
        *,
        batch: int = 10,
        concurrency: int = AT_ONCE,
        **kwargs: Any,
    ) -> lambda_.Function:
        """A function that takes from ``queue``, message by message."""
        function = self.function(entry, settings, **kwargs)
        self.takes(function, queue, batch=batch, concurrency=concurrency)
        return function

    def takes(
        self,
        function: lambda_.Function,
        queue: sqs.Queue,
        *,
        batch: int = 10,
        concurrency: int = AT_ONCE,
    ) -> None:
        """Let ``function`` take from ``queue``, at most ``concurrency`` batches at a time."""
        function.add_event_source(
            sources.SqsEventSource(
                queue,
                batch_size=batch,
                report_batch_item_failures=True,
                max_concurrency=concurrency,
            )
        )

    def may_publish(self, function: lambda_.Function, *channels: Channel) -> None:
        """Let a function publish to devices on these channels (lambdas/shared/aws/mqtt.py)."""
        topics = [
            f"arn:{self.partition}:iot:{self.region}:{self.account}:topic/{ROOT}/*/{channel}"
            for channel in channels
        ]
        self.allow(function, "iot:Publish", on=topics, because="Topics are named by device.")

    def routes(
        self,
        door: HttpApiEndpoint,
        function: lambda_.Function,
        router: APIGatewayHttpResolver,
        *,
        open_because: str = "",
    ) -> None:
        """Put every route that ``router`` serves onto the API, behind the login; without it only
        with a reason."""
        if not open_because:
            if not self.node.try_find_child("AccessNotRecorded"):
                self.alarm(
                    "AccessNotRecorded",
                    self.counted("AccessNotRecorded"),
                    f"{self.context}: what staff looked at could not be written down",
                )
            function.add_environment("ACCESS_LOG_BUCKET", self.access_log)
            self.allow(
                function,
                "s3:PutObject",
                on=[f"arn:{self.partition}:s3:::{self.access_log}/*"],
                because="Records are named by day, time and person.",
            )
        integration = HttpLambdaIntegration(f"{function.node.id}Integration", function)
        for method, path in routes_of(router):
            words = "".join(word.title() for word in re.findall(r"[a-z]+", path))
            route = apigateway.HttpRoute(
                self,
                f"{method.title()}{words}",
                http_api=door.api,
                route_key=apigateway.HttpRouteKey.with_(path, apigateway.HttpMethod[method]),
                integration=integration,
                authorizer=apigateway.HttpNoneAuthorizer() if open_because else door.authorizer,
            )
            if open_because:
                acknowledge(route, {"AwsSolutions-APIG4": open_because})

    def allow(
        self, function: lambda_.Function, *actions: str, on: Sequence[str], because: str = ""
    ) -> None:
        """Let ``function`` do these actions on these resources; a ``*`` in one needs a reason."""
        function.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=list(on)))
        wild = [resource for resource in on if "*" in resource]
        if wild:
            assert function.role
            assert because
            acknowledge(function.role, {self.finding(resource): because for resource in wild})

    def finding(self, resource: str) -> str:
        """How the checks name a wildcard in ``resource``."""
        spelled = self.resolve(resource)
        if isinstance(spelled, dict):
            spelled = "".join(
                part if isinstance(part, str) else f"<{_reference(part)}>"
                for part in spelled["Fn::Join"][1]
            )
        return f"AwsSolutions-IAM5[Resource::{spelled}]"

    # -- schedules

    def every(
        self,
        minutes: int,
        id: str,
        function: lambda_.Function,
        description: str,
        *,
        by_the_hour: bool = False,
    ) -> scheduler.Schedule:
        """Call ``function`` every so many minutes with ``{"at": <the schedule's time>}``: counted
        from the hour on (``by_the_hour``), else from its deployment on."""
        role = iam.Role(
            self, f"{id}Scheduler", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com")
        )
        acknowledge(role, {versions_of(self, function): VERSIONS})
        target = scheduler_targets.LambdaInvoke(
            function,
            role=role,
            dead_letter_queue=self._schedule_dead_letters,
            input=scheduler.ScheduleTargetInput.from_object(
                {"at": scheduler.ContextAttribute.scheduled_time}
            ),
        )
        return scheduler.Schedule(
            self,
            id,
            description=description,
            schedule=scheduler.ScheduleExpression.cron(minute=f"0/{minutes}")
            if by_the_hour
            else scheduler.ScheduleExpression.rate(Duration.minutes(minutes)),
            target=target,
        )

    @cached_property
    def _schedule_dead_letters(self) -> sqs.Queue:
        """Where calls of the stack's schedules go that could not be made."""
        return self.dead_letters("ScheduleDeadLetters")

    # -- queues

    def queue(
        self, id: str, *, visible_after: int = 90, tries: int = 5, old_after: int = 300
    ) -> sqs.Queue:
        """A queue with its dead-letter queue. ``visible_after`` (seconds) is six times the
        worker's timeout, as Lambda asks. The operator is called when a message waits for longer
        than ``old_after`` seconds."""
        queue = sqs.Queue(
            self,
            id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(visible_after),
            retention_period=Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(
                max_receive_count=tries, queue=self.dead_letters(f"{id}DeadLetters")
            ),
        )
        self.alarm(
            f"{id}Old",
            queue.metric_approximate_age_of_oldest_message(
                period=Duration.minutes(1), statistic="Maximum"
            ),
            f"{self.context}: a message waits in {id} for more than {old_after} seconds",
            above=old_after,
        )
        return queue

    def dead_letters(self, id: str) -> sqs.Queue:
        """A dead-letter queue that calls the operator as soon as anything is in it."""
        queue = sqs.Queue(
            self,
            id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        acknowledge(queue, {"AwsSolutions-SQS3": "This is a dead-letter queue itself."})
        self.alarm(
            f"{id}NotEmpty",
            queue.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(1), statistic="Maximum"
            ),
            f"{self.context}: something could not be taken and waits in {id}",
        )
        return queue

    def subscribe(
        self,
        queue: sqs.Queue,
        bus: events.IEventBus,
        *kinds: type[Event],
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Let ``queue`` have these events from the bus; with ``detail`` only those that fit it."""
        names = [kind.detail_type() for kind in kinds]
        events.Rule(
            self,
            f"{queue.node.id}From{''.join(names)}",
            event_bus=bus,
            description=f"{' and '.join(names)} for {self.context}",
            event_pattern=events.EventPattern(
                source=sorted({kind.source for kind in kinds}), detail_type=names, detail=detail
            ),
            targets=[
                targets.SqsQueue(
                    queue,
                    dead_letter_queue=queue.dead_letter_queue.queue
                    if queue.dead_letter_queue
                    else None,
                )
            ],
        )

    # -- people's data

    @property
    def access_log(self) -> str:
        """The bucket of what staff looked at (stacks/data.py)."""
        return f"mimamori-access-{self.account}-{self.region}"

    @property
    def disclosures(self) -> str:
        """The bucket into which each context puts its part of a disclosure (stacks/data.py)."""
        return f"mimamori-disclosures-{self.account}-{self.region}"

    def disclosed(self, pattern: str) -> str:
        """The ARN of these objects in it."""
        return f"arn:{self.partition}:s3:::{self.disclosures}/{pattern}"

    def keeps_personal_data(
        self,
        bus: events.IEventBus,
        table: dynamodb.TableV2,
        *,
        objects: s3.IBucket | None = None,
        keys: Sequence[str] = (),
        kind: type[PersonalDataSettings] = PersonalDataSettings,
        **more: Any,
    ) -> lambda_.Function:
        """The function that discloses and erases what the context keeps of people, in its table
        and its bucket (lambdas/shared/personal_data.py). ``keys``: how rows begin that it may
        erase, where not all are its own. ``kind`` of settings, and what they need ``more``."""
        settings = kind(
            personal_table=table.table_name,
            personal_bucket=objects.bucket_name if objects else "",
            disclosures_bucket=self.disclosures,
            **more,
        )
        function = self.function(
            "on_personal_data",
            settings,
            memory=512,
            timeout=900,
            layer=None,
            asynchronous=True,
        )
        table.grant(function, "dynamodb:Query")
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["dynamodb:BatchWriteItem"],
                resources=[table.table_arn],
                conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(keys)}}
                if keys
                else None,
            )
        )
        parts = [f"*/{self.context}.json", f"*/{self.context}/*"]
        self.allow(
            function,
            "s3:PutObject",
            "s3:GetObject",
            on=[self.disclosed(part) for part in parts],
            because="Parts are named by request and context.",
        )
        # Without it, S3 answers "forbidden" instead of "not there".
        self.allow(function, "s3:ListBucket", on=[f"arn:{self.partition}:s3:::{self.disclosures}"])
        if objects:
            self.allow(
                function,
                "s3:GetObject",
                "s3:DeleteObject",
                on=[objects.arn_for_objects("*")],
                because="Objects are named by home, device or case.",
            )
            self.allow(function, "s3:ListBucket", on=[objects.bucket_arn])
        kinds = (DisclosureAsked, ErasureAgreed)
        events.Rule(
            self,
            "PersonalData",
            event_bus=bus,
            description=f"Disclosures and erasures for {self.context}",
            event_pattern=events.EventPattern(
                source=sorted({kind.source for kind in kinds}),
                detail_type=[kind.detail_type() for kind in kinds],
            ),
            targets=[
                targets.LambdaFunction(function, dead_letter_queue=function.dead_letter_queue)
            ],
        )
        return function

    # -- tables

    def table(self, id: str) -> dynamodb.TableV2:
        """The context's table: ``pk``, ``sk``, on demand, recoverable, time to live ``expires``."""
        return dynamodb.TableV2(
            self,
            id,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing=dynamodb.Billing.on_demand(),
            time_to_live_attribute="expires",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=STAYS,
        )

    # -- buckets

    def bucket(
        self,
        id: str,
        *,
        kept_days: Mapping[str, int],
        unlogged: str,
        name: str | None = None,
        scope: Construct | None = None,
    ) -> s3.Bucket:
        """A private, encrypted bucket whose objects expire: ``kept_days`` by their prefix (empty:
        all). ``unlogged`` says why it keeps no log of accesses."""
        bucket = s3.Bucket(
            scope or self,
            id,
            bucket_name=name,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    prefix=prefix or None,
                    expiration=Duration.days(days),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
                for prefix, days in kept_days.items()
            ],
            removal_policy=STAYS,
        )
        acknowledge(bucket, {"AwsSolutions-S1": unlogged})
        return bucket

    def uploads(self, bucket: s3.Bucket, prefix: str, queue: sqs.Queue) -> None:
        """Let ``queue`` know of each object that is put under ``prefix``."""
        queue.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sqs:SendMessage"],
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                resources=[queue.queue_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        # In the bucket's own properties: the usual way is a custom resource with a function of its
        # own, for what CloudFormation can say itself.
        plain = bucket.node.default_child
        assert isinstance(plain, s3.CfnBucket)
        plain.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    queue=queue.queue_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(
                            rules=[s3.CfnBucket.FilterRuleProperty(name="prefix", value=prefix)]
                        )
                    ),
                )
            ]
        )
        plain.node.add_dependency(queue.node.find_child("Policy"))

    # -- alarms

    def counted(self, name: str, *, minutes: int = 5, statistic: str = "Sum") -> cloudwatch.Metric:
        """What the context's functions count under ``name`` (lambdas/shared/aws/observability.py),
        over so many minutes."""
        return cloudwatch.Metric(
            namespace="Mimamori",
            metric_name=name,
            dimensions_map={"service": self.context},
            statistic=statistic,
            period=Duration.minutes(minutes),
        )

    def alarm(
        self,
        id: str,
        metric: cloudwatch.IMetric,
        description: str,
        *,
        above: float = 0,
        times: int = 1,
    ) -> cloudwatch.Alarm:
        """Call the operator when ``metric`` is ``above`` this, so many ``times`` in a row."""
        alarm = cloudwatch.Alarm(
            self,
            id,
            metric=metric,
            alarm_description=description,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=times,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        return self.calls_the_operator(alarm)

    def alarm_without(
        self, id: str, metric: cloudwatch.IMetric, description: str
    ) -> cloudwatch.Alarm:
        """Call the operator when ``metric`` is zero, or not there at all."""
        alarm = cloudwatch.Alarm(
            self,
            id,
            metric=metric,
            alarm_description=description,
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )
        return self.calls_the_operator(alarm)

    def refusals(self) -> None:
        """Call the operator when much of what devices send is refused: a version of the agent that
        is wrong, or somebody who tries."""
        self.alarm(
            "ManyRefused",
            self.counted("Rejected", minutes=15),
            f"{self.context}: more than 200 messages or pictures were refused in 15 minutes",
            above=200,
        )

    def calls_the_operator(self, alarm: cloudwatch.Alarm) -> cloudwatch.Alarm:
        """Let an alarm do so, and be on the dashboard."""
        self.raised.append(alarm)
        if self.alarms:
            alarm.add_alarm_action(actions.SnsAction(self.alarms))
        return alarm

    # -- packages (each stack has its own layers: shared ones could never be replaced)

    @cached_property
    def _code(self) -> lambda_.Code:
        return packages.code()

    def _layer(self, name: str) -> lambda_.LayerVersion:
        found = self.node.try_find_child(f"{name.title()}Layer")
        if isinstance(found, lambda_.LayerVersion):
            return found
        return lambda_.LayerVersion(
            self,
            f"{name.title()}Layer",
            code=packages.layer(name, built=bool(self.node.try_get_context("layers"))),
            compatible_runtimes=[packages.PYTHON],
            compatible_architectures=[lambda_.Architecture.ARM_64],
            description=f"Third-party packages: {name}",
        )


def _reference(token: dict[str, Any]) -> str:
    return str(token["Ref"]) if "Ref" in token else ".".join(token["Fn::GetAtt"])


def acknowledge(construct: IConstruct, reasons: dict[str, str]) -> None:
    """Say why a rule of AwsSolutions does not apply to a construct."""
    Validations.of(construct).acknowledge(
        *(Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
    )


def versions_of(stack: Stack, function: lambda_.Function) -> str:
    """How the checks name the permission to invoke a function, whichever version of it."""
    id = stack.get_logical_id(function.node.default_child)
    return f"AwsSolutions-IAM5[Resource::<{id}.Arn>:*]"

"""Guarded homes: the security table, controllers' journals, calls, the functions of
lambdas/security."""

from typing import Any

from aws_cdk import CfnOutput
from aws_cdk import aws_connect as connect
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from iot.topics import Channel
from lambdas.security import api, flows, on_look, on_panel, on_supervision, staff_api
from lambdas.security.panel_service import SecuritySettings
from lambdas.shared.events import AlarmProgress
from stacks.constructs.context import ContextStack, HttpApiEndpoint
from stacks.constructs.topic_rules import to_queue

SUPERVISION_MINUTES = 15
"""So often silent controllers are looked for (AL-62)."""

LOOK_TRIES = 20
"""How often a look is tried that fails: nothing may end in silence."""

_CALLS = "Contacts are named by Connect when they begin."


class SecurityStack(ContextStack):
    """Table and functions of lambdas/security, and the telephone (Amazon Connect)."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.ITableV2,
        door: HttpApiEndpoint,
        app_client: str,
        connect_instance: str,
        connect_number: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="security", **kwargs)
        self._bus, self._directory = bus, directory
        self._table = self.table("Homes")
        self.keeps_personal_data(bus, self._table)
        self.refusals()
        self._looks = self.queue("Looks", visible_after=90, tries=LOOK_TRIES, old_after=1_800)
        self._names: dict[str, Any] = {
            "security_table": self._table.table_name,
            "directory_table": directory.table_name,
            "event_bus": bus.event_bus_name,
            "look_queue": self._looks.queue_url,
        }
        self._panels()
        self._supervision()
        self._telephone(connect_instance, connect_number)
        self._progress()
        self._doors(door, app_client)
        CfnOutput(self, "SecurityTable", value=self._table.table_name)

    def _panels(self) -> None:
        """What controllers say."""
        said = self.queue("Panels", visible_after=180)
        worker = self.worker(
            "on_panel",
            SecuritySettings(**self._names),
            said,
            timeout=30,
            memory=512,
            concurrency=50,
        )
        self._may_keep(worker)
        self._directory.grant(worker, "dynamodb:GetItem", "dynamodb:Query")
        self._bus.grant_put_events_to(worker)
        self._looks.grant_send_messages(worker)
        self.may_publish(worker, Channel.SETTINGS)
        for channel in on_panel.ROUTES:
            to_queue(self, channel, said)

    def _supervision(self) -> None:
        """Controllers that say nothing any more. A region without a line is silent all at once:
        they have a queue of their own, and take few functions at a time."""
        silent = self.queue("Silent", visible_after=180)
        worker = self.worker(
            "on_silent", SecuritySettings(**self._names), silent, timeout=30, concurrency=10
        )
        self._may_keep(worker)
        self._directory.grant(worker, "dynamodb:GetItem", "dynamodb:Query")
        self._bus.grant_put_events_to(worker)
        settings = on_supervision.SupervisionSettings(
            security_table=self._table.table_name,
            event_bus=self._bus.event_bus_name,
            silent_queue=silent.queue_url,
        )
        look = self.function("on_supervision", settings, timeout=120, asynchronous=True)
        self._table.grant(look, "dynamodb:Query")
        silent.grant_send_messages(look)
        self._bus.grant_put_events_to(look)
        self.every(
            SUPERVISION_MINUTES,
            "Supervision",
            look,
            "Finds controllers that say nothing any more (AL-62)",
        )

    def _telephone(self, instance: str, number: str) -> None:
        """Calls to people of self-monitored homes, and theirs to us. Without an instance nobody is
        called: then everybody who is to be is mailed that nobody was reached."""
        answers = self.function("on_call", SecuritySettings(**self._names), memory=512)
        self._may_keep(answers)
        self._looks.grant_send_messages(answers)
        self.may_publish(answers, Channel.COMMAND)
        flow = ""
        if instance:
            answers.add_permission(
                "Connect",
                principal=iam.ServicePrincipal("connect.amazonaws.com"),
                source_account=self.account,
                source_arn=instance,
            )
            connect.CfnIntegrationAssociation(
                self,
                "CallFunction",
                instance_id=instance,
                integration_type="LAMBDA_FUNCTION",
                integration_arn=answers.function_arn,
            )
            flow = self._flow("Outbound", instance, flows.outbound(answers.function_arn))
            self._flow("Inbound", instance, flows.inbound(answers.function_arn))
        worker = self.worker(
            "on_look",
            on_look.LookSettings(
                **self._names,
                connect_instance=instance,
                connect_flow=flow,
                connect_number=number,
            ),
            self._looks,
            timeout=15,
            memory=512,
        )
        self._may_keep(worker)
        self._directory.grant(worker, "dynamodb:GetItem", "dynamodb:Query")
        self._bus.grant_put_events_to(worker)
        self._looks.grant_send_messages(worker)
        if instance:
            self.allow(
                worker,
                "connect:StartOutboundVoiceContact",
                on=[f"{instance}/contact/*"],
                because=_CALLS,
            )
        CfnOutput(self, "CallFunctionArn", value=answers.function_arn)

    def _flow(self, name: str, instance: str, content: dict[str, Any]) -> str:
        """A contact flow; its ARN."""
        flow = connect.CfnContactFlow(
            self,
            f"{name}Flow",
            instance_arn=instance,
            name=f"mimamori-{name.lower()}",
            type="CONTACT_FLOW",
            content=self.to_json_string(content),
        )
        return str(flow.attr_contact_flow_arn)

    def _progress(self) -> None:
        """What dispatch says of the cases of alarms."""
        heard = self.queue("Progress")
        self.subscribe(heard, self._bus, AlarmProgress)
        worker = self.worker("on_progress", SecuritySettings(**self._names), heard)
        self._table.grant(worker, "dynamodb:PutItem")

    def _doors(self, door: HttpApiEndpoint, app_client: str) -> None:
        """The routes of the home's people, and of the centre."""
        family = self.function(
            "api", api.ApiSettings(**self._names, app_client=app_client), memory=512
        )
        centre = self.function("staff_api", SecuritySettings(**self._names), memory=512)
        for function in (family, centre):
            self._may_keep(function)
            self._directory.grant(function, "dynamodb:GetItem", "dynamodb:Query")
            self.may_publish(function, Channel.COMMAND, Channel.SETTINGS)
        self._bus.grant_put_events_to(centre)
        family.add_to_role_policy(
            iam.PolicyStatement(
                actions=["dynamodb:PutItem"],
                resources=[self._directory.table_arn],
                conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ALARM#*"]}},
            )
        )
        self.routes(door, family, api.app)
        self.routes(door, centre, staff_api.app)

    def _may_keep(self, function: lambda_.Function) -> None:
        """Read and write what homes have."""
        self._table.grant(
            function,
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
        )

"""What devices may do and say about themselves: policies, provisioning, rules, lambdas/devices."""

from typing import Any

from aws_cdk import CfnOutput
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iot as iot
from constructs import Construct

from iot import policies
from iot.kinds import GROUPS, provisioned
from iot.topics import Channel
from lambdas.devices import api, on_motion, on_provisioning, on_report
from lambdas.shared.events import MotionDetected, PictureAsked
from stacks.constructs.context import ContextStack, HttpApiEndpoint, acknowledge
from stacks.constructs.topic_rules import to_queue

TURN_PARAMETER = "/mimamori/devices/turn-secret"
"""A parameter that an operator writes (docs/live.md): the secret of their TURN servers."""

_NAMED = "Things and certificates are named when devices are set up."


class DevicesStack(ContextStack):
    """IoT policies, fleet provisioning, and the functions of lambdas/devices."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.TableV2,
        door: HttpApiEndpoint,
        ice_servers: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="devices", **kwargs)
        self._directory = directory
        self._table = self.table("Devices")
        self.keeps_personal_data(bus, self._table)
        self.refusals()
        self._silent()
        names: dict[str, Any] = {
            "devices_table": self._table.table_name,
            "directory_table": directory.table_name,
        }
        self._policies()
        self._provisioning(on_provisioning.ProvisioningSettings(**names))

        said = self.queue("Reports")
        report = self.worker("on_report", on_report.ReportSettings(**names), said)
        self._table.grant(report, "dynamodb:GetItem", "dynamodb:PutItem")
        directory.grant(report, "dynamodb:GetItem")
        for channel in on_report.ROUTES:
            to_queue(self, channel, said)

        detected = self.queue("Detected")
        self.subscribe(detected, bus, MotionDetected)
        answer = self.worker("on_motion", on_motion.AnswerSettings(**names), detected)
        self._table.grant(answer, "dynamodb:PutItem")
        directory.grant(answer, "dynamodb:GetItem")
        self.may_publish(answer, Channel.COMMAND)

        wanted = self.queue("PicturesAsked")
        self.subscribe(wanted, bus, PictureAsked)
        picture = self.worker(
            "on_picture", on_motion.AnswerSettings(**names), wanted, concurrency=4
        )
        self._table.grant(picture, "dynamodb:PutItem")
        directory.grant(picture, "dynamodb:GetItem")
        self.may_publish(picture, Channel.COMMAND)

        routes = self.function(
            "api", api.ApiSettings(**names, ice_servers=ice_servers, turn_parameter=TURN_PARAMETER)
        )
        if "turn" in ice_servers:
            name = TURN_PARAMETER.removeprefix("/")
            secret = self.format_arn(service="ssm", resource="parameter", resource_name=name)
            self.allow(routes, "ssm:GetParameter", on=[secret])
        self._table.grant(
            routes,
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:Query",
        )
        directory.grant(routes, "dynamodb:GetItem", "dynamodb:Query")
        self._may_publish_devices(routes)
        self.may_publish(routes, Channel.COMMAND)
        added = [GROUPS[name] for name in provisioned()]
        self.allow(
            routes,
            "iot:UpdateThingShadow",
            "iot:ListThingPrincipals",
            "iot:DetachThingPrincipal",
            "iot:DeleteThing",
            "iot:UpdateCertificate",
            on=[*(self._iot(f"thing/{group.things}") for group in added), self._iot("cert/*")],
            because=_NAMED,
        )
        self.routes(door, routes, api.app)
        CfnOutput(self, "DevicesTable", value=self._table.table_name)

    def _silent(self) -> None:
        """Devices say every hour how they are: many fewer than is usual are a line or a service
        that is gone, where each home alone would look like one without electricity."""
        said = self.counted("HealthReports", minutes=60)
        alarm = cloudwatch.AnomalyDetectionAlarm(
            self,
            "DevicesSilent",
            metric=said,
            std_devs=4,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_LOWER_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description="Many fewer devices than usual said how they are within an hour",
        )
        self.calls_the_operator(alarm)

    def _policies(self) -> None:
        documents = {
            policies.policy_name(group): policies.group_policy(group, self._iot) for group in GROUPS
        }
        documents[policies.CLAIM_POLICY] = policies.claim_policy(self._iot)
        for name, document in documents.items():
            words = "".join(word.title() for word in name.split("-"))
            iot.CfnPolicy(self, words, policy_name=name, policy_document=document)

    def _provisioning(self, settings: on_provisioning.ProvisioningSettings) -> None:
        """Fleet provisioning by claim, asked of lambdas/devices/on_provisioning."""
        # AWS waits for 5 seconds and then refuses the device: a cold start must not take them.
        hook = self.function("on_provisioning", settings, timeout=5, memory=1024)
        self._table.grant(hook, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        self._may_publish_devices(hook)
        self.allow(
            hook,
            "iot:ListThingPrincipals",
            "iot:DetachThingPrincipal",
            "iot:UpdateCertificate",
            on=[
                *(self._iot(f"thing/{GROUPS[name].things}") for name in provisioned()),
                self._iot("cert/*"),
            ],
            because=_NAMED,
        )
        for group in provisioned():
            hook.add_permission(
                f"FleetProvisioningOf{group.title()}",
                principal=iam.ServicePrincipal("iot.amazonaws.com"),
                source_account=self.account,
                source_arn=self._iot(f"provisioningtemplate/{policies.template_name(group)}"),
            )
        role = iam.Role(
            self,
            "ProvisioningRole",
            assumed_by=iam.ServicePrincipal("iot.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(
                    "service-role/AWSIoTThingsRegistration"
                )
            ],
        )
        acknowledge(
            role,
            {
                "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/"
                "service-role/AWSIoTThingsRegistration]": "AWS's own policy for provisioning."
            },
        )
        for group in provisioned():
            template = iot.CfnProvisioningTemplate(
                self,
                f"ProvisioningOf{group.title()}",
                template_name=policies.template_name(group),
                description=f"The claim of a {group} becomes its own certificate",
                enabled=True,
                provisioning_role_arn=role.role_arn,
                template_body=self.to_json_string(policies.provisioning_template(group)),
                pre_provisioning_hook=iot.CfnProvisioningTemplate.ProvisioningHookProperty(
                    target_arn=hook.function_arn, payload_version="2020-04-01"
                ),
            )
            template.node.add_dependency(hook)

    def _may_publish_devices(self, function: iam.IGrantable) -> None:
        """Devices' own items of the directory, and no person's."""
        function.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["dynamodb:PutItem", "dynamodb:DeleteItem"],
                resources=[self._directory.table_arn],
                conditions={
                    "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["DEVICE#*", "THINGS#*"]}
                },
            )
        )

    def _iot(self, resource: str) -> str:
        return f"arn:{self.partition}:iot:{self.region}:{self.account}:{resource}"

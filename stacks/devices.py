"""What devices may do and say about themselves: policies, provisioning, rules, lambdas/devices."""

from typing import Any

from aws_cdk import CfnOutput
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iot as iot
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from iot import policies
from iot.topics import ROOT, Channel
from lambdas.devices import api, on_motion, on_provisioning, on_report, on_upload_request
from lambdas.shared.events import MotionDetected
from stacks.constructs.context import ContextStack, HttpApiEndpoint, acknowledge
from stacks.constructs.topic_rules import to_function, to_queue
from stacks.detection import DetectionStack


class DevicesStack(ContextStack):
    """IoT policies, fleet provisioning, and the functions of lambdas/devices."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.TableV2,
        detection: DetectionStack,
        door: HttpApiEndpoint,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="devices", **kwargs)
        self._directory = directory
        self._table = self.table("Devices")
        names: dict[str, Any] = {
            "devices_table": self._table.table_name,
            "directory_table": directory.table_name,
        }
        self._policies()
        self._provisioning(on_provisioning.ProvisioningSettings(**names))

        upload = self.function(
            "on_upload_request",
            on_upload_request.UploadSettings(
                **names, pictures_bucket=detection.pictures.bucket_name
            ),
            asynchronous=True,
        )
        self._table.grant(upload, "dynamodb:PutItem")
        directory.grant(upload, "dynamodb:GetItem", "dynamodb:Query")
        # A presigned request has the rights of whoever signed it.
        self.allow(
            upload,
            "s3:PutObject",
            on=[detection.objects("frames/*")],
            because="Objects are named by device and time; each grant is for one key.",
        )
        self._may_tell_devices(upload)
        to_function(self, Channel.UPLOAD_REQUEST, upload)

        said = self.queue("Reports")
        report = self.worker("on_report", on_report.ReportSettings(**names), said)
        self._table.grant(report, "dynamodb:GetItem", "dynamodb:PutItem")
        directory.grant(report, "dynamodb:GetItem")
        to_queue(self, Channel.STATUS, said)
        to_queue(self, Channel.COMMAND_RESULT, said)

        detected = self.queue("Detected")
        self.subscribe(detected, bus, MotionDetected)
        answer = self.worker("on_motion", on_motion.AnswerSettings(**names), detected)
        self._table.grant(answer, "dynamodb:PutItem")
        directory.grant(answer, "dynamodb:GetItem")
        self._may_tell_devices(answer)

        routes = self.function("api", api.ApiSettings(**names))
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
        self._may_tell_devices(routes)
        self.allow(
            routes,
            "iot:UpdateThingShadow",
            "iot:ListThingPrincipals",
            "iot:DetachThingPrincipal",
            "iot:DeleteThing",
            "iot:UpdateCertificate",
            on=[self._iot("thing/cam-*"), self._iot("cert/*")],
            because="Things and certificates are named when devices are set up.",
        )
        self.routes(door, routes, api.app)
        CfnOutput(self, "DevicesTable", value=self._table.table_name)

    def _policies(self) -> None:
        for name, document in (
            (policies.POLICY, policies.device_policy(self._iot)),
            (policies.CLAIM_POLICY, policies.claim_policy(self._iot)),
            (policies.RESPONDER_POLICY, policies.responder_policy(self._iot)),
        ):
            words = "".join(word.title() for word in name.split("-"))
            iot.CfnPolicy(self, words, policy_name=name, policy_document=document)

    def _provisioning(self, settings: on_provisioning.ProvisioningSettings) -> None:
        """Fleet provisioning by claim, asked of lambdas/devices/on_provisioning."""
        hook = self.function("on_provisioning", settings, timeout=5)
        self._table.grant(hook, "dynamodb:GetItem", "dynamodb:PutItem")
        self._may_publish_devices(hook)
        hook.add_permission(
            "FleetProvisioning",
            principal=iam.ServicePrincipal("iot.amazonaws.com"),
            source_account=self.account,
            source_arn=self._iot(f"provisioningtemplate/{policies.TEMPLATE}"),
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
        template = iot.CfnProvisioningTemplate(
            self,
            "Provisioning",
            template_name=policies.TEMPLATE,
            description="A camera's claim becomes its own certificate",
            enabled=True,
            provisioning_role_arn=role.role_arn,
            template_body=self.to_json_string(policies.provisioning_template()),
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
                conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["DEVICE#*"]}},
            )
        )

    def _may_tell_devices(self, function: lambda_.Function) -> None:
        channels = (Channel.COMMAND, Channel.UPLOAD_GRANT)
        self.allow(
            function,
            "iot:Publish",
            on=[self._iot(f"topic/{ROOT}/*/{channel}") for channel in channels],
            because="Topics are named by device.",
        )

    def _iot(self, resource: str) -> str:
        return f"arn:{self.partition}:iot:{self.region}:{self.account}:{resource}"

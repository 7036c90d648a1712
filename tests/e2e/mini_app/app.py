"""A small CDK app with one of each thing the local cloud must run."""

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as event_targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iot as iot
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

CSP = (
    "default-src 'self'; connect-src 'self' https://cognito-idp.ap-northeast-1.amazonaws.com;"
    " img-src https://pictures.s3.ap-northeast-1.amazonaws.com; upgrade-insecure-requests"
)


class Data(cdk.Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires",
        )
        cdk.CfnOutput(self, "TableName", value=self.table.table_name)


class App(cdk.Stack):
    def __init__(self, scope: Construct, name: str, table: dynamodb.ITable) -> None:
        super().__init__(scope, name)
        self.code = lambda_.Code.from_asset("functions")
        self.layer = lambda_.LayerVersion(self, "Layer", code=lambda_.Code.from_asset("layer"))
        self.table = table
        record, ask, fail = (self.function(n) for n in ("record", "ask", "fail"))
        self.function("record", "Forbidden", grant=False)
        self.schedules(record)
        self.state_machine(record, ask, fail)
        self.devices(self.function("consume"))
        self.web(self.api(self.function("answer")))

    def function(self, entry: str, name: str = "", grant: bool = True) -> lambda_.Function:
        name = name or entry.capitalize()
        made = lambda_.Function(
            self,
            f"{name}Function",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"handlers.{entry}",
            code=self.code,
            layers=[self.layer],
            timeout=cdk.Duration.seconds(10),
            environment={"TABLE": self.table.table_name},
        )
        if grant:
            self.table.grant_read_write_data(made)
        cdk.CfnOutput(self, f"{name}Name", value=made.function_name)
        return made

    def schedules(self, record: lambda_.IFunction) -> None:
        scheduler.Schedule(
            self,
            "Daily",
            schedule=scheduler.ScheduleExpression.cron(minute="0", hour="15"),
            target=targets.LambdaInvoke(
                record,
                input=scheduler.ScheduleTargetInput.from_object(
                    {"what": "daily", "at": scheduler.ContextAttribute.scheduled_time}
                ),
            ),
        )
        events.Rule(
            self,
            "EveryHalfDay",
            schedule=events.Schedule.cron(minute="30", hour="0,12"),
            targets=[
                event_targets.LambdaFunction(
                    record,
                    event=events.RuleTargetInput.from_object(
                        {"what": "half day", "at": events.EventField.time}
                    ),
                )
            ],
        )

    def state_machine(self, record, ask, fail) -> None:
        waits = sfn.Wait(self, "Two days", time=sfn.WaitTime.duration(cdk.Duration.days(2)))
        called = tasks.LambdaInvoke(
            self,
            "Record",
            lambda_function=record,
            payload=sfn.TaskInput.from_object(
                {"what": "waited", "at": sfn.JsonPath.string_at("$$.State.EnteredTime")}
            ),
            result_path=sfn.JsonPath.DISCARD,
        )
        human = tasks.LambdaInvoke(
            self,
            "Ask",
            lambda_function=ask,
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            task_timeout=sfn.Timeout.at("$.patience"),
            payload=sfn.TaskInput.from_object(
                {"token": sfn.JsonPath.task_token, "input": sfn.JsonPath.entire_payload}
            ),
        )
        failing = tasks.LambdaInvoke(
            self, "Fail", lambda_function=fail, retry_on_service_exceptions=False
        )
        caught = sfn.Pass(self, "Caught by name", parameters={"caught": "OutOfOrder"})
        failing.add_catch(caught, errors=["OutOfOrder"])
        late = sfn.Pass(self, "Too late", parameters={"answer": "none"})
        human.add_catch(late, errors=["States.Timeout"])
        chosen = (
            sfn.Choice(self, "Which")
            .when(sfn.Condition.string_equals("$.kind", "wait"), waits.next(called))
            .when(sfn.Condition.string_equals("$.kind", "fail"), failing)
            .otherwise(human)
        )
        machine = sfn.StateMachine(
            self, "Machine", definition_body=sfn.DefinitionBody.from_chainable(chosen)
        )
        cdk.CfnOutput(self, "MachineArn", value=machine.state_machine_arn)

    def devices(self, consume: lambda_.Function) -> None:
        queue = sqs.Queue(self, "Queue", visibility_timeout=cdk.Duration.seconds(60))
        consume.add_event_source(sources.SqsEventSource(queue, batch_size=10))
        role = iam.Role(self, "RuleRole", assumed_by=iam.ServicePrincipal("iot.amazonaws.com"))
        queue.grant_send_messages(role)
        action = iot.CfnTopicRule.SqsActionProperty(
            queue_url=queue.queue_url, role_arn=role.role_arn, use_base64=False
        )
        iot.CfnTopicRule(
            self,
            "Rule",
            rule_name="telemetry",
            topic_rule_payload=iot.CfnTopicRule.TopicRulePayloadProperty(
                sql="SELECT *, clientid() AS thing FROM 'dt/+/telemetry'",
                actions=[iot.CfnTopicRule.ActionProperty(sqs=action)],
            ),
        )
        own = "${iot:Connection.Thing.ThingName}"
        arn = f"arn:aws:iot:{self.region}:{self.account}"
        iot.CfnPolicy(
            self,
            "Policy",
            policy_name="device",
            policy_document={
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "iot:Connect", "Resource": f"{arn}:client/{own}"},
                    {
                        "Effect": "Allow",
                        "Action": ["iot:Publish"],
                        "Resource": f"{arn}:topic/dt/{own}/*",
                    },
                ],
            },
        )

    def api(self, answer: lambda_.Function) -> http.HttpApi:
        pool = cognito.UserPool(self, "Users", sign_in_aliases=cognito.SignInAliases(email=True))
        client = pool.add_client(
            "Page",
            auth_flows=cognito.AuthFlow(user_password=True),
            generate_secret=False,
            access_token_validity=cdk.Duration.hours(1),
        )
        self.users = {"pool": pool.user_pool_id, "client": client.user_pool_client_id}
        issuer = f"https://cognito-idp.{self.region}.amazonaws.com/{pool.user_pool_id}"
        api = http.HttpApi(
            self,
            "Api",
            create_default_stage=False,
            default_authorizer=authorizers.HttpJwtAuthorizer(
                "Jwt", issuer, jwt_audience=[client.user_pool_client_id]
            ),
        )
        http.HttpStage(self, "Stage", http_api=api, stage_name="api", auto_deploy=True)
        api.add_routes(
            path="/me",
            methods=[http.HttpMethod.GET],
            integration=integrations.HttpLambdaIntegration("Answer", answer),
        )
        cdk.CfnOutput(self, "PoolId", value=pool.user_pool_id)
        cdk.CfnOutput(self, "ClientId", value=client.user_pool_client_id)
        return api

    def web(self, api: http.HttpApi) -> None:
        bucket = s3.Bucket(self, "Web", enforce_ssl=True)
        headers = cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=CSP, override=True
                )
            ),
        )
        domain = f"{api.api_id}.execute-api.{self.region}.{self.url_suffix}"
        distribution = cloudfront.Distribution(
            self,
            "Site",
            default_root_object="index.html",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(bucket),
                response_headers_policy=headers,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            ),
            additional_behaviors={
                "/api/*": cloudfront.BehaviorOptions(
                    origin=origins.HttpOrigin(domain),
                    allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                    cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                    origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                )
            },
        )
        config = {
            "cognito": f"https://cognito-idp.{self.region}.amazonaws.com",
            "clientId": self.users["client"],
        }
        deployment.BucketDeployment(
            self,
            "Pages",
            destination_bucket=bucket,
            sources=[
                deployment.Source.asset("web"),
                deployment.Source.json_data("config.json", config),
            ],
            distribution=distribution,
        )
        cdk.CfnOutput(self, "WebBucket", value=bucket.bucket_name)


app = cdk.App()
assert app.node.try_get_context("mini:greeting"), "the context of cdk.json is passed on"
App(app, "MiniApp", Data(app, "MiniData").table)
app.synth()

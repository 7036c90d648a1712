"""The door for apps: login (Cognito) and the HTTP API. Each context's stack adds its own routes."""

from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_logs as logs
from constructs import Construct

from lambdas.shared.centres import ALL_OPERATORS
from stacks.constructs.context import STAYS, ContextStack, HttpApiEndpoint, acknowledge

STAGE = "api"
"""The stage's name is the path under which the page's own address passes requests on."""

SHORTEST_PASSWORD = 12
"""Characters. A test compares what the page says (web/src/features/login/password.js)."""

STAFF_GROUPS = (*ALL_OPERATORS, "guard-centre", "responder", "billing", "admin")


class ApiStack(ContextStack):
    """User pool, HTTP API, its only stage."""

    def __init__(self, scope: Construct, id: str, **kwargs: Any) -> None:
        super().__init__(scope, id, context="api", **kwargs)
        self.login = f"https://cognito-idp.{self.region}.{self.url_suffix}"
        self.users = cognito.UserPool(
            self,
            "Users",
            self_sign_up_enabled=False,  # an account comes with a contract, by invitation
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            password_policy=cognito.PasswordPolicy(
                min_length=SHORTEST_PASSWORD,
                require_digits=True,
                require_lowercase=True,
                require_uppercase=True,
                require_symbols=True,
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            # Passwords and codes of an app are all that is used. The default costs 2.7 times as
            # much for each person who logs in in a month.
            feature_plan=cognito.FeaturePlan.LITE,
            removal_policy=STAYS,
        )
        acknowledge(
            self.users,
            {
                "AwsSolutions-COG8": "The Plus tier costs more a month than the cheapest contract "
                "earns; passwords are long and failed logins are throttled.",
                "AwsSolutions-COG2": "Old people's families log in seldom and lose second devices; "
                "a second factor is offered, and staff roles will require it.",
            },
        )
        for group in STAFF_GROUPS:
            cognito.CfnUserPoolGroup(
                self,
                "Group" + group.title().replace("-", ""),
                user_pool_id=self.users.user_pool_id,
                group_name=group,
            )
        self.client = self.users.add_client(
            "Web",
            auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
            prevent_user_existence_errors=True,
            disable_o_auth=True,
        )
        # The app may less than the page (AL-52): which of them asks is told by its client.
        self.app_client = self.users.add_client(
            "App",
            auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
            prevent_user_existence_errors=True,
            disable_o_auth=True,
        )
        self.api = apigateway.HttpApi(
            self,
            "Http",
            api_name="mimamori",
            description="Mimamori for apps",
            create_default_stage=False,
        )
        requests = logs.LogGroup(
            self,
            "Requests",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name=STAGE,
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=200, burst_limit=400),
        )
        settings = stage.node.default_child
        assert isinstance(settings, apigateway.CfnStage)
        settings.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=requests.log_group_arn,
            format=self.to_json_string(
                {
                    "at": "$context.requestTimeEpoch",
                    "id": "$context.requestId",
                    "route": "$context.routeKey",
                    "status": "$context.status",
                    "milliseconds": "$context.responseLatency",
                    "person": "$context.authorizer.claims.sub",
                    "error": "$context.error.message",
                }
            ),
        )
        gate = apigateway.HttpAuthorizer(
            self,
            "Login",
            http_api=self.api,
            type=apigateway.HttpAuthorizerType.JWT,
            identity_source=["$request.header.Authorization"],
            jwt_issuer=self.users.user_pool_provider_url,
            jwt_audience=[
                self.client.user_pool_client_id,
                self.app_client.user_pool_client_id,
            ],
        )
        self.door = HttpApiEndpoint(
            self.api,
            apigateway.HttpAuthorizer.from_http_authorizer_attributes(
                self,
                "LoginRequired",
                authorizer_id=gate.authorizer_id,
                authorizer_type="JWT",
            ),
        )
        self.alarm(
            "ServerErrors",
            self.api.metric_server_error(period=Duration.minutes(5)),
            "The API answers with server errors",
        )
        CfnOutput(self, "ApiUrl", value=f"{self.api.api_endpoint}/{STAGE}")
        CfnOutput(self, "UserPoolId", value=self.users.user_pool_id)
        CfnOutput(self, "UserPoolClientId", value=self.client.user_pool_client_id)
        CfnOutput(self, "AppClientId", value=self.app_client.user_pool_client_id)

"""The page: static files behind CloudFront, and the API behind the same address."""

import subprocess
import sys
from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from stacks.api import STAGE, ApiStack
from stacks.constructs.context import ContextStack, acknowledge
from stacks.constructs.packages import BUILD, ROOT


class WebStack(ContextStack):
    """Bucket, distribution and the files of web/."""

    def __init__(self, scope: Construct, id: str, *, api: ApiStack, **kwargs: Any) -> None:
        super().__init__(scope, id, context="web", **kwargs)
        subprocess.run([sys.executable, ROOT / "web/build.py"], check=True, stdout=sys.stderr)
        files = s3.Bucket(
            self,
            "Files",
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))
            ],
            removal_policy=RemovalPolicy.DESTROY,
            auto_delete_objects=False,
        )
        acknowledge(files, {"AwsSolutions-S1": "Public files only; CloudFront is what reads them."})
        distribution = cloudfront.Distribution(
            self,
            "Page",
            comment="Mimamori",
            default_root_object="index.html",
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            price_class=cloudfront.PriceClass.PRICE_CLASS_200,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(
                    files,
                    origin_access_control=cloudfront.S3OriginAccessControl(
                        self,
                        "Access",
                        origin_access_control_name=f"mimamori-{self.region}",
                    ),
                ),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=self._headers(api.login),
            ),
            additional_behaviors={
                f"{STAGE}/*": cloudfront.BehaviorOptions(
                    origin=origins.HttpOrigin(
                        f"{api.api.api_id}.execute-api.{self.region}.{self.url_suffix}",
                        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                    ),
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                    allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                    cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                    origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                )
            },
        )
        acknowledge(
            distribution,
            {
                "AwsSolutions-CFR1": "Families live abroad, too.",
                "AwsSolutions-CFR2": "The API behind it throttles and wants a login; a firewall "
                "costs more a month than many contracts.",
                "AwsSolutions-CFR3": "The API logs its requests; the files are public.",
                "AwsSolutions-CFR4": "CloudFront's own certificate comes with its own TLS policy; "
                "the operator's domain gets TLS 1.2 (docs/deploy.md).",
            },
        )
        deployment.BucketDeployment(
            self,
            "Upload",
            destination_bucket=files,
            distribution=distribution,
            # Names carry no hash: ask each time whether a file has changed.
            cache_control=[deployment.CacheControl.no_cache()],
            sources=[
                deployment.Source.asset(str(BUILD / "web")),
                deployment.Source.json_data(
                    "config.json",
                    {
                        "region": self.region,
                        "user_pool_client_id": api.client.user_pool_client_id,
                        "app_client_id": api.app_client.user_pool_client_id,
                        "cognito_endpoint": f"{api.login}/",
                    },
                ),
            ],
        )
        self._acknowledge_upload(files)
        self.url = f"https://{distribution.distribution_domain_name}"
        CfnOutput(self, "PageUrl", value=self.url)

    def _acknowledge_upload(self, files: s3.Bucket) -> None:
        """CDK brings a function of its own that uploads the page at deployment."""
        assets = "cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>"
        found = [
            "L1",
            "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
            *(
                f"IAM5[Action::s3:{action}]"
                for action in ("GetBucket*", "GetObject*", "List*", "Abort*", "DeleteObject*")
            ),
            "IAM5[Resource::*]",
            f"IAM5[Resource::arn:<AWS::Partition>:s3:::{assets}/*]",
        ]
        reasons = {
            f"AwsSolutions-{rule}": "CDK's own function, which runs at deployment."
            for rule in found
        }
        reasons[self.finding(files.arn_for_objects("*"))] = "It writes every file of the page."
        for construct in self.node.children:
            if construct.node.id.startswith("Custom::CDKBucketDeployment"):
                acknowledge(construct, reasons)

    def _headers(self, login: str) -> cloudfront.ResponseHeadersPolicy:
        """The page runs its own scripts only, talks to its own address and the login only."""
        policy = "; ".join(
            [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' blob: data:",
                f"connect-src 'self' {login}",
                "manifest-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
            ]
        )
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=f"mimamori-{self.region}",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(365),
                    include_subdomains=True,
                    override=True,
                ),
            ),
        )

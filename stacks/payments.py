"""How money comes in: the vault's keys, the bucket of banks' files, the functions that collect."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambdas.billing import (
    on_bank_result,
    on_collect,
    on_request_file,
    on_retry,
    on_stripe,
    payment_api,
)
from lambdas.billing.payments.file_store import REQUESTS, RESULTS, SENT
from stacks.constructs.context import STAYS, ContextStack, HttpApiEndpoint

STRIPE_PARAMETER = "/mimamori/billing/stripe"
"""A SecureString that an operator writes (docs/operations.md); nothing of it is in the template."""

FILE_DAYS = 35
"""How long files with account numbers are kept: until the bank has answered."""

SENT_DAYS = 400
"""How long is kept what was asked for, without account numbers."""

COLLECT_SECONDS, FILE_SECONDS, RESULT_SECONDS = 300, 300, 900
_NAMED = "Files are named by what is in them."


class Payments(Construct):
    """Beside a billing stack's table: everything that only payments need."""

    def __init__(
        self,
        stack: ContextStack,
        id: str,
        *,
        table: dynamodb.TableV2,
        names: Mapping[str, Any],
        may_change_contracts: Callable[[lambda_.Function], None],
        door: HttpApiEndpoint,
        page: str,
        house: Mapping[str, Any],
        consignor: Mapping[str, Any],
    ) -> None:
        super().__init__(stack, id)
        self._stack, self._table = stack, table
        self._may_change_contracts = may_change_contracts
        self._keys()
        answers = stack.queue("BankResults", visible_after=6 * RESULT_SECONDS)
        self.bucket = stack.bucket(
            "Files",
            scope=self,
            name=self._bucket_name,
            kept_days={REQUESTS: FILE_DAYS, RESULTS: FILE_DAYS, SENT: SENT_DAYS},
            unlogged="Files are written and read by functions; who fetches one is in the table's "
            "audit trail.",
        )
        stack.uploads(self.bucket, RESULTS, answers)
        stripe: dict[str, Any] = {"stripe_parameter": STRIPE_PARAMETER}
        files: dict[str, Any] = {"bank_bucket": self.bucket.bucket_name}

        self.collect = stack.function(
            "on_collect",
            on_collect.CollectSettings(**names, **stripe, house=stack.to_json_string(house)),
            memory=1769,
            timeout=COLLECT_SECONDS,
        )
        may_change_contracts(self.collect)
        self._may_ask_for_stripe(self.collect)

        self.retry = stack.function(
            "on_retry",
            on_retry.RetrySettings(**names, **stripe),
            memory=1769,
            timeout=COLLECT_SECONDS,
        )
        may_change_contracts(self.retry)
        self._may_ask_for_stripe(self.retry)

        self.request_file = stack.function(
            "on_request_file",
            on_request_file.FileSettings(
                **names,
                **files,
                vault_key=self._vault.key_arn,
                fingerprint_key=self._fingerprints.key_arn,
                consignor=stack.to_json_string(consignor),
                house=stack.to_json_string(house),
            ),
            memory=1769,
            timeout=FILE_SECONDS,
        )
        may_change_contracts(self.request_file)
        table.grant(self.request_file, "dynamodb:BatchGetItem")
        self._vault.grant(self.request_file, "kms:Decrypt")
        self._fingerprints.grant(self.request_file, "kms:GenerateMac")
        self._objects(self.request_file, "s3:GetObject", SENT)
        self._objects(self.request_file, "s3:PutObject", SENT, REQUESTS)

        result = stack.worker(
            "on_bank_result",
            on_bank_result.ResultSettings(
                **names,
                **files,
                fingerprint_key=self._fingerprints.key_arn,
            ),
            answers,
            batch=1,
            concurrency=2,
            memory=1769,
            timeout=RESULT_SECONDS,
        )
        may_change_contracts(result)
        table.grant(result, "dynamodb:BatchGetItem")
        self._fingerprints.grant(result, "kms:GenerateMac")
        self._objects(result, "s3:GetObject", SENT, RESULTS)

        desk = stack.function(
            "payment_api",
            payment_api.PaymentSettings(
                **names, **files, **stripe, vault_key=self._vault.key_arn, web_url=page
            ),
            timeout=30,
        )
        may_change_contracts(desk)  # what a card pays, which is charged at once
        self._vault.grant(desk, "kms:Encrypt")
        self._objects(desk, "s3:GetObject", REQUESTS)
        self._objects(desk, "s3:PutObject", RESULTS)
        # Without it, S3 answers "forbidden" instead of "not there".
        stack.allow(desk, "s3:ListBucket", on=[self.bucket.bucket_arn])
        self._may_ask_for_stripe(desk)
        stack.routes(door, desk, payment_api.app)

        notices = stack.function("on_stripe", on_stripe.WebhookSettings(**names, **stripe))
        may_change_contracts(notices)
        self._may_ask_for_stripe(notices)
        stack.routes(
            door,
            notices,
            on_stripe.app,
            open_because="Stripe has no login: it signs each request, and the function checks that "
            "before it reads on.",
        )
        CfnOutput(stack, "BankBucket", value=self.bucket.bucket_name)
        CfnOutput(stack, "StripeParameter", value=STRIPE_PARAMETER)

    # -- rights

    def _rows(self, function: lambda_.Function) -> None:
        """Rows of payments; no facts, so nothing need be told to anybody."""
        actions = ("GetItem", "Query", "PutItem", "UpdateItem")
        self._table.grant(function, *(f"dynamodb:{action}" for action in actions))

    def _objects(self, function: lambda_.Function, action: str, *prefixes: str) -> None:
        on = [self._arn(f"{prefix}*") for prefix in prefixes]
        self._stack.allow(function, action, on=on, because=_NAMED)

    def _arn(self, pattern: str) -> str:
        stack = self._stack
        return f"arn:{stack.partition}:s3:::{self._bucket_name}/{pattern}"

    @property
    def _bucket_name(self) -> str:
        return f"mimamori-bank-{self._stack.account}-{self._stack.region}"

    def _may_ask_for_stripe(self, function: lambda_.Function) -> None:
        """Our account at Stripe. Its encryption is SSM's own key, which asks for no right more."""
        arn = Stack.of(self).format_arn(
            service="ssm", resource="parameter", resource_name=STRIPE_PARAMETER.removeprefix("/")
        )
        self._stack.allow(function, "ssm:GetParameter", on=[arn])

    # -- what it is made of

    def _keys(self) -> None:
        """One key seals account numbers, one makes their fingerprints. Lost keys are lost accounts:
        they stay when the stack goes."""
        self._vault = kms.Key(
            self,
            "Vault",
            description="Mimamori billing: account numbers",
            enable_key_rotation=True,
            removal_policy=STAYS,
        )
        self._fingerprints = kms.Key(
            self,
            "Fingerprints",
            description="Mimamori billing: fingerprints of accounts",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
            removal_policy=STAYS,
        )

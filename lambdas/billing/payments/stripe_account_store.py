"""Our account at Stripe, out of a parameter that only an operator can write.

The template knows the parameter's name and nothing of what is in it.
"""

from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.parameters import SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from pydantic import Field, SecretStr

from lambdas.billing.payments.accounts import Value
from lambdas.shared.aws.clients import client

if TYPE_CHECKING:
    from lambdas.billing.payments.gateway import PaymentGateway

SECONDS = 300
"""How old the account may be that a process knows; a new key holds after that."""


class StripeAccount(Value):
    """What the parameter holds, as JSON."""

    key: SecretStr
    webhook_secrets: tuple[SecretStr, ...] = ()
    """Several while one is being replaced."""

    publishable_key: str = ""
    """For the page's form; not secret."""

    address: str | None = Field(None, pattern=r"^http://127\.0\.0\.1:[0-9]+$")
    """A double of Stripe on this machine; never another address, which would get the key."""


def account(parameter: str) -> StripeAccount | None:
    """Our account; None when no operator has set the parameter."""
    provider = SSMProvider(boto3_client=client("ssm"))
    try:
        text = provider.get(parameter, decrypt=True, max_age=SECONDS)
    except GetParameterError as error:
        if "ParameterNotFound" in str(error):
            return None
        raise
    return StripeAccount.model_validate_json(str(text))


def gateway(parameter: str) -> "PaymentGateway | None":
    """Stripe with our account; None when there is none."""
    found = account(parameter)
    if found is None:
        return None
    # The library costs 0.4 s of CPU at import, for those only who charge cards.
    from lambdas.billing.payments.stripe_gateway import StripeGateway

    return StripeGateway(found.key.get_secret_value(), address=found.address)

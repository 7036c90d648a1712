"""The operator's key for Web Push, out of parameters that only they can write."""

from aws_lambda_powertools.utilities.parameters import SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from lambdas.shared.aws.clients import client

SECONDS = 300
"""How old the key may be that a process knows."""


class PushKey(BaseModel):
    """What the parameter holds, as JSON (tools/push_key.py writes it)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    private_key: SecretStr
    contact: str = Field(pattern=r"^(mailto:[^@\s]+@[^@\s]+\.[^@\s]+|https://\S+)$")
    address: str | None = Field(None, pattern=r"^http://127\.0\.0\.1:[0-9]+$")
    """A double of all push services on this machine; never another address."""


def key(parameter: str) -> PushKey | None:
    """The operator's key; None when there is none, and nobody is told by push."""
    text = _parameter(parameter)
    return None if text is None else PushKey.model_validate_json(text)


def public_key(parameter: str) -> str:
    """The public half, which pages subscribe with; empty when there is none."""
    return _parameter(parameter) or ""


def _parameter(name: str) -> str | None:
    try:
        provider = SSMProvider(boto3_client=client("ssm"))
        return str(provider.get(name, decrypt=True, max_age=SECONDS))
    except GetParameterError as error:
        if "ParameterNotFound" in str(error):
            return None
        raise

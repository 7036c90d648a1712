"""The secret of the operator's TURN server, out of a parameter that only an operator can write."""

from aws_lambda_powertools.utilities.parameters import SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from lambdas.shared.aws.clients import client

SECONDS = 300
"""How old the secret may be that a process knows."""


def secret(parameter: str) -> str | None:
    """The secret; None when no operator has set the parameter."""
    try:
        found = SSMProvider(boto3_client=client("ssm")).get(
            parameter, decrypt=True, max_age=SECONDS
        )
    except GetParameterError as error:
        if "ParameterNotFound" in str(error):
            return None
        raise
    return str(found)

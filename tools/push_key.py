"""Makes the operator's key for Web Push and writes it into its parameters:
``python -m tools.push_key mailto:ops@example.jp``.

A key that is there is not replaced: every phone would have to subscribe anew.
"""

import json
import sys

import boto3
from cryptography.hazmat.primitives.asymmetric import ec

from lambdas.notify.push_key_store import PushKey
from lambdas.notify.web_push import encoded, public_bytes
from stacks.notify import PUSH_KEY_PARAMETER, PUSH_PARAMETER


def main(contact: str) -> None:
    """Write both halves of a new key. ValidationError for a contact that is neither ``mailto:`` nor
    ``https:``; ParameterAlreadyExists when there is a key."""
    key = ec.generate_private_key(ec.SECP256R1())
    number = encoded(key.private_numbers().private_value.to_bytes(32, "big"))
    held = {"private_key": number, "contact": contact}
    PushKey.model_validate(held)
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name=PUSH_PARAMETER, Type="SecureString", Value=json.dumps(held))
    public = encoded(public_bytes(key))
    ssm.put_parameter(Name=PUSH_KEY_PARAMETER, Type="String", Value=public, Overwrite=True)
    sys.stdout.write(f"{PUSH_KEY_PARAMETER}: {public}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

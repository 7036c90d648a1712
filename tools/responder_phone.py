"""A responder's phone, or the tracker in a car, gets its own certificate, or loses it.

``python -m tools.responder_phone <subject> --folder DIR`` makes the thing ``responder-<subject>``
and writes ``certificate.pem`` and ``private.key``, which exist nowhere else; earlier certificates
of that responder end. ``--revoke`` only ends them. The subject is the login's ``sub`` in Cognito,
by which the desk has registered the responder. Needs an operator's AWS credentials; the phone
connects as the thing and may say where it is, nothing else (iot/policies.py).

Phones that only use the API (PUT /dispatch/me/position) need none of this.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from iot.kinds import responder_thing
from iot.policies import policy_name


def issue(iot: Any, subject: str, folder: Path) -> None:
    """A certificate for the responder's thing, into ``folder``; the only one that is then valid."""
    thing = responder_thing(subject)
    revoke(iot, subject)
    iot.create_thing(thingName=thing)
    made = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_policy(policyName=policy_name("responder"), target=made["certificateArn"])
    iot.attach_thing_principal(thingName=thing, principal=made["certificateArn"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "certificate.pem").write_text(made["certificatePem"])
    key = folder / "private.key"
    key.touch(mode=0o600)
    key.write_text(made["keyPair"]["PrivateKey"])


def revoke(iot: Any, subject: str) -> None:
    """End every certificate of the responder's thing; connections end with them."""
    thing = responder_thing(subject)
    try:
        principals = iot.list_thing_principals(thingName=thing)["principals"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return
        raise
    for principal in principals:
        id = principal.rpartition("/")[2]
        iot.update_certificate(certificateId=id, newStatus="INACTIVE")
        iot.detach_thing_principal(thingName=thing, principal=principal)
        iot.detach_policy(policyName=policy_name("responder"), target=principal)
        iot.delete_certificate(certificateId=id)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("subject", help="the login's sub")
    what = asked.add_mutually_exclusive_group(required=True)
    what.add_argument("--folder", type=Path, help="where certificate and key go")
    what.add_argument("--revoke", action="store_true")
    wanted = asked.parse_args()
    iot = boto3.client("iot")
    if wanted.revoke:
        revoke(iot, wanted.subject)
    else:
        issue(iot, wanted.subject, wanted.folder)
        sys.stdout.write(f"{responder_thing(wanted.subject)}: {wanted.folder}\n")


if __name__ == "__main__":
    main()

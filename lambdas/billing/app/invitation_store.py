"""Invitations in billing's table: by their contract, and by the secret of their link.

``INVITATIONS#<contract>`` holds an invitation by its id, ``TOKEN#<digest>`` says whose a link is:
the secret itself lies only where the mail is made from, and only until it is accepted."""

import hashlib
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.billing.contract.invitations import Invitation
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table


class InvitationStore:
    """The invitations' rows."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    def sent(self, contract: str) -> list[Invitation]:
        """All invitations of a contract."""
        rows = dynamo.query(
            self._table, Key("pk").eq(f"INVITATIONS#{contract}"), ConsistentRead=True
        )
        return [Invitation.model_validate_json(row["body"]) for row in rows]

    def keep(self, invitation: Invitation, token: str) -> bool:
        """Write down an invitation and the digest of its secret. False when it was there."""
        where = {"contract": invitation.contract, "id": invitation.id}
        return dynamo.transact(
            [
                dynamo.put_new(self._name, _row(invitation)),
                dynamo.put(self._name, {**_link(token), **where}),
            ]
        )

    def find(self, token: str) -> Invitation | None:
        """The invitation that a link is for."""
        link = self._table.get_item(Key=_link(token), ConsistentRead=True).get("Item")
        if link is None:
            return None
        key = {"pk": f"INVITATIONS#{link['contract']}", "sk": link["id"]}
        row = self._table.get_item(Key=key, ConsistentRead=True)["Item"]
        return Invitation.model_validate_json(row["body"])

    def accepting(self, accepted: Invitation) -> list[dict[str, Any]]:
        """To be written with what follows from accepting, once."""
        open_before = accepted.model_copy(update={"accepted": None, "by": ""})
        return [
            dynamo.put(
                self._name,
                _row(accepted),
                "body = :before",
                before=open_before.model_dump_json(),
            )
        ]


def _row(invitation: Invitation) -> dict[str, Any]:
    return {
        "pk": f"INVITATIONS#{invitation.contract}",
        "sk": invitation.id,
        "body": invitation.model_dump_json(),
    }


def _link(token: str) -> dict[str, str]:
    return {"pk": f"TOKEN#{hashlib.sha256(token.encode()).hexdigest()}", "sk": "-"}

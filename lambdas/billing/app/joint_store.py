"""Joint invoices, and the contracts that each payer pays for (AL-09)."""

from boto3.dynamodb.conditions import Key

from lambdas.billing.invoicing.joint import JointInvoice
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.calendar import Month


class JointStore:
    """``JOINT#<lead>`` in billing's table: ``CONTRACT#…`` and ``INVOICE#<month>``."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def members(self, lead: str) -> list[str]:
        """The contracts that are, or were, billed with another."""
        return [sk.removeprefix("CONTRACT#") for sk, _ in self._rows(lead, "CONTRACT#")]

    def keep(self, invoice: JointInvoice) -> bool:
        """Write a joint invoice, once a lead and month. False when there was one."""
        row = {**_key(invoice.lead, invoice.month), "body": invoice.model_dump_json()}
        return dynamo.put_if_absent(self._table, row)

    def invoice(self, lead: str, month: Month) -> JointInvoice | None:
        """The joint invoice of a month."""
        found = self._table.get_item(Key=_key(lead, month), ConsistentRead=True).get("Item")
        return JointInvoice.model_validate_json(found["body"]) if found else None

    def invoices(self, lead: str) -> list[JointInvoice]:
        """All joint invoices of a payer, the oldest first."""
        return [JointInvoice.model_validate_json(body) for _, body in self._rows(lead, "INVOICE#")]

    def took(self, lead: str, name: str, amount: int) -> bool:
        """Money of this name is about to be taken in. False when it was of another amount."""
        key = {"pk": f"JOINT#{lead}", "sk": f"MONEY#{name}"}
        if dynamo.put_if_absent(self._table, {**key, "amount": amount}):
            return True
        known = self._table.get_item(Key=key, ConsistentRead=True)["Item"]
        return int(known["amount"]) == amount

    def _rows(self, lead: str, begins: str) -> list[tuple[str, str]]:
        key = Key("pk").eq(f"JOINT#{lead}") & Key("sk").begins_with(begins)
        rows = dynamo.query(self._table, key, ConsistentRead=True)
        return [(row["sk"], row.get("body", "")) for row in rows]


def _key(lead: str, month: Month) -> dict[str, str]:
    return {"pk": f"JOINT#{lead}", "sk": f"INVOICE#{month}"}

"""An office on the running system: staff, customers, the bank, and a clock that began in the past.

Everything goes the way it goes on AWS: login, HTTP API, schedules, files. Only that somebody is
staff is said with the rights of the account's root, as an administrator would.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from local.cloud import LocalCloud
from local.person import Person
from local.state import StateDir
from tests.e2e.household import log_in, sign_up

STAFF = "keiri@mimamori.example"


@contextmanager
def cloud_at(moment: str, state: Path) -> Iterator[LocalCloud]:
    """A local cloud whose clock begins at a moment gone by (JST): stories have their own dates."""
    ago = datetime.fromisoformat(f"{moment}+09:00").timestamp() - datetime.now().timestamp()  # noqa: DTZ005
    kept = StateDir(state, keep=True).services
    kept.mkdir(parents=True)
    (kept / "clock-offset").write_text(str(ago))
    with LocalCloud.start(state_dir=state, keep=True, report=lambda _: None) as cloud:
        yield cloud


@dataclass
class Office:
    """Billing's staff, and what they need of the cloud."""

    cloud: LocalCloud

    def __post_init__(self) -> None:
        sign_up(self.cloud, STAFF)
        self.cloud.client("cognito-idp").admin_add_user_to_group(
            UserPoolId=self.cloud.outputs["MimamoriApi.UserPoolId"],
            Username=STAFF,
            GroupName="billing",
        )

    @property
    def staff(self) -> Person:
        """Logged in just now."""
        return log_in(self.cloud, STAFF)

    def on(self, moment: str) -> None:
        """Let time go by until a moment (JST)."""
        self.cloud.advance(moment)

    def customer(self) -> tuple[str, str]:
        """Somebody with a login: the address and the subject."""
        mail = f"{secrets.token_hex(4)}@customer.example"
        return mail, sign_up(self.cloud, mail)

    def apply(self, mail: str, subject: str, **wanted: Any) -> "Customer":
        """An application taken by staff, with every consent."""
        made = self.staff.send(
            "POST",
            "/billing/staff/contracts",
            {
                "product": "doshiteru",
                "contractor": {"id": subject, "name": "佐藤 花子", "email": mail},
                "watched": "佐藤 トメ",
                "home_name": "さくら台の家",
                "consents": ["users", "watched_person", "right_holder"],
                **wanted,
            },
        )
        return Customer(self, mail, made["contract"]["id"], made["contract"]["home"])


@dataclass
class Customer:
    """A customer with a contract."""

    office: Office
    mail: str
    contract: str
    home: str

    @property
    def page(self) -> Person:
        """Logged in just now."""
        return log_in(self.office.cloud, self.mail)

    def happened(self, event: str, **more: Any) -> dict[str, Any]:
        """Staff says that something happened, now."""
        said = {"fact": {"event": event, **more}}
        path = f"/billing/staff/contracts/{self.contract}/facts"
        return cast(dict[str, Any], self.office.staff.send("POST", path, said))

    def decide(self, **decision: Any) -> dict[str, Any]:
        path = f"/billing/staff/contracts/{self.contract}/decision"
        return cast(dict[str, Any], self.office.staff.send("POST", path, decision))

    def does(self, what: str, **more: Any) -> dict[str, Any]:
        """The customer does something on the page."""
        path = f"/billing/contracts/{self.contract}/{what}"
        return cast(dict[str, Any], self.page.send("POST", path, more))

    def sees(self) -> dict[str, Any]:
        return cast(dict[str, Any], self.page.get(f"/billing/contracts/{self.contract}"))

    def invoices(self) -> dict[str, list[tuple[str, int]]]:
        """The lines of the invoices by month."""
        found = self.page.get(f"/billing/contracts/{self.contract}/invoices")
        return {
            invoice["month"]: [(line["item"], line["amount"]) for line in invoice["lines"]]
            for invoice in found
        }

    def totals(self) -> dict[str, int]:
        """The sums of the invoices by month."""
        return {m: sum(yen for _, yen in lines) for m, lines in self.invoices().items()}

    def subjects(self) -> list[str]:
        """What the mails were about."""
        return [
            mail["Subject"].removeprefix("【みまもり】")
            for mail in self.office.cloud.mails(self.mail)
        ]

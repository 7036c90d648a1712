"""Billing's office: its staff and the families, calling the functions as the API and the state
machine do."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambdas.billing import api, on_batch, on_run, on_run_end, staff_api
from lambdas.shared.aws import clients
from lambdas.shared.calendar import JST
from lambdas.shared.events import Notice
from tests.app_store import Store
from tests.integration.conftest import APP_STORE, HANAKO, TARO, Answer, Ask, Cloud, Context
from tests.notices import checked

CONSENTS = ["users", "watched_person", "right_holder"]


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@dataclass
class Office:
    """Billing's functions, called as the API and the state machine call them."""

    cloud: Cloud
    ask: Ask

    def staff(self, method: str, path: str, at: str, body: Any = None, **more: Any) -> Answer:
        more = {"person": "keiri", "groups": "[billing]", **more}
        path = f"/billing/staff{path}"
        return self.ask(staff_api.handler, method, path, body=body, at=jst(at), **more)

    def family(self, method: str, path: str, at: str, body: Any = None, **more: Any) -> Answer:
        return self.ask(api.handler, method, f"/billing{path}", body=body, at=jst(at), **more)

    def apply(self, at: str = "2026-08-01T09:00", **wanted: Any) -> str:
        """A contract that was applied for and accepted; its id."""
        body = {
            "product": "doshiteru",
            "plan": "purchase_no_internet",
            "payment": "card",
            "contractor": {"id": HANAKO, "name": "花子", "email": "hanako@f.example"},
            "watchers": [{"id": TARO, "name": "太郎", "email": "taro@f.example"}],
            "home_name": "さくら台の家",
            "consents": CONSENTS,
            "there": ["telephone", "internet", "good_radio"],
            "camera_site": {"always_on": True, "upload_mbps": 100, "cameras": 1},
            **wanted,
        }
        made = self.staff("POST", "/contracts", at, body)
        assert made.status == 200, made.body
        contract: str = made.body["contract"]["id"]
        assert self.decide(contract, at, accept=True).status == 200
        return contract

    def decide(self, contract: str, at: str, **decision: Any) -> Answer:
        return self.staff("POST", f"/contracts/{contract}/decision", at, decision)

    def happened(self, contract: str, at: str, event: str, **more: Any) -> Answer:
        """An entry, agreed to by a second person where it takes one."""
        fact = {"fact": {"event": event, **more}}
        answer = self.staff("POST", f"/contracts/{contract}/facts", at, fact)
        return self.agreed(answer, at)

    def agreed(self, answer: Answer, at: str) -> Answer:
        """The contract when somebody else agreed to what waits for that."""
        waiting = answer.body.get("proposals", []) if answer.status == 200 else []
        for one in waiting:
            path = f"/proposals/{one['id']}/approval"
            answer = self.staff("POST", path, at, person="kachou")
        return answer

    def running(self, at: str = "2026-08-01T09:00", **wanted: Any) -> str:
        """A contract whose service began on 2026-08-10."""
        contract = self.apply(at, **wanted)
        assert self.happened(contract, "2026-08-03T10:00", "installed").status == 200
        assert self.happened(contract, "2026-08-10T10:00", "started").status == 200
        return contract

    def run(self, kind: str, at: str, period: str | None = None) -> dict[str, int]:
        """A whole run; its summary."""
        asked = {"kind": kind, "at": jst(at).isoformat(), "period": period}
        begun = on_run.handler({"asked": asked, "execution": f"execution-{at}"}, Context())
        for batch in begun["batches"]:
            state = {"run": begun["run"], "batch": batch, "more": True}
            while state.pop("more"):
                state = on_batch.handler(state, Context())
        summary: dict[str, int] = on_run_end.handler({"run": begun["run"]}, Context())["summary"]
        return summary

    def sells_in_the_app(self) -> Store:
        """An App Store whose receipts are taken, as an operator sets it up."""
        store = Store()
        clients.client("ssm").put_parameter(
            Name=APP_STORE, Value=json.dumps(store.parameter), Type="String", Overwrite=True
        )
        return store

    def totals(self, contract: str) -> dict[str, int]:
        found = self.family("GET", f"/contracts/{contract}/invoices", "2027-12-01T00:00").body
        return {invoice["month"]: invoice["total"] for invoice in found}

    def notices(self) -> list[Notice]:
        """What people are told since the last look."""
        return checked(one for one in self.cloud.published() if isinstance(one, Notice))

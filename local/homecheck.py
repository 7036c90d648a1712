"""The people of home checks on the local cloud: call centre, responders, families.

They do everything by their logins and the HTTP API. Only that somebody is staff, and that a home
has a contract, is said with the rights of root, as an administrator and billing would.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from lambdas.dispatch.casework.place import Place
from lambdas.shared.household import Contract, Feature, Home, Member
from local import seed
from local.cloud import LocalCloud
from local.person import Person

KM = 1 / 111.2
"""Degrees of latitude."""

TERMS = "2026-04"
ABSENT = {
    "at_home": False,
    "intercom": "ng",
    "meter": "ok",
    "lights": "unclear",
    "mailbox": "ok",
    "memo_left": True,
}
AT_HOME = {
    "at_home": True,
    "intercom": "ok",
    "meter": "ok",
    "lights": "ok",
    "mailbox": "ok",
    "explained": True,
    "signed": True,
    "copy_given": True,
}


@dataclass
class Someone:
    """Somebody with a login."""

    cloud: LocalCloud
    mail: str
    subject: str = field(init=False)
    _page: tuple[datetime, Person] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.subject = seed.login(self.cloud, self.mail)

    @property
    def page(self) -> Person:
        """Logged in anew before the token's hour is over: the clock may have moved."""
        now = self.cloud.now()
        if self._page is None or now - self._page[0] > timedelta(minutes=30):
            person = Person(self.cloud.web_url or "").log_in(self.mail, seed.PASSWORD)
            self._page = now, person
        return self._page[1]


@dataclass
class Worker(Someone):
    """Somebody who is given tasks."""

    group: str = "operator"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cloud.client("cognito-idp").admin_add_user_to_group(
            UserPoolId=self.cloud.outputs["MimamoriApi.UserPoolId"],
            Username=self.mail,
            GroupName=self.group,
        )

    def tasks(self, case: str = "") -> list[dict[str, Any]]:
        """What waits for this person, of one case or of all, once everything has come to rest."""
        self.cloud.settle()
        found = self.page.get("/dispatch/tasks")
        return [task for task in found if case in ("", task["case"])]

    def task(self, kind: str, case: str) -> dict[str, Any]:
        """The open task of this kind, with what to say."""
        tasks = self.tasks(case)
        found = [task for task in tasks if task["kind"] == kind]
        assert len(found) == 1, f"{kind} of {case}: {[task['id'] for task in tasks]}"
        return cast(dict[str, Any], self.page.get(f"/dispatch/tasks/{found[0]['id']}"))

    def answers(self, kind: str, case: str, outcome: str, **more: Any) -> dict[str, Any]:
        """Do a task; the case as staff sees it then, nothing of it for responders."""
        id = self.task(kind, case)["id"]
        said = {"outcome": outcome, **more}
        after = self.page.send("POST", f"/dispatch/tasks/{id}/answer", said)["case"]
        self.cloud.settle()
        return cast(dict[str, Any], after or {})

    def tries(self, id: str, outcome: str, **more: Any) -> tuple[int, dict[str, Any]]:
        """Answer a task that may not be answered: status and problem."""
        path = f"/dispatch/tasks/{id}/answer"
        answer = self.page.request("POST", path, {"outcome": outcome, **more})
        return answer.status, answer.json()


@dataclass
class Operator(Worker):
    """Somebody at the call centre."""

    def case(self, number: str) -> dict[str, Any]:
        """A case, all of it, once everything has come to rest."""
        self.cloud.settle()
        return cast(dict[str, Any], self.page.get(f"/dispatch/cases/{number}"))

    def takes_request(
        self, home: str, name: str = "佐藤 花子", relation: str = "self", **more: Any
    ) -> str:
        """Somebody phones and wants a home to be looked after: the case's number."""
        caller = {"name": name, "relation": relation, "number": "090-0000-0000"}
        asked = {"home": home, "caller": caller, **more}
        return str(self.page.send("POST", "/dispatch/cases", asked)["case"])

    def stops(self, registration: str) -> None:
        """The resident phones and wants it to stop."""
        said = {"asked_by": "resident", "said": "もう来なくて結構です。"}
        self.page.send("POST", f"/dispatch/cases/{registration}/stop", said)
        self.cloud.settle()


@dataclass
class Responder(Worker):
    """Somebody who goes to homes."""

    group: str = "responder"

    def begins_duty(self, place: Place, busy_until: datetime | None = None) -> None:
        """On duty, and here."""
        busy = busy_until.isoformat() if busy_until else None
        self.page.send("PUT", "/dispatch/me/duty", {"on_duty": True, "busy_until": busy})
        self.page.send("PUT", "/dispatch/me/position", place.model_dump())

    def in_need(self, case: str, said: str, authority: str = "119") -> None:
        """Somebody needs help; the authority was called."""
        id = self.task("visit", case)["id"]
        call = {"authority": authority, "said": said}
        self.page.send("POST", f"/dispatch/tasks/{id}/emergency", call)
        self.cloud.settle()

    def arrives(self, case: str) -> None:
        """At the door."""
        id = self.task("visit", case)["id"]
        self.page.send("POST", f"/dispatch/tasks/{id}/arrived")

    def me(self) -> dict[str, Any]:
        """Duty and case, as the phone shows them."""
        return cast(dict[str, Any], self.page.get("/dispatch/me"))


def responder(operator: Operator, name: str, place: Place) -> Responder:
    """Somebody new, registered by the call centre."""
    mail = f"{secrets.token_hex(4)}@responders.example"
    made = Responder(operator.cloud, mail)
    known = {"id": made.subject, "name": name, "phone": "080-0000-0000"}
    operator.page.send("POST", "/dispatch/responders", {**known, "place": place.model_dump()})
    return made


@dataclass
class Family(Someone):
    """A contractor, and the home of the person to be looked after."""

    place: Place = field(default_factory=lambda: Place(latitude=35.68, longitude=139.76))
    home: str = field(default_factory=lambda: f"home-{secrets.token_hex(4)}")
    features: frozenset[Feature] = frozenset({"home-check"})
    registration: str = ""
    number: str = field(default_factory=lambda: f"{secrets.randbelow(10**8):08}")
    """Of the street and of the telephone: who has the same looks after the same person."""

    def __post_init__(self) -> None:
        super().__post_init__()
        member = Member(person=self.subject, role="contractor", name="佐藤 花子", email=self.mail)
        contract = Contract(
            id=self.contract,
            product="anshin_partner",
            features=self.features,
            limits={"camera": 3},
            starts=self.cloud.now() - timedelta(days=1),
        )
        seed.publish(
            self.cloud,
            Home(id=self.home, name="さくら台の家", members=(member,), contracts=(contract,)),
        )

    @property
    def contract(self) -> str:
        """The contract's number."""
        return f"contract-{self.home}"

    def wanted(self, name: str = "佐藤 トメ", relation: str = "parent") -> dict[str, Any]:
        """Who is to be looked after."""
        return {
            "phone": "090-0000-0000",
            "address": "東京都千代田区1-1",
            "terms": TERMS,
            "target": {
                "name": name,
                "relation": relation,
                "phone": f"03-{self.number[:4]}-{self.number[4:]}",
                "address": f"さくら台{self.number[:4]}-{self.number[4:]}",
                "place": self.place.model_dump(),
            },
        }

    def registers(self, name: str = "佐藤 トメ", method: str = "POST") -> str:
        """Register who is to be looked after (PUT: somebody else instead); the case's number."""
        path = f"/homes/{self.home}/home-check"
        shown = self.page.send(method, path, self.wanted(name))
        self.registration = str(shown["registration"]["case"])
        return self.registration

    def sees(self, case: str = "") -> dict[str, Any]:
        """The page about home checks, or one case."""
        path = f"/homes/{self.home}/cases/{case}" if case else f"/homes/{self.home}/home-check"
        return cast(dict[str, Any], self.page.get(path))

    def subjects(self) -> list[str]:
        """What the mails were about, once everything has come to rest."""
        self.cloud.settle()
        mails = self.cloud.mails(self.mail)
        return [mail["Subject"].removeprefix("【みまもり】") for mail in mails]

    def mails(self) -> list[str]:
        """What the mails said."""
        self.cloud.settle()
        return [str(mail["BodyText"]) for mail in self.cloud.mails(self.mail)]


def north(place: Place, km: float) -> Place:
    """A place so many kilometres further north."""
    return Place(latitude=place.latitude + km * KM, longitude=place.longitude)

"""Contracts and money for looking at, shown by the API's own models, so that the page is tested
against what the API says."""

from base64 import b64decode
from datetime import date, datetime, timedelta
from typing import Any

from lambdas.billing.app.claim_pictures_store import name_of, read
from lambdas.billing.app.close import Close
from lambdas.billing.app.importing import BadLine, brought, lines_of
from lambdas.billing.app.joint_service import JointView
from lambdas.billing.app.outlook import BillAhead, OutlookView
from lambdas.billing.app.price_store import PriceFact
from lambdas.billing.app.proposal_store import Proposal
from lambdas.billing.app.records import FACT
from lambdas.billing.app.search import Card
from lambdas.billing.app.views import (
    ContactView,
    ContractView,
    DueView,
    InvoiceView,
    LineView,
    PauseView,
    StatementView,
    StateView,
    SympathyView,
    claim_view,
    product_view,
)
from lambdas.billing.contract.agreement import Agreement, Person
from lambdas.billing.desk_api import AccountOfContract, MonthOfAccount
from lambdas.billing.invitation_api import InvitationView, Joined
from lambdas.billing.invoicing.claims import NEXT, Claim, Loss, shown_by
from lambdas.billing.month_api import (
    ImportReport,
    InvoiceOfContract,
    InvoicePage,
    LineReport,
    PriceListView,
    PriceRow,
)
from lambdas.billing.payment_api import (
    AccountView,
    AttemptView,
    CardPage,
    CardView,
    CollectionView,
    MethodsView,
    ResultTaken,
    UploadView,
)
from lambdas.billing.people_api import ContractPeople, ContractPersonView
from lambdas.billing.products.catalogue import standard
from lambdas.billing.staff_api import ContractPage, RunStarted, RunView, StaffContract
from lambdas.shared.calendar import in_japan
from tests.e2e.web.fake_dispatch import Said

CONTRACT = "c-5f0e1d2c3b4a5968"
FEE = LineView(item="monthly_fee", amount=4378, rule="HT-24")


def _invoice(month: str, *lines: LineView, state: str = "paid") -> InvoiceView:
    lines = lines or (FEE,)
    total = sum(one.amount for one in lines)
    due = date(2026, 11, 30) if state == "unpaid" else None
    return InvoiceView(
        month=month, lines=list(lines), total=total, tax=total - total * 10 // 11,
        state=state, due=due,
    )  # fmt: skip


class FakeBilling:
    """What the page is told of contracts; a test changes it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.contract = ContractView(
            id=CONTRACT,
            product="doshiteru",
            name="ドシテル",
            plan="purchase_no_internet",
            payment="card",
            home="kobe",
            home_name="神戸の実家",
            state="active",
            states=[StateView(since=date(2026, 8, 10), state="active")],
            starts_on=date(2026, 8, 10),
            ends_on=None,
            return_by=None,
            pause=None,
            app_open=True,
            watchers=["ken@example.jp"],
            options=[],
            first_charge=None,
            unbilled=[FEE],
            dates=[DueView(day=date(2026, 12, 1), what="invoice", rule="HT-27", month="2026-11")],
            stickers=["E1234"],
            camera=None,
            operation=[],
            information=[
                StatementView(
                    what="surroundings",
                    said="電波の届かない場所では、通信できないことがあります。",
                    rule="HT-06",
                )
            ],
            contacts=[
                ContactView(
                    what="office",
                    about="ご契約・ご請求について",
                    number="0120-000-002",
                    numbers={},
                    rule="HT-12",
                )
            ],
            install_by=None,
            lent={},
            migration=None,
            sympathy=SympathyView(
                kind="cap", yen=100_000, causes=["theft", "break_in"], sites=["dwelling"]
            ),
        )
        self.invoices = [
            _invoice("2026-08", LineView(item="initial_fee", amount=49500, rule="HT-24"), FEE),
            _invoice("2026-09"),
            _invoice("2026-10", state="unpaid"),
        ]
        self.methods = MethodsView(
            payment="card",
            account=None,
            card=CardView(number="**** 4242", brand="Visa", expires="2027-03"),
        )
        self.people = [
            self._person("contractor", "contractor", "山田 花子", "hanako@example.jp", login=True),
            self._person("ken@example.jp", "watcher", "山田 健", "ken@example.jp", login=True),
            self._person("sakura@example.jp", "watcher", "山田 桜", "sakura@example.jp"),
        ]
        self.invitation = InvitationView(
            state="open",
            role="contractor",
            name="佐藤 梅",
            email="ume@example.jp",
            home_name="梅の家",
            product="ドシテル",
            inviter="佐藤 梅",
            expires=now + timedelta(days=12),
        )
        self.took: list[tuple[str, Any]] = []
        self.claims = [
            Claim(
                id="kobe.2026-11-02.break_in",
                home="kobe",
                contract=CONTRACT,
                loss=Loss(
                    happened=in_japan(now - timedelta(days=20)),
                    cause="break_in",
                    amount=38_000,
                    story="居間の窓ガラスが割られていました。",
                ),
                applied=in_japan(now - timedelta(days=19)),
                stage="examined",
                rule="DC-35",
            )
        ]
        self.photographs: dict[str, bytes] = {}
        self.joint: list[JointView] = []
        self.back = "#/"

    def _person(
        self, key: str, role: Any, name: str, email: str, *, login: bool = False
    ) -> ContractPersonView:
        return ContractPersonView(
            key=key,
            role=role,
            name=name,
            email=email,
            os="" if role == "contractor" else "ios",
            login=login,
            me=role == "contractor",
            invitation=None if login else "open",
            expires=None if login else self.now + timedelta(days=14),
        )

    # --- the link of an invitation

    def open_link(self, method: str, rest: list[str], users: dict[str, Any], body: Any) -> Any:
        """What a link shows and does without a login."""
        if rest[0] != "good-link":
            raise Said(404, "見つかりません", "お探しのものは見つかりませんでした。")
        if method == "GET":
            return self.invitation.model_dump(mode="json")
        if len(body["password"]) < 12:
            raise Said(
                422,
                "パスワードが条件に合っていません",
                "12文字以上で、英大文字・英小文字・数字・記号を入れてください。",
            )
        users["ume@example.jp"] = {
            "name": "佐藤 梅", "homes": {"nara": "contractor"}, "language": "ja"
        }  # fmt: skip
        self.invitation = self.invitation.model_copy(update={"state": "accepted"})
        return Joined(home="nara", contract=CONTRACT).model_dump(mode="json")

    def products(self, language: str) -> Any:
        """The products of the catalogue as it is."""
        catalogue, day = standard(), self.now.date()
        shown = (product_view(one, catalogue, day, language) for one in catalogue.products.values())
        return [one.model_dump(mode="json") for one in shown if one.plans]

    # --- of the contractor

    def family(self, method: str, rest: list[str], body: Any) -> Any:
        """The answer about a contract of the caller's."""
        match method, *rest:
            case ["GET"]:
                return [self.contract.model_dump(mode="json")]
            case [_, id, *_] if id != CONTRACT:
                raise Said(404, "見つかりません", "お探しのものは見つかりませんでした。")
            case ["GET", _]:
                return self.contract.model_dump(mode="json")
            case ["POST", _, "outlook"]:
                return self._ahead(body).model_dump(mode="json")
            case ["GET", _, "invoices"]:
                return [one.model_dump(mode="json") for one in self.invoices]
            case ["GET", _, "invoices", month]:
                found = next(one for one in self.invoices if one.month == month)
                return found.model_dump(mode="json")
            case ["GET", _, "invoices", _, "pdf" | "demand"]:
                return b"%PDF-1.7"
            case ["GET", _, "methods"]:
                return self.methods.model_dump(mode="json")
            case ["GET", _, "payments"]:
                tried = AttemptView(
                    month="2026-10",
                    on=date(2026, 11, 1),
                    payment="card",
                    amount=4378,
                    state="failed",
                    why="カードの有効期限が切れています。",
                )
                return [tried.model_dump(mode="json")]
            case ["PUT", _, "account"]:
                account = AccountView(
                    bank=body["account"]["bank"],
                    bank_name="みずほ銀行",
                    branch=body["account"]["branch"],
                    branch_name="神戸支店",
                    kind=body["account"]["kind"],
                    number="****567",
                    holder="ﾔﾏﾀﾞ ﾊﾅｺ",
                )
                self.methods = self.methods.model_copy(update={"account": account})
                return self.methods.model_dump(mode="json")
            case ["PUT", _, "payment"]:
                self.methods = self.methods.model_copy(update=body)
                return self.contract.model_dump(mode="json")
            case ["GET", _, "joint-invoices"]:
                return [one.model_dump(mode="json") for one in self.joint]
            case ["GET", _, "joint-invoices", _, "pdf"]:
                return b"%PDF-1.7"
            case ["GET", _, "claims"]:
                return [claim_view(one).model_dump(mode="json") for one in self.claims]
            case ["POST", _, "claims"]:
                return self._claimed(body)
            case ["POST", _, "claims", id, "photographs"]:
                return self._shown(id, body)
            case ["GET", _, "claims", _, "photographs", name]:
                return self.photographs[name]
            case ["POST", _, "card", "page"]:
                return CardPage(url=self.back).model_dump(mode="json")
            case ["PUT", _, "card"]:
                if body["token"] != "cs_test_1":
                    raise Said(
                        422, "カードを確認できません", "もう一度、はじめからお試しください。"
                    )
                card = CardView(number="**** 1881", brand="Visa", expires="2031-05")
                self.methods = self.methods.model_copy(update={"card": card})
                return self.methods.model_dump(mode="json")
            case ["GET", _, "people"]:
                return self._people()
            case ["POST", _, "people"]:
                self.people.append(self._person(body["email"], "watcher", **body))
                return self._people()
            case ["POST", _, "people", _, "invitation"]:
                return self._people()
            case ["DELETE", _, "watchers", key]:
                self.people = [one for one in self.people if one.key != key]
                return self.contract.model_dump(mode="json")
            case ["POST", _, step]:
                return self._step(step, body)
        raise Said(404, "見つかりません", "お探しのものは見つかりませんでした。")

    def _claimed(self, body: Any) -> Any:
        loss = Loss.model_validate(body)
        id = f"kobe.{loss.happened.date()}.{loss.cause}"
        made = Claim(
            id=id,
            home="kobe",
            contract=CONTRACT,
            loss=loss,
            applied=in_japan(self.now),
            rule="DC-35",
        )
        self.claims.append(made)
        return claim_view(made).model_dump(mode="json")

    def claim(self, id: str, **update: Any) -> Claim:
        """A claim, changed."""
        at = next(n for n, one in enumerate(self.claims) if one.id == id)
        self.claims[at] = self.claims[at].model_copy(update=update)
        return self.claims[at]

    def _shown(self, id: str, body: Any) -> Any:
        content = read(body["photo_jpeg"])
        self.photographs[name_of(content)] = content
        shown = shown_by(self.claim(id), name_of(content)).photographs
        return claim_view(self.claim(id, photographs=shown)).model_dump(mode="json")

    def _people(self) -> Any:
        return ContractPeople(
            contract=CONTRACT,
            home="kobe",
            home_name="神戸の実家",
            manages=True,
            left_today=4,
            people=self.people,
        ).model_dump(mode="json")

    def _pause(self, months: int) -> PauseView:
        return PauseView(
            start=date(2026, 11, 22),
            end=date(2026, 12, 22) if months == 1 else date(2027, 1, 22),
            resumes=date(2026, 12, 23) if months == 1 else date(2027, 1, 23),
        )

    def _ahead(self, body: Any) -> OutlookView:
        step = body.get("step", "stay")
        bill = BillAhead(month="2026-11", lines=[FEE], total=4378, tax=398)
        bills = [bill]
        if step == "cancel":
            fee = LineView(item="early_termination_fee", amount=33000, rule="HT-39")
            bills.append(BillAhead(month="2026-12", lines=[FEE, fee], total=37378, tax=3398))
        return OutlookView(
            step=step,
            state=self.contract.state,
            ends_on=date(2026, 12, 31) if step == "cancel" else None,
            return_by=date(2027, 1, 15) if step == "cancel" else None,
            pause=self._pause(body.get("months", 1)) if step == "pause" else None,
            owed=4378,
            bills=bills,
            total=sum(one.total for one in bills),
        )

    def _step(self, step: str, body: Any) -> Any:
        self.took.append((step, body))
        update: dict[str, Any] = {}
        if step == "pause":
            update = {"state": "paused", "pause": self._pause(body["months"])}
        if step == "resumption":
            update = {"state": "active", "pause": None}
        if step == "cancellation":
            update = {"ends_on": date(2026, 12, 31), "return_by": date(2027, 1, 15)}
        self.contract = self.contract.model_copy(update=update)
        return self.contract.model_dump(mode="json")


class FakeBillingDesk:
    """What billing's staff is told: one customer, whose entries a second person agrees to."""

    def __init__(self, billing: FakeBilling) -> None:
        self.billing = billing
        self.facts: list[dict[str, Any]] = [
            {"event": "applied", "key": "a", "on": "2026-08-01T09:00:00+09:00", "channel": "phone"},
            {"event": "started", "key": "s", "on": "2026-08-10T09:00:00+09:00"},
        ]
        self.proposals: list[Proposal] = []
        self.brought: set[str] = set()
        self.uploads: list[UploadView] = []
        self.prices: list[PriceListView] = []

    def answer(
        self, method: str, rest: list[str], who: str, query: dict[str, str], body: Any
    ) -> Any:
        """The answer to one of billing's staff."""
        match method, *rest:
            case ["GET", "contracts"]:
                return ContractPage(contracts=self._found(query), after=None)
            case ["GET", "contracts", _, "joint-invoices"]:
                return self.billing.joint
            case ["GET", "claims"]:
                return [one for one in self.billing.claims if NEXT[one.stage]]
            case ["GET", "claims", id]:
                return self.billing.claim(id)
            case ["GET", "claims", _, "photographs", name]:
                return self.billing.photographs[name]
            case ["POST", "claims", id, "examination"]:
                return self.billing.claim(id, stage="examined")
            case ["POST", "claims", id, "decision"]:
                if body.get("ground"):
                    return self.billing.claim(id, stage="denied", ground=body["ground"])
                loss = body["verified_loss"]
                return self.billing.claim(
                    id, stage="approved", verified=loss, amount=min(loss, 100_000)
                )
            case ["POST", "claims", id, "payment"]:
                return self.billing.claim(id, stage="paid", reference=body["reference"])
            case ["POST", "imports"]:
                return self._bring(body)
            case ["GET", "prices"]:
                return [one.model_dump(mode="json") for one in self.prices]
            case ["POST", "prices"]:
                return self._price(body, who)
            case ["POST", "prices", id, step]:
                state = {"approval": "agreed", "rejection": "rejected", "withdrawal": "withdrawn"}
                (one,) = self.prices
                self.prices = [one.model_copy(update={"state": state[step]})]
                return self.prices[0]
            case ["GET", "contracts", _, "account"]:
                return self._account()
            case ["GET", "contracts", _, "people"]:
                return self.billing.family("GET", [CONTRACT, "people"], body)
            case ["GET", "contracts", id]:
                if id != CONTRACT:
                    raise Said(404, "見つかりません", "お探しのものは見つかりませんでした。")
                return self._contract()
            case ["POST", "contracts", _, "facts"]:
                self._enter(body["fact"], who)
                return self._contract()
            case ["POST", "contracts", _, "retractions"]:
                found = next(one for one in self.facts if one["key"] == body["fact"])
                found["retracted"] = True
                return self._contract()
            case ["GET", "proposals"]:
                return [one.model_dump(mode="json") for one in self.proposals]
            case ["POST", "proposals", _, verdict]:
                (one,) = self.proposals
                if verdict == "approval":
                    (fact,) = one.facts
                    self.facts.append({**fact.model_dump(mode="json"), "key": one.id})
                self.proposals = []
                return self._contract()
            case ["GET", "invoices", month]:
                row = InvoiceOfContract(
                    contract=CONTRACT,
                    name="山田 花子",
                    number=f"{CONTRACT}-{month}",
                    total=4378,
                    tax=398,
                    payment="card",
                    open=4378,
                )
                return InvoicePage(invoices=[row], after=None)
            case ["GET", "collections", month]:
                return CollectionView(month=month, files=[], uploads=self.uploads, runs=[])
            case ["PUT", "bank-results"]:
                fault = (
                    ""
                    if b64decode(body["content"]).startswith(b"1")
                    else "1行目が見出しではありません。"
                )
                self.uploads = [
                    UploadView(
                        name="answer.txt",
                        at=self.billing.now,
                        state="refused" if fault else "taken",
                        file=None,
                        faults=[fault] if fault else [],
                    )
                ]
                return ResultTaken(name="answer.txt").model_dump(mode="json")
            case ["GET", "closes", month]:
                return Close(
                    month=month, contracts=1, invoices=1, invoiced=4378, tax=398, open=4378
                )
            case ["GET", "runs"]:
                return ["monthly-2026-10", "daily-2026-11-22"]
            case ["GET", "runs", run]:
                done = {
                    "execution": "e",
                    "began": "2026-11-01T00:00:00Z",
                    "ended": "2026-11-01T00:01:00Z",
                    "summary": {"contracts": 1200, "invoices": 1180},
                }
                return RunView(run=run, executions=[done])
            case ["POST", "runs"]:
                return RunStarted(run=f"{body['kind']}-2026-11", execution="x")
        raise Said(404, "見つかりません", "お探しのものは見つかりませんでした。")

    def _bring(self, body: Any) -> ImportReport:
        """As the API does, but for the contract itself."""
        told = []
        for line, row in lines_of(body["csv"]):
            number = row["number"]
            try:
                wanted = brought(row, in_japan(self.billing.now))
            except BadLine as bad:
                told.append(
                    LineReport(
                        line=line, number=number, contract=None, state="refused", why=bad.why("ja")
                    )
                )
                continue
            state: Any = "known" if number in self.brought else "new"
            told.append(
                LineReport(line=line, number=number, contract=wanted.agreement.id, state=state)
            )
            if not body["dry_run"]:
                self.brought.add(number)
        counts = {
            name: sum(one.state == name for one in told) for name in ("new", "known", "refused")
        }
        return ImportReport(dry_run=body["dry_run"], lines=told, **counts)

    def _price(self, body: Any, who: str) -> PriceListView:
        (change,) = body["changes"]
        tried = PriceListView(
            id="p-1",
            product=body["product"],
            first=body["first"],
            state="tried",
            facts=[],
            changes=[PriceRow(was=4378, **change)],
            findings=["warning: doshiteru: 4378 becomes 43780, ten times as much"]
            if change["yen"] > 10_000
            else [],
        )
        if body["dry_run"]:
            return tried
        if tried.findings and not body["despite_warnings"]:
            raise Said(422, "この手続きはできません", tried.findings[0])
        fact = PriceFact(step="proposed", by=who, at=self.billing.now)
        self.prices = [tried.model_copy(update={"state": "proposed", "facts": [fact]})]
        return self.prices[0]

    def _found(self, query: dict[str, str]) -> list[Card]:
        card = Card(
            contract=CONTRACT,
            name="山田 花子",
            email="hanako@example.jp",
            home_name="神戸の実家",
            product="doshiteru",
            plan="purchase_no_internet",
            state="active",
            phone="09012345678",
            address="神戸市中央区",
            unpaid=("2026-10",),
        )
        asked = {name: value for name, value in query.items() if name != "unpaid"}
        known = card.model_dump()
        return (
            [card]
            if all(str(known[name]).startswith(value) for name, value in asked.items())
            else []
        )

    def _enter(self, fact: dict[str, Any], who: str) -> None:
        fact = {"on": "2026-11-22T13:43:20+09:00", **fact}
        if fact.get("amount", 0) < 30_000:
            self.facts.append({**fact, "key": f"f-{len(self.facts)}"})
            return
        read = FACT.validate_python(fact)
        self.proposals = [
            Proposal(
                id="p-1", contract=CONTRACT, facts=(read,), dated=False, by=who, at=self.billing.now
            )
        ]

    def _account(self) -> AccountOfContract:
        months = [
            MonthOfAccount(
                month=one.month,
                invoiced=one.total,
                paid=0 if one.state == "unpaid" else one.total,
                credited=0,
                written_off=0,
                open=one.total if one.state == "unpaid" else 0,
            )
            for one in self.billing.invoices
        ]
        return AccountOfContract(
            contract=CONTRACT,
            months=months,
            open=sum(one.open for one in months),
            overpaid=0,
            credit=0,
            to_give_back=0,
            received=0,
            refunded=0,
        )

    def _contract(self) -> StaffContract:
        agreement = Agreement(
            id=CONTRACT,
            product="doshiteru",
            home="kobe",
            home_name="神戸の実家",
            contractor=Person(
                id="hanako", name="山田 花子", email="hanako@example.jp", phone="090-1234-5678"
            ),
            address="神戸市中央区1-1",
        )
        return StaffContract(
            contract=self.billing.contract,
            agreement=agreement,
            facts=self.facts,
            may_terminate=[],
            invoices=self.billing.invoices,
            audit=[],
            proposals=self.proposals,
            not_understood=[],
        )

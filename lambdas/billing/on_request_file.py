"""After the month's run: the file that asks the bank for what is to be transferred.

What is in a file that was written goes into no other. A call writes one file and says whether
there is more; begun again, it finds what is left, and nothing when nothing is.
"""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from lambdas.billing.app import contract_service
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.joint_service import JointService
from lambdas.billing.app.records import Actor, Conflict
from lambdas.billing.app.runs import Run
from lambdas.billing.contract.facts import NotCollected
from lambdas.billing.documents.invoice_documents import BillingEntity, debit_day
from lambdas.billing.payments.account_store import KmsVault, NotOpened
from lambdas.billing.payments.collecting import (
    customer_number,
    invoice_number,
    settled,
    transfer_day,
)
from lambdas.billing.payments.file_store import Files
from lambdas.billing.payments.methods import Methods
from lambdas.billing.payments.payment_store import PaymentStore, RequestFile, Waiting
from lambdas.billing.payments.zengin import Consignor, Debit, write_request
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.aws.observability import logger, observed
from lambdas.shared.calendar import day_of, in_japan
from lambdas.shared.settings import load

CONSIGNORS: TypeAdapter[tuple[Consignor, ...]] = TypeAdapter(tuple[Consignor, ...])

AT_ONCE = 10
"""Questions to KMS and to the table at the same time: no more than a client has connections."""


class FileSettings(contract_service.BillingSettings):
    """What the function needs."""

    bank_bucket: str
    vault_key: str
    fingerprint_key: str
    consignor: str
    house: str


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Write the next file of the run's month; whether there is another to be written."""
    run = Run.model_validate(event["run"])
    settings = load(FileSettings)
    store, files = PaymentStore(settings.billing_table), Files(settings.bank_bucket)
    written = store.files(run.month)
    asked = Counter(
        (debit.contract, "" if debit.month == run.month else str(debit.month))
        for file in written
        for debit in files.sent(file.id).debits
    )
    left = [one for one in store.waiting(run.month) if asked[one.asked] < one.asks]
    left.sort(key=lambda one: str(one.again or ""))
    if left:
        number = written[-1].number + 1 if written else 1
        consignor, next_ones = _next(left, consignors(settings.consignor), store)
        _write(run, number, next_ones, consignor, settings, store, files)
        return {"run": event["run"], "more": len(left) > len(next_ones)}
    return {"run": event["run"], "more": False}


def consignors(text: str) -> tuple[Consignor, ...]:
    """Who collects: one, or several for different banks."""
    said = json.loads(text)
    return CONSIGNORS.validate_python(said if isinstance(said, list) else [said])


def _next(
    left: list[Waiting], known: tuple[Consignor, ...], store: PaymentStore
) -> tuple[Consignor, list[Waiting]]:
    """Whose file is next, and what is in it. Who has no bank named takes what is left. What is
    asked for again is in files of its own, which have their own day."""
    left = [one for one in left if one.again == left[0].again]
    if len(known) == 1:
        return known[0], left[: known[0].most_debits]
    methods = store.methods_of(one.contract for one in left)

    def whose(one: Waiting) -> Consignor:
        account = methods.get(one.contract, Methods()).account
        bank = account.bank if account else ""
        named = (consignor for consignor in known if bank in consignor.banks)
        rest = next((consignor for consignor in known if not consignor.banks), known[0])
        return next(named, rest)

    first = whose(left[0])
    return first, [one for one in left if whose(one) is first][: first.most_debits]


def _write(
    run: Run,
    number: int,
    left: list[Waiting],
    consignor: Consignor,
    settings: FileSettings,
    store: PaymentStore,
    files: Files,
) -> None:
    vault = KmsVault(settings.vault_key, settings.fingerprint_key)
    at = ContractService(settings)
    counts: Counter[str] = Counter()
    wanted = []
    for one in left:
        if _settled(at, one, run):
            store.refuse(run.month, one, "settled meanwhile")
            counts["debits_settled_meanwhile"] += 1
        else:
            wanted.append(one)
    methods = store.methods_of(one.contract for one in wanted)

    def opened(one: Waiting) -> Debit | None:
        try:
            return _debit(run, one, methods.get(one.contract, Methods()), vault)
        except NotOpened:
            return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(zip(wanted, pool.map(opened, wanted), strict=True))
    for one, debit in found:
        if debit is None:
            _not_opened(run, one, store, at)
            counts["uncollected_account_unreadable"] += 1
    debits = [debit for _, debit in found if debit]
    if debits:
        house = BillingEntity.model_validate_json(settings.house)
        planned = debit_day(house, run.month, left[0].again or run.month)
        day = transfer_day(planned, day_of(run.at), house.lead_days)
        _keep(run, day, number, debits, consignor, store, files, vault)
        counts["files"] = 1
        counts["files_debits"] = len(debits)
        counts["files_yen"] = sum(debit.amount for debit in debits)
    part = f"file/{number}/{left[0].key}"
    at.runs.batch_done(run.id, run.execution, part, counts, run.at)


def _settled(at: ContractService, one: Waiting, run: Run) -> bool:
    """Whether nothing is to be collected any more; of a joint invoice, of any contract in it."""
    month = one.again or run.month
    if joint := at.joint.invoice(one.contract, month):
        return JointService(at).open(joint, run.at) <= 0
    history = at.history(at.open(one.contract))
    return month in history.settled if one.again else settled(history, month)


def _not_opened(run: Run, debit: Waiting, store: PaymentStore, at: ContractService) -> None:
    """An account that we cannot read: no failure of the customer's, but one for staff to see."""
    logger.error("account does not open", extra={"contract": debit.contract})
    month = debit.again or run.month
    invoice = invoice_number(debit.contract, month)
    fact = NotCollected(
        on=in_japan(run.at),
        id=f"account_unreadable/{invoice}",
        month=month,
        reason="account_unreadable",
    )
    by = Actor(f"run:{run.id}", "run", run.at)
    try:
        if joint := at.joint.invoice(debit.contract, month):
            for part in joint.parts:
                at.take(part.contract, fact.model_copy(update={"month": part.month}), by)
        else:
            at.take(debit.contract, fact, by)
    except Forbidden as forbidden:
        what = {"rule": forbidden.rule, "event": "not_collected", "detail": forbidden.detail}
        at.audit.note(debit.contract, f"COLLECT#{run.id}", what, by)
    store.refuse(run.month, debit, "the account does not open")


def _keep(
    run: Run,
    day: date,
    number: int,
    debits: list[Debit],
    consignor: Consignor,
    store: PaymentStore,
    files: Files,
    vault: KmsVault,
) -> None:
    content, sent = write_request(consignor, day, debits, fingerprint=vault.fingerprint)
    files.keep(content, sent)
    file = RequestFile(
        month=str(run.month),
        number=number,
        id=sent.id,
        day=day,
        debits=len(debits),
        yen=sum(debit.amount for debit in debits),
        written=run.at,
    )
    if not store.begin_file(file):
        raise Conflict(file.name)  # another run wrote its own meanwhile: look again
    told = [debit.contract for debit in debits if debit.new != "known"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(store.account_is_known, told))
    logger.info("file written", extra={"file": file.name, "debits": file.debits})


def _debit(run: Run, wanted: Waiting, methods: Methods, vault: KmsVault) -> Debit:
    """What the bank is asked for. NotOpened when there is no account that opens."""
    if methods.account is None:
        raise NotOpened(wanted.contract)
    month = wanted.again or run.month
    return Debit(
        customer=customer_number(wanted.contract),
        account=methods.account.opened(vault, wanted.contract),
        amount=wanted.amount,
        new=methods.new,
        contract=wanted.contract,
        invoice=invoice_number(wanted.contract, month),
        month=month,
    )

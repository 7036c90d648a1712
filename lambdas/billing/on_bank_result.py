"""A bank's answer was uploaded: what is clear is taken in, the rest is put on a list.

A refused file is written down with every fault, and staff is told. What is taken in is taken
contract by contract; broken off, it goes on where it was when the message comes again.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.billing.app import contract_service
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.payment_service import PaymentService
from lambdas.billing.app.records import Actor
from lambdas.billing.payments.account_store import KmsVault
from lambdas.billing.payments.collecting import answered, may_answer
from lambdas.billing.payments.file_store import Files
from lambdas.billing.payments.payment_store import PaymentStore, RequestFile, Upload
from lambdas.billing.payments.results import Contradiction, PaymentResult, news
from lambdas.billing.payments.zengin import BadFile, Fault, ResultFile, addressed
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.aws import queues
from lambdas.shared.aws.observability import logger, metrics
from lambdas.shared.calendar import day_of
from lambdas.shared.events import Notice, NoticeKind, Sentence, StaffGroup
from lambdas.shared.settings import load

FAULTS_MAILED = 20
MOST_BYTES = 5_000_000
"""More than three times what our largest request comes to."""


class ResultSettings(contract_service.BillingSettings):
    """What the function needs."""

    bank_bucket: str
    fingerprint_key: str


class _Found(NamedTuple):
    file: RequestFile
    result: ResultFile


def take(record: SQSRecord) -> None:
    """Take one notification; it may name several objects, and may come twice."""
    for uploaded in json.loads(record.body).get("Records", []):  # S3 sends a test event without
        key = unquote_plus(uploaded["s3"]["object"]["key"])
        at = datetime.fromisoformat(uploaded["eventTime"])
        take_file(key, uploaded["s3"]["object"].get("size", 0), at)


handler = queues.worker(take)


def take_file(key: str, size: int, at: datetime) -> None:
    """Take in a result file that was stored at ``at``."""
    settings = load(ResultSettings)
    store = PaymentStore(settings.billing_table)
    at_desk = ContractService(settings)
    try:
        found = _read(key, size, day_of(at), settings, store)
    except BadFile as bad:
        upload = Upload(key=key, at=at, state="refused", faults=bad.faults)
    else:
        changes, contrary = _changes(store, found.result.results)
        faults = (*found.result.unclear, *contrary)
        if len(contrary) == len(found.result.results):
            upload = Upload(key=key, at=at, state="refused", faults=faults)
        elif not changes and found.file.answered:
            state: Literal["same", "partly"] = "partly" if faults else "same"
            name = found.file.name
            upload = Upload(key=key, at=at, state=state, file=name, faults=faults)
        else:
            _apply(changes, PaymentService(at_desk, store), Actor(f"file:{key}", "bank file", at))
            store.answer_file(_answered(found, at))
            name = found.file.name
            upload = Upload(
                key=key, at=at, state="partly" if faults else "taken", file=name, faults=faults
            )
    store.uploaded(upload)
    metrics.add_metric(name=f"BankFiles{upload.state.title()}", unit="Count", value=1)
    logger.info(
        "bank file", extra={"key": key, "state": upload.state, "faults": len(upload.faults)}
    )
    if upload.state != "same":
        at_desk.announce([_notice(upload, store)])


def _read(
    key: str, size: int, today: date, settings: ResultSettings, store: PaymentStore
) -> _Found:
    """The file, and the request it answers. BadFile when anything is not as it must be."""
    if size > MOST_BYTES:
        raise BadFile([Fault(None, "size", f"{size} bytes are no answer of ours")])
    files = Files(settings.bank_bucket)
    content = files.result(key)
    _, day = addressed(content)
    requests = {
        file.id: file
        for file in store.files()
        if f"{file.day:%m%d}" == day and may_answer(file.day, today)
    }
    sent, result = answered(
        content,
        [files.sent(id) for id in requests],
        KmsVault(fingerprint_key=settings.fingerprint_key).fingerprint,
    )
    return _Found(requests[sent.id], result)


def _changes(
    store: PaymentStore, results: Sequence[PaymentResult]
) -> tuple[list[PaymentResult], list[Fault]]:
    """What of the results is news, and what contradicts what is known, for a person to look at."""
    known = store.known(results)
    changes, contrary = [], []
    for one in results:
        try:
            changes += news(known, [one])
        except Contradiction as contradiction:
            contrary.append(Fault(None, "contradiction", str(contradiction)))
    return changes, contrary


def _apply(changes: list[PaymentResult], till: PaymentService, by: Actor) -> None:
    """Each result to its contract. One that a contract cannot take stops no other."""
    for result in changes:
        try:
            till.take(result, by)
        except (Forbidden, contract_service.Unknown) as error:
            logger.error("not taken", extra={"contract": result.contract, "why": str(error)})
            what = {"rule": "G-08", "event": "payment_not_taken", "detail": str(error)}
            till.desk.audit.note(result.contract, f"PAYMENT#{result.id}", what, by)


def _answered(found: _Found, at: datetime) -> RequestFile:
    paid = [one.amount for one in found.result.results if one.state == "paid"]
    unpaid = [one.amount for one in found.result.results if one.state != "paid"]
    return found.file.model_copy(
        update={
            "answer": found.result.id,
            "answered": at,
            "paid": len(paid),
            "paid_yen": sum(paid),
            "unpaid": len(unpaid),
            "unpaid_yen": sum(unpaid),
        }
    )


def _notice(upload: Upload, store: PaymentStore) -> Notice:
    """What staff is told of an upload, once."""
    values: dict[str, str | int | Sentence] = {
        "name": upload.key.rpartition("/")[2],
        "faults": "",
    }
    if upload.faults:
        first = upload.faults[:FAULTS_MAILED]
        values["faults"] = Sentence(
            ja="\n".join(fault.japanese for fault in first), en="\n".join(map(str, first))
        )
    if upload.state != "refused":
        (file,) = (one for one in store.files() if one.name == upload.file)
        values |= {
            "request": file.name,
            "paid": f"{file.paid:,}",
            "paid_yen": f"{file.paid_yen:,}",
            "unpaid": f"{file.unpaid:,}",
            "unpaid_yen": f"{file.unpaid_yen:,}",
        }
    taken = NoticeKind("contract.bank_file_taken")
    refused = NoticeKind("contract.bank_file_refused")
    return Notice(
        id=f"bank/{upload.key}/{upload.at.isoformat()}",
        kind=refused if upload.state == "refused" else taken,
        rule="HT-29",
        at=upload.at,
        audience=StaffGroup(group="billing"),
        values=values,
    )

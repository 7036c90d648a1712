"""A run is over: its summary is stored and mailed to staff."""

from typing import Any

from lambdas.billing.app import contract_service
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.runs import Run
from lambdas.shared.aws.observability import logger, observed
from lambdas.shared.events import ContractNotice, Sentence
from lambdas.shared.settings import load


class EndSettings(contract_service.BillingSettings):
    """What the function needs."""

    staff_mail: str = ""


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Add up what the batches did; the summary."""
    run = Run.model_validate(event["run"])
    settings = load(EndSettings)
    at = ContractService(settings)
    summary = at.runs.counted(run.id, run.execution)
    at.runs.end(run.id, run.execution, summary, run.at)
    if run.kind == "daily":
        at.runs.went_through(run.day)
    logger.info("run over", extra={"run": run.id, **summary})
    if settings.staff_mail:
        at.announce([_mail(run, settings.staff_mail, summary)])
    return {"run": run.id, "summary": summary}


def _mail(run: Run, to: str, summary: dict[str, int]) -> ContractNotice:
    return ContractNotice(
        id=f"run/{run.id}/{run.execution}",
        kind="run_summary",
        rule="G-07",
        contract="-",
        at=run.at,
        person=to,
        name="ご担当者",
        email=to,
        product=Sentence(ja="みまもり", en="Mimamori"),
        values={
            "run": run.id,
            "lines": "\n".join(f"{name}: {count:,}" for name, count in sorted(summary.items())),
        },
    )

"""A run is over: its summary is stored and mailed to staff."""

from typing import Any

from lambdas.billing.app.contract_service import BillingSettings, ContractService
from lambdas.billing.app.runs import Run
from lambdas.shared.aws.observability import logger, observed
from lambdas.shared.events import Notice, NoticeKind, StaffGroup
from lambdas.shared.settings import load


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Add up what the batches did; the summary."""
    run = Run.model_validate(event["run"])
    settings = load(BillingSettings)
    at = ContractService(settings)
    summary = at.runs.counted(run.id, run.execution)
    at.runs.end(run.id, run.execution, summary, run.at)
    if run.kind == "daily":
        at.runs.went_through(run.day)
    logger.info("run over", extra={"run": run.id, **summary})
    at.announce([_notice(run, summary)])
    return {"run": run.id, "summary": summary}


def _notice(run: Run, summary: dict[str, int]) -> Notice:
    return Notice(
        id=f"run/{run.id}/{run.execution}",
        kind=NoticeKind("contract.run_summary"),
        rule="G-07",
        at=run.at,
        audience=StaffGroup(group="billing"),
        values={
            "run": run.id,
            "lines": "\n".join(f"{name}: {count:,}" for name, count in sorted(summary.items())),
        },
    )

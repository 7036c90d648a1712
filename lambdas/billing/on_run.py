"""A run begins: what it is for, and its contracts in batches."""

from typing import Any

from lambdas.billing.app import contract_service
from lambdas.billing.app.run_store import RunStore
from lambdas.billing.app.runs import Asked, batches, run_of
from lambdas.shared.aws.observability import logger, observed
from lambdas.shared.settings import load


class RunSettings(contract_service.BillingSettings):
    """What the function needs."""


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer the run and its batches. They are few enough to be handed over as they are."""
    asked = Asked.model_validate({**event["asked"], "execution": event["execution"]})
    run = run_of(asked)
    store = RunStore(load(RunSettings).billing_table)
    if run.kind == "daily" and (last := store.last_day()) and last < run.day:
        run = run.model_copy(update={"after": last})  # days were missed
    store.begin(run.id, run.execution, run.at, asked.means)
    found = batches(store.shards())
    logger.info("run begins", extra={"run": run.id, "batches": len(found)})
    return {
        "run": run.model_dump(mode="json"),
        "batches": [batch.model_dump(mode="json") for batch in found],
    }

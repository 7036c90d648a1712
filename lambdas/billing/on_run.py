"""A run begins: what it is for, and its contracts in batches."""

from typing import Any

from lambdas.billing import desk
from lambdas.billing.runs import Asked, batches, run_of
from lambdas.billing.store import Store
from lambdas.shared.observability import logger, observed
from lambdas.shared.settings import load


class RunSettings(desk.BillingSettings):
    """What the function needs."""


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer the run and its batches. They are few enough to be handed over as they are."""
    asked = Asked.model_validate({**event["asked"], "execution": event["execution"]})
    run = run_of(asked)
    store = Store(load(RunSettings).billing_table)
    if run.kind == "daily" and (last := store.last_day()) and last < run.day:
        run = run.model_copy(update={"after": last})  # days were missed
    store.begin_run(run.id, run.execution, run.at, asked.means)
    found = batches(store.shards())
    logger.info("run begins", extra={"run": run.id, "batches": len(found)})
    return {
        "run": run.model_dump(mode="json"),
        "batches": [batch.model_dump(mode="json") for batch in found],
    }

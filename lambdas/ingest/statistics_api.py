"""HTTP routes: statistics without persons, for the operator's staff (HT-74)."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from lambdas.ingest.activity_store import ActivityStore
from lambdas.ingest.statistics.cells import MonthOfStatistics
from lambdas.shared.aws import http
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings, load

STAFF = frozenset({"admin", "billing"})
"""The groups of logins that may read statistics."""


class StatisticsApiSettings(Settings):
    """What the function needs."""

    readings_table: str


app = http.resolver()
handler = http.entry(app)


@app.get(
    "/statistics/activity/<month>", summary="A month without persons (HT-74)", tags=["Statistics"]
)
def get_statistics(
    month: Annotated[str, Path(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")],
) -> MonthOfStatistics:
    http.member_of(app, STAFF, "staff-only")
    found = ActivityStore(load(StatisticsApiSettings).readings_table).statistics(month)
    if found is None:
        raise Problem(404, "not-found")
    return found

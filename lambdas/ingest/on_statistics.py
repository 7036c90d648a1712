"""Once a day: a day of all homes becomes rows without persons, and its month's tables (HT-74)."""

from datetime import datetime
from typing import Any

from lambdas.ingest.activity_store import ActivityStore
from lambdas.ingest.statistics.rows import anonymous
from lambdas.ingest.statistics_store import StatisticsStore
from lambdas.shared.aws.observability import observed
from lambdas.shared.calendar import ONE_DAY, day_of
from lambdas.shared.settings import Settings, load

BEHIND = 4
"""Days are summed up anew for three nights (activity.rollup.SETTLE): the fourth does not change."""


class StatisticsSettings(Settings):
    """What the function needs."""

    readings_table: str
    statistics_bucket: str


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """``at``: the schedule's time. How many days of homes were kept; doing it again changes
    nothing."""
    settings = load(StatisticsSettings)
    day = day_of(datetime.fromisoformat(event["at"])) - BEHIND * ONE_DAY
    homes, days = (
        ActivityStore(settings.readings_table),
        StatisticsStore(settings.statistics_bucket),
    )
    rows = days.keep(day, map(anonymous, homes.day_of_all(day)))
    homes.keep_statistics(days.month_of(day))
    return {"rows": rows}

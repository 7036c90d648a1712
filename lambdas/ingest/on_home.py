"""A home is looked at: learned once a night, and its people told what they are to be told."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import AwareDatetime, BaseModel

from lambdas.ingest.activity_service import ActivityService
from lambdas.shared.aws import queues
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import logger
from lambdas.shared.settings import Settings, load


class HomeSettings(Settings):
    """What the function needs."""

    readings_table: str
    directory_table: str
    event_bus: str


class _Look(BaseModel):
    home: str
    at: AwareDatetime


def _take(record: SQSRecord) -> None:
    settings = load(HomeSettings)
    look = _Look.model_validate_json(record.body)
    home = Directory(settings.directory_table).home(look.home)
    if home is None:
        logger.info("no such home any more", extra={"home": look.home})
        return
    ActivityService(settings.readings_table).watch(home, look.at, settings.event_bus)


handler = queues.worker(_take)

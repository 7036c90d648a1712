"""Publishing on the event bus."""

from lambdas.shared.aws.clients import client
from lambdas.shared.events import Event


class NotPublished(RuntimeError):
    """The bus did not take an event; the caller's message must be tried again."""


def publish(bus: str, *events: Event) -> None:
    """Put ``events`` (ten at most) on ``bus``; NotPublished if one of them was not taken."""
    answer = client("events").put_events(
        Entries=[
            {
                "EventBusName": bus,
                "Source": event.source,
                "DetailType": event.detail_type(),
                "Detail": event.model_dump_json(),
            }
            for event in events
        ]
    )
    if answer["FailedEntryCount"]:
        raise NotPublished(str([e for e in answer["Entries"] if "ErrorCode" in e]))

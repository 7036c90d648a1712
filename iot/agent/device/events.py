"""What the agent tells of itself: a log line and a call of a hook for whatever happens."""

import logging
from collections.abc import Callable, Mapping
from typing import Protocol

log = logging.getLogger("mimamori.agent")

OnEvent = Callable[[str, Mapping[str, object]], None]
"""Called with an event's name and details, from any of the agent's threads."""


class EventSink(Protocol):
    """Tell that something happened."""

    def __call__(self, event: str, /, **details: object) -> None: ...


def event_sink(on_event: OnEvent | None = None) -> EventSink:
    """Make an EventSink that logs, then calls ``on_event``; a hook that raises stops nothing."""

    def tell(event: str, /, **details: object) -> None:
        log.info(" ".join([event, *(f"{name}={value}" for name, value in details.items())]))
        if on_event is None:
            return
        try:
            on_event(event, details)
        except Exception:
            log.exception("the event hook failed")

    return tell

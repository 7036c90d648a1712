"""What any device needs: reports that wait on the disk until the cloud has them."""

from pathlib import Path

import pytest

from iot import kinds
from iot.agent.device.delivery import Delivery
from iot.agent.device.events import event_sink
from iot.agent.device.outbox import Outbox
from iot.messages.base import CommandResult, HealthReport
from iot.topics import Channel, ingest
from tests.unit.iot.fakes import NOON

THING = "sns-1"


class Line:
    """A link that takes what is published while it is online."""

    def __init__(self) -> None:
        self.online = True
        self.taken: list[tuple[str, bytes]] = []

    def publish(self, topic: str, payload: bytes) -> bool:
        if self.online:
            self.taken.append((topic, payload))
        return self.online

    def start(self) -> None: ...
    def stop(self) -> None: ...


def health(waiting: int) -> HealthReport:
    return HealthReport(at=NOON, firmware="1", waiting=waiting)


def test_reports_of_a_device_without_pictures_wait_for_the_line(tmp_path: Path) -> None:
    line = Line()
    line.online = False
    outbox = Outbox(tmp_path)
    for number in range(3):
        outbox.say(Channel.STATUS, health(number))
    assert not Delivery(THING, line, outbox, event_sink()).step()
    again = Outbox(tmp_path)  # after a power cut
    delivery = Delivery(THING, line, again, event_sink())
    line.online = True
    while delivery.step():
        pass
    assert [topic for topic, _ in line.taken] == [ingest(THING, Channel.STATUS)] * 3
    said = [HealthReport.model_validate_json(body).waiting for _, body in line.taken]
    assert said == [0, 1, 2]
    assert len(Outbox(tmp_path)) == 0


def test_an_answer_to_a_command_overtakes(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.say(Channel.STATUS, health(0))
    outbox.say(Channel.COMMAND_RESULT, CommandResult(id="c", state="done", at=NOON))
    (first,) = outbox.next()
    assert first.about.channel is Channel.COMMAND_RESULT


def test_a_full_outbox_lets_the_oldest_report_go(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, limit=3 * 4096)
    for number in range(5):
        outbox.say(Channel.STATUS, health(number))
    kept = [outbox.read(item) for item in outbox.queue()]
    waiting = [HealthReport.model_validate_json(body).waiting for body in kept if body]
    assert waiting == [2, 3, 4]


@pytest.mark.parametrize("group", kinds.GROUPS)
def test_a_device_hears_its_own_topics_only(group: kinds.Group) -> None:
    assert all("/thing-1" in topic for topic in kinds.topics_of(group, "thing-1"))

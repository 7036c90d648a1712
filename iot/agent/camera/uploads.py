"""Brings the outbox to the cloud: messages over MQTT, pictures with a grant over HTTPS."""

import logging
import queue
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import urllib3
from pydantic import ValidationError

from iot import topics
from iot.agent.camera.album import Album
from iot.agent.camera.picture_outbox import Elsewhere, Picture, PictureOutbox, Reason
from iot.agent.device.clock import Clock
from iot.agent.device.connection import Link
from iot.agent.device.delivery import Delivery
from iot.agent.device.events import EventSink
from iot.agent.device.outbox import Item, Report
from iot.messages.base import CommandResult
from iot.messages.camera import (
    EpisodeReport,
    Grant,
    Refusal,
    UploadGrant,
    UploadObject,
    UploadRequest,
)
from iot.topics import Channel
from iot.vision import burst

log = logging.getLogger(__name__)

ANSWER = 10.0
"""Seconds in which a request for grants is answered."""

ATTEMPTS = 5
"""Times the cloud may turn an object down before it is given up."""

ZIP = "application/zip"

Put = Callable[[str, bytes, str], int]
"""PUT bytes with a Content-Type to a URL: the HTTP status. OSError when it is not reached."""


class HttpsPut:
    """A Put that tries again when a connection fails or the store is busy."""

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=5, read=30),
            retries=urllib3.Retry(
                total=2,
                backoff_factor=0.5,
                status_forcelist=[500, 502, 503, 504],
                allowed_methods=["PUT"],
                raise_on_status=False,
            ),
        )

    def __call__(self, url: str, body: bytes, content_type: str) -> int:
        """See Put."""
        try:
            headers = {"Content-Type": content_type}
            return self._pool.request("PUT", url, body=body, headers=headers).status
        except urllib3.exceptions.HTTPError as error:
            raise OSError(str(error)) from error


class Uploader(Delivery):
    """Sends what the outbox holds, in order, each once it can be sent.

    A picture without a contract for it goes to the album, and a report goes out in its place
    (DC-22). ``clock`` gives the times that are told, nothing else depends on it.
    """

    def __init__(
        self,
        thing: str,
        link: Link,
        outbox: PictureOutbox,
        album: Album,
        put: Put,
        clock: Clock,
        tell: EventSink,
        *,
        answer: float = ANSWER,
    ) -> None:
        super().__init__(thing, link, outbox, tell)
        self._pictures = outbox
        self._album = album
        self._put = put
        self._clock = clock
        self._answer = answer
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._refused: tuple[datetime, Refusal] | None = None  # the last episode that was
        self._turned_down: dict[int, int] = {}

    def granted(self, payload: bytes) -> None:
        """Take an UploadGrant as it came; from any thread."""
        self._answers.put(payload)

    def carry(self, items: Sequence[Item]) -> bool:
        """See Delivery: pictures, with grants."""
        about = items[0].about
        if refusal := self._refusal(about):
            return self._keep(items[0], about, refusal)
        return self._upload(items, about)

    def amended(self, report: Report, body: bytes) -> bytes:
        """See Delivery: an episode's report says where its picture is now."""
        return self._placed(body) if report.channel == Channel.EPISODE else body

    def _placed(self, body: bytes) -> bytes:
        """An episode's report, corrected if its picture stayed here after all."""
        try:
            report = EpisodeReport.model_validate_json(body)
        except ValidationError:  # a disk that forgets; the cloud records what it cannot read
            return body
        if report.pictures != "cloud" or report.episode not in self._album:
            return body
        report = report.model_copy(update={"pictures": "on-device"})
        return report.model_dump_json(exclude_none=True).encode()

    def _upload(self, items: Sequence[Item], first: Picture) -> bool:
        answer = self._ask(items, first)
        if answer is None:
            return False
        if answer.refused:
            self._refused = first.report.episode, answer.refused
            return self._keep(items[0], first, answer.refused)
        return bool(answer.grants) and all(
            self._send_picture(item, grant)
            for item, grant in zip(items, answer.grants, strict=False)
        )

    def _ask(self, items: Sequence[Item], first: Picture) -> UploadGrant | None:
        request = UploadRequest(
            id=uuid.uuid4().hex,
            purpose=first.purpose,
            objects=[UploadObject(bytes=item.size, type=ZIP) for item in items],
        )
        topic = topics.ingest(self._thing, Channel.UPLOAD_REQUEST)
        if not self._link.publish(topic, request.model_dump_json().encode()):
            return None
        until = time.monotonic() + self._answer
        while (left := until - time.monotonic()) > 0:
            try:
                answer = UploadGrant.model_validate_json(self._answers.get(timeout=left))
            except queue.Empty:
                break
            except ValidationError as error:
                log.warning("upload: an answer is not understood: %s", error)
                continue
            if answer.id in (request.id, ""):  # without an id: the request made no sense
                return answer
        log.warning("upload: no answer to a request")
        return None

    def _send_picture(self, item: Item, grant: Grant) -> bool:
        assert isinstance(item.about, Picture)
        body = self._outbox.read(item)
        if body is None:  # taken out meanwhile: the mode has changed
            return True
        began_at = self._clock()
        try:
            status = self._put(grant.url, body, ZIP)
        except OSError as error:
            log.warning("upload: not reached: %s", error)
            return False
        if status != 200:
            return self._turn_down(item, status)
        self._turned_down.pop(item.number, None)
        if item.about.command:
            self._result(item.about.command)
        self._outbox.remove(item)
        self._tell(
            "burst-uploaded",
            key=grant.key,
            episode=item.about.report.episode,
            seq=item.about.seq,
            captured_at=item.about.captured[min(1, len(item.about.captured) - 1)],
            began_at=began_at,
            bytes=item.size,
        )
        return True

    def _turn_down(self, item: Item, status: int) -> bool:
        """The store did not take it; mostly the grant has expired. Not for ever."""
        log.warning("upload: turned down: HTTP %d", status)
        times = self._turned_down[item.number] = self._turned_down.get(item.number, 0) + 1
        if times < ATTEMPTS:
            return False
        del self._turned_down[item.number]
        self._pictures.give_up(item, "none", "error")
        self._tell("given-up", number=item.number, status=status)
        return True

    def _refusal(self, about: Picture) -> Refusal | None:
        """The refusal that an episode's first burst met holds for its later ones."""
        if about.command or not about.seq or self._refused is None:
            return None
        episode, refusal = self._refused
        return refusal if episode == about.report.episode else None

    def _keep(self, item: Item, about: Picture, refusal: Refusal) -> bool:
        """The cloud does not take the picture: it stays here, or it goes (DC-22, DC-29)."""
        where: Elsewhere = "none"
        if refusal == "no-picture-contract" and not about.command and self._stored(item, about):
            where = "on-device"
        reason: Reason = "error"
        if refusal in ("motion-only", "no-picture-contract"):
            reason = "motion-only" if refusal == "motion-only" else "no-picture-contract"
        self._pictures.give_up(item, where, reason)
        self._tell(
            "kept-on-device" if where == "on-device" else "refused",
            episode=about.report.episode,
            reason=refusal,
        )
        return True

    def _stored(self, item: Item, about: Picture) -> bool:
        """Put an episode's best picture into the album; the second burst has a better one."""
        body = self._outbox.read(item)
        if body is None:
            return False
        if about.seq > 1 and about.report.episode in self._album:
            return True
        try:
            self._album.keep(about.report.episode, burst.unpack(body).jpegs[about.best])
        except (OSError, ValueError) as error:
            log.warning("album: not kept: %s", error)
            return False
        return True

    def _result(self, command: str) -> None:
        result = CommandResult(id=command, state="done", at=self._clock().astimezone(UTC))
        self._outbox.say(Channel.COMMAND_RESULT, result)

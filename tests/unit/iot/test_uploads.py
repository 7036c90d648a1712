"""The courier: grants, refusals, failures."""

from datetime import timedelta
from pathlib import Path

import pytest

from iot.agent.camera import burst_encoder
from iot.agent.camera.album import Album
from iot.agent.camera.gate import Shot, Shots
from iot.agent.camera.picture_outbox import PictureOutbox
from iot.agent.camera.uploads import ATTEMPTS, Uploader
from iot.agent.device.identity import Identity
from iot.messages.camera import EpisodeReport, Refusal, UploadRequest
from iot.topics import Channel
from iot.vision.motion import Motion
from tests.unit.iot.fakes import NOON, THING, Clock, Cloud, Room

ROOM = Room()


class Post:
    """A courier with everything around it."""

    def __init__(self, directory: Path, *, online: bool = True) -> None:
        self.cloud = Cloud(online=online)
        self.outbox = PictureOutbox(directory / "outbox")
        self.album = Album(directory / "pictures")
        who = Identity(THING, directory, directory)
        listens = [f"mimamori/{THING}/{Channel.COMMAND}"]
        self.told: list[str] = []
        self.link = self.cloud.connect(
            who, listens, lambda _, payload: self.courier.granted(payload), lambda _: None
        )
        self.link.start()
        self.courier = Uploader(
            THING,
            self.link,
            self.outbox,
            self.album,
            self.cloud.put,
            Clock(),
            lambda event, /, **_: self.told.append(event),
            answer=0.05,
        )

    def burst(self, second: int = 0, seq: int = 0) -> None:
        def shot(part: float) -> Shot:
            return Shot(NOON + timedelta(seconds=second + part), ROOM.picture(9), part)

        moving = (shot(0.1), shot(0.3), shot(0.2 + 0.2))
        episode = NOON + timedelta(seconds=second)
        shots = Shots(episode, seq, shot(0), moving, Motion("motion", level=0.2))
        self.outbox.put(*burst_encoder.develop(shots, "guard"))

    def snapshot(self) -> None:
        shot = Shot(NOON, ROOM.picture(9), 0)
        self.outbox.put(*burst_encoder.snapshot(shot, "guard", "c1"))

    def ended(self, second: int = 0) -> None:
        at = NOON + timedelta(seconds=second)
        report = EpisodeReport(episode=at, ended_at=at, level=0.2, pictures="cloud", mode="guard")
        self.outbox.say(Channel.EPISODE, report, at)

    def deliver(self) -> None:
        while self.courier.step():
            pass


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


def test_uploads_exactly_what_was_announced(post: Post) -> None:
    post.burst()
    post.deliver()
    (manifest,) = post.cloud.bursts
    assert manifest.episode == NOON
    assert len(post.outbox) == 0


def test_a_backlog_is_asked_for_together_and_delivered_in_order(post: Post) -> None:
    for second in range(10):
        post.burst(second)
    post.deliver()
    requests = post.cloud.said(Channel.UPLOAD_REQUEST)
    assert [len(UploadRequest.model_validate_json(one).objects) for one in requests] == [8, 2]
    episodes = [manifest.episode for manifest in post.cloud.bursts]
    assert episodes == [NOON + timedelta(seconds=second) for second in range(10)]


def test_offline_everything_stays(tmp_path: Path) -> None:
    post = Post(tmp_path, online=False)
    post.burst()
    assert post.courier.step() is False
    assert len(post.outbox) == 1
    assert post.cloud.published == []


def test_without_an_answer_it_stays(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.burst()
    monkeypatch.setattr(post.courier, "granted", lambda _: None)
    assert post.courier.step() is False
    assert len(post.outbox) == 1


def test_an_old_answer_is_not_taken_for_this_one(post: Post) -> None:
    post.burst()
    post.courier.granted(b'{"id": "another", "refused": "not-entitled"}')
    post.courier.granted(b"nonsense")
    assert post.courier.step() is True
    assert len(post.cloud.objects) == 1


def test_a_put_that_fails_is_tried_again(post: Post) -> None:
    post.burst()
    post.cloud.status = 403
    assert post.courier.step() is False
    post.cloud.status = 200
    assert post.courier.step() is True
    assert len(post.cloud.objects) == 1


def test_a_put_that_always_fails_does_not_stop_the_rest(post: Post) -> None:
    post.burst(0)
    post.burst(1)
    post.cloud.status = 400
    for _ in range(ATTEMPTS):
        post.courier.step()
    post.cloud.status = 200
    post.deliver()
    assert [manifest.episode.second for manifest in post.cloud.bursts] == [1]
    assert [report.pictures for report in post.cloud.episodes] == ["none"]


@pytest.mark.rule("DC-20", "DC-22")
def test_without_photo_collection_the_picture_stays_and_the_notice_goes(post: Post) -> None:
    post.cloud.refused = "no-picture-contract"
    post.burst(seq=0)
    post.burst(seq=1)
    post.burst(seq=2)
    post.ended()
    post.deliver()

    assert post.cloud.objects == {}
    assert len(post.album) == 1
    began, ended = post.cloud.episodes
    assert (began.pictures, began.ended_at) == ("on-device", None)
    assert (ended.pictures, ended.ended_at) == ("on-device", NOON)
    assert began.level > 0
    # The refusal of the first burst holds for the episode: nothing more is asked for.
    assert len(post.cloud.said(Channel.UPLOAD_REQUEST)) == 1


@pytest.mark.rule("DC-20")
def test_a_contract_concluded_later_holds_for_the_next_episode(post: Post) -> None:
    post.cloud.refused = "no-picture-contract"
    post.burst(0)
    post.deliver()
    post.cloud.refused = None
    post.burst(60)
    post.deliver()
    assert [manifest.episode.minute for manifest in post.cloud.bursts] == [1]


@pytest.mark.rule("DC-29")
def test_refused_for_the_mode_the_picture_is_deleted(post: Post) -> None:
    post.cloud.refused = "motion-only"
    post.burst()
    post.deliver()
    assert (len(post.album), len(post.outbox)) == (0, 0)
    assert [report.pictures for report in post.cloud.episodes] == ["none"]


@pytest.mark.parametrize("refused", ["not-entitled", "unknown-device", "bad-request"])
def test_other_refusals_keep_nothing(post: Post, refused: Refusal) -> None:
    post.cloud.refused = refused
    post.burst()
    post.deliver()
    assert (len(post.album), len(post.outbox)) == (0, 0)
    assert post.told.count("refused") == 1


def test_a_snapshot_is_answered_once_it_is_in_the_cloud(post: Post) -> None:
    post.snapshot()
    assert post.cloud.results == []
    post.deliver()
    (manifest,) = post.cloud.bursts
    assert (manifest.purpose, manifest.command) == ("snapshot", "c1")
    request = UploadRequest.model_validate_json(post.cloud.said(Channel.UPLOAD_REQUEST)[0])
    assert request.purpose == "snapshot"
    assert [(result.id, result.state) for result in post.cloud.results] == [("c1", "done")]


def test_a_refused_snapshot_fails_with_the_reason(post: Post) -> None:
    post.cloud.refused = "no-picture-contract"
    post.snapshot()
    post.deliver()
    (result,) = post.cloud.results
    assert (result.state, result.reason) == ("failed", "no-picture-contract")
    assert (len(post.album), post.cloud.episodes) == (0, [])


def test_the_album_is_bounded(tmp_path: Path) -> None:
    album = Album(tmp_path, limit=3)
    for second in range(5):
        album.keep(NOON + timedelta(seconds=second), b"jpeg")
    assert len(album) == 3
    assert NOON not in album
    assert NOON + timedelta(seconds=4) in album

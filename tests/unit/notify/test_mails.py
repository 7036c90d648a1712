"""The words of a notice, in both languages."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from lambdas.notify import policy
from lambdas.notify.mails import Mail
from lambdas.shared.events import Kind, MotionDetected, Sentence
from lambdas.shared.household import Language
from tests.notices import HANAKO, LANGUAGES, mailed

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
LINK = "https://m.example/#/homes/home/events/event"


def mail(
    language: Language = "ja",
    held: int = 0,
    home: str = "実家",
    reader: str = "花子",
    **changes: Any,
) -> Mail:
    values = {
        "event": "event",
        "home": "home",
        "thing": "cam",
        "camera": "居間",
        "kind": "motion",
        "mode": "guard",
        "at": NOON,
        "detected_at": NOON,
        "level": 0.1,
        "reason": Sentence(ja="画面の 8.0 % が動きました", en="8.0% of the picture moved"),
        "pictures": "cloud",
        **changes,
    }
    motion = MotionDetected.model_validate(values)
    notice = policy.notice_of(motion, policy.MOTION[motion.kind], held)
    return mailed(notice, language, HANAKO._replace(name=reader, home_name=home))


class Words(HTMLParser):
    """What a reader of the HTML sees, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.tags = "", [""][:0], [""][:0]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.rule("DC-21")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_who_where_when_what_and_leads_to_the_picture(language: Language) -> None:
    sent = mail(language)
    words = Words(sent.html)
    for text in (sent.text, words.text):
        assert "花子" in text
        assert "実家" in text
        assert "居間" in text
        assert "8.0" in text
        assert "12" in text  # noon in Japan
    assert words.links == [LINK]
    assert LINK in sent.text
    assert f'lang="{language}"' in sent.html


@pytest.mark.rule("G-01")
@pytest.mark.parametrize(
    ("at", "ja", "en"),
    [
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), "2027年01月01日", "2027-01-01"),
        (datetime(2026, 11, 30, 14, 59, tzinfo=UTC), "2026年11月30日", "2026-11-30"),
        (datetime(2028, 2, 28, 15, 0, tzinfo=UTC), "2028年02月29日", "2028-02-29"),
    ],
)
def test_days_are_days_in_japan(at: datetime, ja: str, en: str) -> None:
    for language, day in (("ja", ja), ("en", en)):
        sent = mail(language, at=at, detected_at=at)  # type: ignore[arg-type]
        assert day in sent.text
        assert day in sent.html


@pytest.mark.rule("DC-22")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_on_the_phone_has_no_link(language: Language) -> None:
    sent = mail(language, pictures="on-device")
    assert Words(sent.html).links == []
    assert "://" not in sent.text + sent.html
    said = {"ja": "スマートフォンの中", "en": "kept on the phone"}[language]
    assert said in sent.text
    assert said in Words(sent.html).text


@pytest.mark.rule("DC-29")
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_there_is_no_picture_none_is_spoken_of(language: Language) -> None:
    sent = mail(language, pictures="none")
    assert "://" not in sent.text
    assert not re.search(r"写真は|picture is kept|See the picture", sent.text)


@pytest.mark.rule("DC-26")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("after", "late"), [(0, None), (119, None), (120, 2), (4259, 70), (86400, 1440), (-5, None)]
)
def test_late_is_said_in_whole_minutes(language: Language, after: int, late: int | None) -> None:
    sent = mail(language, detected_at=NOON + timedelta(seconds=after))
    said = {"ja": rf"{late}分おくれて", "en": rf"{late} minutes late"}[language]
    for text in (sent.text, Words(sent.html).text):
        assert ("おくれて" in text or "late" in text) == (late is not None)
        assert late is None or re.search(said, text)
    assert "12:00" in sent.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_held_is_mentioned(language: Language) -> None:
    assert not re.search(r"この前|more detections", mail(language).text)
    sent = mail(language, held=3)
    for text in (sent.text, Words(sent.html).text):
        assert re.search(r"3件の検知|3 more detections", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", policy.MOTION)
def test_the_subject_says_what_it_was(language: Language, kind: Kind) -> None:
    subject = mail(language, kind=kind).subject
    assert subject == subject.strip()
    expected = {
        "camera_moved": ("動かされたか、覆われました", "moved or covered"),
        "person": ("人を検知", "a person"),
        "cat": ("ペットを検知", "a pet"),
        "dog": ("ペットを検知", "a pet"),
    }.get(kind, ("動きを検知", "motion was detected"))
    assert expected[LANGUAGES.index(language)] in subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_text_in_html_and_as_they_are_in_plain_text(language: Language) -> None:
    nasty = "<b>&\"'{{ 7*7 }}</b>"
    sent = mail(language, home=nasty, reader=nasty, camera=nasty)
    assert "b" not in Words(sent.html).tags
    assert nasty in Words(sent.html).text
    assert nasty in sent.text
    assert nasty in sent.subject
    assert "49" not in sent.subject + sent.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\u2029"])
def test_no_name_ends_the_subjects_line(language: Language, end: str) -> None:
    sent = mail(language, camera=f"居間{end}Bcc: thief@x.example", home=f"実家{end}")
    assert len(sent.subject.splitlines()) == 1
    assert sent.subject.isprintable()


def test_a_wide_space_in_a_name_stays() -> None:
    assert "居間　東" in mail(camera="居間　東").subject

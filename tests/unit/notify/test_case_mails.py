"""What is told of consents and home checks by mail, from the facts of a case to the words."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from lambdas.dispatch.casework.audit import Finding, Wrong
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.notices import audit_notice, breach, contractor_notice
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.processes.consent.process import CONSENT
from lambdas.dispatch.processes.home_check.process import HOME_CHECK
from lambdas.notify.mails import Mail
from lambdas.shared.events import Notice
from lambdas.shared.household import Language
from tests.dispatch import facts as f
from tests.dispatch.tasks import KINDS
from tests.notices import HANAKO, LANGUAGES, OPERATOR, mailed
from tests.unit.notify.test_mails import NOON, Words

CENTRE, PAGE = OPERATOR.call_centre, OPERATOR.web_url
SAFETY = ("無事", "ご安心", "異常なし", "safe and", "is well", "is fine", "all right")
"""Words that a result must not say (DL-21)."""

CONTRACTOR = f.Contact(
    person="hanako", name="花子", email="hanako@f.example", phone="090-0", address="東京都"
)
TARGET = f.Target(
    name="みつ",
    relation="parent",
    phone="03-0",
    address="神奈川県",
    place=Place(latitude=35.3, longitude=139.5),
)
BY: dict[str, Any] = {"by": "op", "means": "phone"}
REGISTERED = f.Registered(
    on=NOON,
    by="hanako",
    means="app",
    contract="c",
    home="home",
    home_name="実家",
    contractor=CONTRACTOR,
    target=TARGET,
    terms="2026-04",
)


def called(call: Any, outcome: Any, days: int) -> f.Called:
    on = NOON + timedelta(days=days)
    return f.Called(**BY, on=on, call=call, outcome=outcome, number="03-0", recorded_at=on)


def consent(*after: f.AnyFact) -> Notice:
    notice = contractor_notice(Case("CN-20261122-0001", CONSENT, 1, (REGISTERED, *after)))
    assert notice
    return notice


def asked_for(*after: f.AnyFact, **changes: Any) -> Case[Any]:
    asked: dict[str, Any] = {
        **BY,
        "on": NOON,
        "contract": "c",
        "home": "home",
        "home_name": "実家",
        "contractor": CONTRACTOR,
        "caller": f.Caller(name="花子", relation="self"),
        "entitled": True,
        "consent": "granted",
        "target": TARGET,
        "frequent": False,
        "escalation": f.Escalation(),
        **changes,
    }
    return Case("HC-20261122-0001", HOME_CHECK, 1, (f.Requested(**asked), *after))


def visit(*after: f.AnyFact, **changes: Any) -> Notice:
    notice = contractor_notice(asked_for(*after, **changes))
    assert notice
    return notice


def visited(**seen: Any) -> list[f.AnyFact]:
    at: dict[str, Any] = {**BY, "on": NOON + timedelta(minutes=40)}
    done: dict[str, Any] = {
        **{"intercom": "ng", "meter": "unclear", "lights": "ok", "mailbox": "ok"},
        **({"explained": True, "signed": True, "copy_given": True} if seen["at_home"] else {}),
        **({} if seen["at_home"] else {"memo_left": True}),
        **seen,
    }
    offered = f.Offered(
        **at, offer=1, round=1, responder="r", name="係", arrives_at=NOON, travel_seconds=60
    )
    return [
        offered,
        f.Accepted(**at, offer=1),
        f.Visited(**at, offer=1, report=f.Report(**done)),
    ]


LATER: dict[str, Any] = {**BY, "on": NOON + timedelta(minutes=5)}
CONTRACTORS: dict[str, Notice] = {
    "asked": consent(),
    "granted": consent(called(1, "no_answer", 1), called(2, "granted", 4)),
    "refused": consent(called(1, "refused", 1)),
    "unconfirmed": consent(called(1, "no_answer", 1), called(2, "no_answer", 4)),
    "stopped": consent(called(1, "granted", 1), f.Stopped(**LATER, asked_by="resident")),
    "replaced": consent(f.Replaced(**LATER, successor="CN-20261123-0001")),
    "at_home": visit(*visited(at_home=True)),
    "absent": visit(*visited(at_home=False, note="新聞が2日分")),
    "by_phone": visit(f.TargetPhoned(**LATER, outcome="answered"), frequent=True),
    "impossible": visit(f.GivenUp(**LATER, why="大雪で道路が通れません")),
    "cancelled": visit(f.Cancelled(**LATER, rule="DL-20", why="ご本人と連絡がつきました")),
    "not_accepted": visit(
        f.RefusalTold(**LATER, rule="DL-28"), wishes=("unlock",), consent="pending"
    ),
}
REGISTRATION = Case("CN-20261122-0001", CONSENT, 1, (REGISTERED,))
OVERDUE: list[f.AnyFact] = [
    f.CallOverdue(**LATER, call=1),
    f.VisitOverdue(**LATER, offer=1),
    f.HelpOverdue(**LATER, round=1),
    f.TaskOverdue(**LATER, rule="DC-34", task="tell"),
    f.TaskOverdue(**LATER, rule="DL-34", task="stop_after_dispatch"),
]
STAFF = {
    **{f"breach_{n}": breach(REGISTRATION, fact) for n, fact in enumerate(OVERDUE)},
    "audit": audit_notice(
        [Finding(f"HC-20261122-000{n}", wrong) for n, wrong in enumerate(get_args(Wrong))],
        NOON,
    ),
}


def mail(notice: Notice, language: Language = "ja") -> Mail:
    staff = notice.kind.startswith("home_check.staff_")
    return mailed(notice, language, HANAKO._replace(name="" if staff else "花子"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("which", CONTRACTORS)
def test_a_contractor_reads_who_it_is_about_and_whom_to_phone(
    which: str, language: Language
) -> None:
    sent = mail(CONTRACTORS[which], language)
    words = Words(sent.html)
    assert f'lang="{language}"' in sent.html
    assert words.links == [f"tel:{CENTRE}", f"{PAGE}/#/homes/home/home-check"]
    for text in (sent.text, words.text):
        for part in ("花子", "みつ", CENTRE):
            assert part in text
        assert "{" not in text
        assert "None" not in text
    assert sent.subject.startswith("【みまもり】" if language == "ja" else "[Mimamori] ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("which", STAFF)
def test_staff_reads_what_was_not_done_and_goes_to_the_case(which: str, language: Language) -> None:
    notice = STAFF[which]
    sent = mail(notice, language)
    assert Words(sent.html).links == [f"{PAGE}/#/desk/cases/{notice.subject}"]
    assert notice.subject in sent.subject + sent.text
    assert CENTRE not in sent.text


def test_staff_is_told_in_words_which_task_is_late() -> None:
    for kind in ("refusal", "phone_first", "chase", "tell"):
        late = f.TaskOverdue(**LATER, rule="G-07", task=kind)
        for language in LANGUAGES:
            title = KINDS[kind].title.text(language)
            assert title in mail(breach(asked_for(), late), language).text


@pytest.mark.rule("DL-11")
@pytest.mark.rule("DL-14")
@pytest.mark.parametrize("language", LANGUAGES)
def test_consent_is_asked_and_confirmed_with_its_content(language: Language) -> None:
    said = {"ja": ("室内への立ち入り", "いつでもおやめ"), "en": ("Nobody enters", "at any time")}
    for which in ("asked", "granted"):
        for point in said[language]:
            assert point in mail(CONTRACTORS[which], language).text
            assert point in Words(mail(CONTRACTORS[which], language).html).text
    for which in set(CONTRACTORS) - {"asked", "granted"}:
        assert said[language][1] not in mail(CONTRACTORS[which], language).text


@pytest.mark.rule("DL-11")
def test_the_mail_of_consent_names_its_moment() -> None:
    sent = mail(CONTRACTORS["granted"])
    assert sent.subject == "【みまもり】在宅確認登録完了のお知らせ"
    assert "ご承諾の日時：2026年11月26日 12:00" in sent.text


@pytest.mark.rule("DL-08")
@pytest.mark.rule("DL-09")
def test_whoever_registers_learns_until_when_consent_is_asked_for() -> None:
    text = mail(CONTRACTORS["asked"]).text
    assert "最初のお電話の期限：2026年11月25日 24:00" in text
    assert "2026年11月29日 24:00" in text


@pytest.mark.rule("DL-12")
@pytest.mark.rule("A-07")
def test_unconfirmed_is_no_refusal_and_one_may_register_again() -> None:
    text = mail(CONTRACTORS["unconfirmed"]).text
    assert "ご承諾を確認できませんでした" in text
    assert "お断りになったものではありません" in text
    assert "あらためてご登録いただけます" in text
    assert "あらためて" not in mail(CONTRACTORS["refused"]).text


@pytest.mark.rule("DL-17")
@pytest.mark.rule("DL-20")
@pytest.mark.parametrize(
    ("which", "said"),
    [("at_home", "ご在宅を確認しました"), ("absent", "ご在宅を確認できませんでした")],
)
def test_a_result_says_what_was_seen_and_when(which: str, said: str) -> None:
    sent = mail(CONTRACTORS[which])
    assert said in sent.text
    for line in ("インターホン：NG", "電気メーター：確認不能", "部屋の明かり：OK", "郵便受け：OK"):
        assert line in sent.text
    assert "確認の日時：2026年11月22日 12:40" in sent.text


@pytest.mark.rule("DL-21")
@pytest.mark.parametrize("which", ["at_home", "absent", "by_phone"])
def test_a_result_is_about_presence_and_never_about_safety(which: str) -> None:
    japanese, english = mail(CONTRACTORS[which]), mail(CONTRACTORS[which], "en")
    assert "在宅の有無をお知らせするもので、安否を確認するものではありません。" in japanese.text
    assert "安否を確認するものではありません" in Words(japanese.html).text
    assert "nothing about how anybody is" in english.text
    for sent in (japanese, english):
        without = sent.text.replace("安否を確認するものではありません", "")
        assert not [word for word in (*SAFETY, "安否") if word in without + sent.subject]


def test_a_refusal_names_every_ground() -> None:
    text = mail(CONTRACTORS["not_accepted"]).text
    assert "玄関の開錠はお受けできません。" in text
    assert "ご承諾をいただいていません。" in text


@pytest.mark.rule("G-01")
def test_names_do_not_become_markup_or_headers() -> None:
    wild = CONTRACTORS["asked"].model_copy(update={"values": {"target": "<script>\r\nBcc: x"}})
    sent = mailed(wild, "ja", HANAKO._replace(name="<b>"))
    assert not {"script", "b"} & set(Words(sent.html).tags)
    assert "\n" not in sent.subject
    assert "\r" not in sent.subject

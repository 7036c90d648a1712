"""API errors: RFC 9457 problem details in the caller's language."""

from typing import NamedTuple

from lambdas.shared.household import Language


class Text(NamedTuple):
    """One text in each language."""

    ja: str
    en: str


class Problem(Exception):
    """An error to be answered as ``application/problem+json``.

    ``slug`` names the kind of problem and finds its text below; ``rule`` is the business rule that
    forbids the request, where one does.
    """

    def __init__(self, status: int, slug: str, rule: str | None = None, **values: object) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.rule = rule
        self.values = values

    def body(
        self, language: Language, errors: list[dict[str, object]] | None = None
    ) -> dict[str, object]:
        """The problem document."""
        title, detail = TEXTS[self.slug]
        document: dict[str, object] = {
            "type": f"urn:mimamori:problem:{self.slug}",
            "title": getattr(title, language),
            "status": self.status,
            "detail": getattr(detail, language).format(**self.values),
        }
        if self.rule:
            document["rule"] = self.rule
        if errors:
            document["errors"] = errors
        return document


TEXTS: dict[str, tuple[Text, Text]] = {
    "not-found": (
        Text("見つかりません", "Not found"),
        Text(
            "お探しのものは見つからないか、ご覧いただけません。",
            "What you are looking for does not exist, or is not yours to see.",
        ),
    ),
    "method-not-allowed": (
        Text("この操作はできません", "Method not allowed"),
        Text("この操作には対応していません。", "This address does not take this operation."),
    ),
    "invalid": (
        Text("入力内容をご確認ください", "Please check what you entered"),
        Text("送られた内容に誤りがあります。", "Something in the request is not as it should be."),
    ),
    "contractor-only": (
        Text("ご契約者のみの操作です", "For the contractor only"),
        Text(
            "カメラの追加と取り外しは、ご契約者だけができます。",
            "Only the contractor can add and remove cameras.",
        ),
    ),
    "no-room-watch": (
        Text("ご契約の対象外です", "Not part of your contract"),
        Text(
            "現在のご契約では、お部屋のみまもりをご利用いただけません。",
            "Your contract does not include room watch at present.",
        ),
    ),
    "too-many-cameras": (
        Text("カメラの台数が上限です", "No more cameras can be added"),
        Text(
            "登録できるカメラは{limit}台までです。ほかのカメラを取り外すと追加できます。",
            "Up to {limit} cameras can be linked. Remove one to add another.",
        ),
    ),
    "live-view-smart-camera-only": (
        Text("このカメラでは撮影できません", "Not with this camera"),
        Text(
            "今の様子を見る機能は、スマカメ(専用カメラ)だけで使えます。",
            "Looking in live works with the dedicated camera only.",
        ),
    ),
    "no-pictures-in-this-mode": (
        Text("撮影しないモードです", "No pictures in this mode"),
        Text(
            "「動きの情報のみ」のモードでは、写真を一切撮影しません。",
            "In motion-only mode no picture is ever taken.",
        ),
    ),
    "picture-on-device": (
        Text("写真はカメラの中にあります", "The picture is on the camera"),
        Text(
            "フォトコレクションのご契約がないため、写真は撮影したスマートフォンの中に保存されています。",
            "Without a photo collection contract the picture stays on the phone that took it.",
        ),
    ),
    "camera-not-ready": (
        Text("カメラがまだつながっていません", "The camera is not connected yet"),
        Text(
            "カメラの初期設定が終わってから、もう一度お試しください。",
            "Try again when the camera has been set up.",
        ),
    ),
    "against-the-rules": (
        Text("この手続きはできません", "This cannot be done"),
        Text(
            "ご契約の規約により、この手続きはお受けできません。",
            "The terms of the contract do not allow this.",
        ),
    ),
    "changed-meanwhile": (
        Text("もう一度お試しください", "Please try again"),
        Text(
            "同じご契約が同時に変更されました。もう一度お試しください。",
            "Somebody changed the same contract at this moment. Please try again.",
        ),
    ),
    "contract-holder-only": (
        Text("ご契約者のみの手続きです", "For the contractor only"),
        Text(
            "この手続きは、ご契約者だけができます。",
            "Only the contractor can do this.",
        ),
    ),
    "responder-only": (
        Text("訪問担当者のみの操作です", "For responders only"),
        Text(
            "この操作は、訪問担当者だけができます。",
            "Only those who go to homes can do this.",
        ),
    ),
    "staff-only": (
        Text("担当者のみの操作です", "For staff only"),
        Text(
            "この操作には、請求業務の担当者の権限が必要です。",
            "This takes the rights of billing staff.",
        ),
    ),
    "no-card-gateway": (
        Text("カードはまだご利用いただけません", "No cards at present"),
        Text(
            "カードでのお支払いは、現在受け付けておりません。口座振替をご利用ください。",
            "Cards are not taken at present. Please pay by bank transfer.",
        ),
    ),
    "gateway-unavailable": (
        Text("カード会社に接続できません", "The card gateway does not answer"),
        Text(
            "しばらくしてからもう一度お試しください。カードは登録されていません。",
            "Try again in a little while. No card was registered.",
        ),
    ),
    "card-unknown": (
        Text("カードを確認できません", "The card is not known"),
        Text(
            "カードの登録が完了していません。もう一度はじめからお試しください。",
            "The card was not registered to the end. Please begin again.",
        ),
    ),
    "bank-unknown": (
        Text("金融機関または支店が見つかりません", "No such bank or branch"),
        Text(
            "金融機関コードと支店コードをご確認ください。",
            "Please check the numbers of the bank and the branch.",
        ),
    ),
    "bad-notice": (
        Text("通知を確認できません", "The notice cannot be believed"),
        Text(
            "署名が正しくないか、内容を読み取れません。",
            "Its signature is wrong, or it cannot be read.",
        ),
    ),
    "file-gone": (
        Text("保存期間が過ぎました", "No longer kept"),
        Text(
            "口座振替の依頼ファイルは、保存期間が過ぎたため削除されました。",
            "The request file is kept for some weeks only; its time is over.",
        ),
    ),
    "internal": (
        Text("一時的な問題が起きています", "Something went wrong"),
        Text(
            "しばらくしてからもう一度お試しください。",
            "Please try again in a little while.",
        ),
    ),
}

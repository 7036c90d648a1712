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
    "not-in-contract": (
        Text("ご契約の対象外です", "Not part of your contract"),
        Text(
            "現在のご契約では、このサービスをご利用いただけません。",
            "Your contract does not include this service at present.",
        ),
    ),
    "not-a-camera": (
        Text("カメラではありません", "Not a camera"),
        Text("この操作は、カメラだけで使えます。", "This is possible with cameras only."),
    ),
    "too-many-devices": (
        Text("機器の台数が上限です", "No more devices can be added"),
        Text(
            "登録できるのは{limit}台までです。ほかの機器を取り外すと追加できます。",
            "Up to {limit} can be linked. Remove one to add another.",
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
    "applied-already": (
        Text("すでにお申し込みいただいています", "You applied for it already"),
        Text(
            "同じおうちに同じ商品のご契約またはお申し込みがあります。",
            "There is a contract or an application of this product for the same home.",
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
    "operator-only": (
        Text("センターの担当者のみの操作です", "For the call centre only"),
        Text(
            "この操作には、センターの担当者の権限が必要です。",
            "This takes the rights of the call centre's staff.",
        ),
    ),
    "no-home-check": (
        Text("在宅確認サポートの対象外です", "No home checks in your contract"),
        Text(
            "現在のご契約では、在宅確認サポートをご利用いただけません。",
            "Your contract does not include home checks at present.",
        ),
    ),
    "one-target-only": (
        Text("在宅確認先はお一人に限ります", "One person only"),
        Text(
            "在宅確認先は、すでに登録されています。別の方に変更すると、承諾の確認からやり直しになります。",
            "Somebody is registered already. To name somebody else, replace them; "
            "consent is then asked anew.",
        ),
    ),
    "not-close-family": (
        Text("二親等以内のご家族に限ります", "Close family only"),
        Text(
            "在宅確認先は、ご契約者の二親等以内のご家族に限ります。",
            "The person must be family of the contractor within the second degree.",
        ),
    ),
    "other-terms": (
        Text("利用規約をご確認ください", "Please accept the current terms"),
        Text(
            "現在の利用規約（{version}）への同意が必要です。",
            "The terms in force ({version}) must be accepted.",
        ),
    ),
    "call-too-early": (
        Text("まだ電話できません", "Too early to call"),
        Text(
            "2回目のお電話は、登録から3日目以降の、初回とは別の日にかけてください。",
            "The second call is made from the third day on, and on another day than the first.",
        ),
    ),
    "calling-hours": (
        Text("お電話の時間外です", "Outside calling hours"),
        Text(
            "承諾のお電話は、9時から20時までにかけてください。",
            "Consent calls are made between 9:00 and 20:00.",
        ),
    ),
    "task-answered": (
        Text("すでに完了しています", "Already done"),
        Text(
            "この作業は、{when}に{who}が完了しています。",
            "{who} did this already, at {when}.",
        ),
    ),
    "task-overdue": (
        Text("期限を過ぎています", "Too late"),
        Text(
            "この作業は期限（{when}）を過ぎ、次の手順に進んでいます。",
            "The time for this was over at {when}; things have moved on.",
        ),
    ),
    "task-withdrawn": (
        Text("この作業は不要になりました", "No longer needed"),
        Text(
            "状況が変わったため、この作業は取り下げられました。",
            "Things have changed; nobody need do this any more.",
        ),
    ),
    "task-taken": (
        Text("ほかの担当者が対応中です", "Somebody else is at it"),
        Text(
            "この作業は、ほかの担当者が対応しています。",
            "Another member of staff has taken this.",
        ),
    ),
    "no-such-responder": (
        Text("担当者が見つかりません", "No such responder"),
        Text("その担当者は登録されていません。", "Nobody is registered by this id."),
    ),
    "responder-busy": (
        Text("担当者は対応中です", "The responder is engaged"),
        Text(
            "その担当者は、ほかの依頼に対応しています。",
            "The responder is engaged by another case.",
        ),
    ),
    "runs-already": (
        Text("すでに対応中です", "Under way already"),
        Text(
            "このお宅の在宅確認は、すでに対応中です（{case}）。お電話があったことを記録しました。",
            "A home check of this home is under way ({case}). The call was written down.",
        ),
    ),
    "cannot-override": (
        Text("例外にできません", "No exception possible"),
        Text(
            "在宅確認先の登録がないため、例外としてお受けすることはできません。",
            "Nobody is registered, so there is no door to go to.",
        ),
    ),
    "too-late-to-cancel": (
        Text("中止できません", "Too late to call off"),
        Text(
            "すでに担当者が到着しているか、結果が出ています。",
            "Somebody is at the door already, or the result is there.",
        ),
    ),
    "no-picture": (
        Text("画像を読み取れません", "Not a picture"),
        Text(
            "署名はPNG、写真はJPEGの画像をお送りください。",
            "A signature is a PNG image, a photograph a JPEG image.",
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

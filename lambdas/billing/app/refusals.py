"""Why something cannot be done, in the words of whoever asked."""

from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.household import Language
from lambdas.shared.problems import Problem, Texts

JA: dict[str, str] = {
    "AL-37": "この商品では、そのお支払い方法をご利用いただけません。",
    "AL-38": "お支払い方法は口座振替のみです。",
    "AL-39": "お支払いは原則としてクレジットカードです。",
    "AL-40": "解約には、解約を希望される日（10年以内）が必要です。",
    "AL-42": "ステッカーは、番号ごとに一つのご契約先にだけお貸しできます。",
    "AL-44": "操作は暗証番号またはIDキーで行います。両方を同時に求めることはできません。",
    "AL-45": "IDキーとカードは、合わせて30本（枚）までです。",
    "AL-68": "この商品には、その機種のカメラがありません。",
    "AL-73": "解約のお申し出は、解約希望日の3か月前までにお願いいたします。",
    "AL-89": "この商品は単独ではお申し込みいただけません。パックをご利用ください。",
    "AL-92": "緊急連絡先は、1契約につき3名までです。",
    "DC-07": "新しいお申し込みは、新しいご契約になります。",
    "DC-15": "回線契約のない方は、インターネットからお申し込みください。",
    "DC-18": "スマカメは、1契約につき3台までです。",
    "DC-31": "ご利用の前に、利用者登録が必要です。",
    "G-07": "払い戻しは、請求で使われていない値引きの残額までです。",
    "HT-13": "お申し込みは、すでに処理されています。",
    "HT-14": "ご利用になる方、見守られる方、建物の権利者のご同意が必要です。",
    "HT-17": "センサーのご利用には、ルーターが必要です。",
    "HT-19": "お申し込みのときに指定された方だけがご利用いただけます。",
    "HT-28": "この商品では、そのお支払い方法をご利用いただけません。",
    "HT-40": "ご契約は、すでに終了しているか、解約を受け付けています。",
    "HT-43": "休止できるのは、ご利用中のときに、1か月から3か月まで（月単位）です。",
    "HT-46": "休止の延長は、休止中に、1か月から3か月まで（月単位）です。",
    "HT-47": "休止の延長は、休止期間が終わる月の末日までにお申し出ください。",
    "HT-50": "現在、休止していません。",
    "HT-54": "1年に3回目からの休止は、担当者が確認いたします。お電話でお申し付けください。",
    "HT-59": "交換する機器の記録がありません。",
    "HT-71": "返却された機器の記録がありません。",
    "HT-81": "アプリ内課金は、iOSアプリでのみご利用いただけます。",
    "HT-82": "アプリ内課金のご購入を確認できませんでした。",
    "A-15": "同じ出来事についてのお見舞金の申請を、すでに受け付けています。",
    "AL-64": "この商品には、お見舞金の制度がありません。",
    "AL-67": "店舗の部分は、お見舞金の対象外です。",
    "DC-35": "盗難、または空き巣の侵入による損害が、お見舞金の対象です。",
    "DC-36": "お見舞金は、申請、審査、承認の順に手続きします。",
    "A-28": "休止の延長は1回までです。",
}


class NotAllowed(Problem):
    """What the rules forbid, as the API answers it."""

    def __init__(self, forbidden: Forbidden) -> None:
        super().__init__(422, "against-the-rules", rule=forbidden.rule)
        self.why = forbidden.detail

    def body(
        self, language: Language, texts: Texts, errors: list[dict[str, object]] | None = None
    ) -> dict[str, object]:
        """The problem document, with the reason in the caller's words."""
        document = super().body(language, texts, errors)
        if language == "en":
            document["detail"] = f"{document['detail']} {self.why}"
        elif words := JA.get(self.rule or ""):
            document["detail"] = words
        return document

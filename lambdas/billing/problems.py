"""The words for what the routes of this context refuse."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
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
    "second-person": (
        Text("ほかの担当者の承認が必要です", "Another person has to agree"),
        Text(
            "ご自身の申請は承認できません。ほかの担当者が承認してください。",
            "Nobody agrees to their own proposal; somebody else has to.",
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
    "holder-letters": (
        Text("口座名義に使えない記号があります", "Signs that banks do not take"),
        Text(
            "口座名義には、カナ・英数字と ( ) - . / だけをお使いください。",
            "The name of who holds the account may have kana, letters, digits and ( ) - . / only.",
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
}

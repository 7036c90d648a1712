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
    "no-photograph": (
        Text("写真を読み取れません", "Not a photograph"),
        Text("写真はJPEGの画像をお送りください。", "A photograph is a JPEG image."),
    ),
    "invitation-accepted": (
        Text("この招待はすでに使われています", "This invitation was used already"),
        Text(
            "登録は済んでいます。メールアドレスとパスワードでログインしてください。",
            "The registration is done. Please log in with your mail address and password.",
        ),
    ),
    "invitation-expired": (
        Text("この招待は期限が過ぎています", "This invitation has expired"),
        Text(
            "招待は14日間有効です。ご契約者さま、または窓口に、もう一度招待をお申し付けください。",
            "An invitation is good for 14 days. Please ask the contractor, or us, for another one.",
        ),
    ),
    "invitation-withdrawn": (
        Text("この招待は取り消されています", "This invitation was withdrawn"),
        Text(
            "新しい招待メールが届いている場合は、そちらのリンクをお使いください。",
            "If a newer invitation came by mail, please use the link in that one.",
        ),
    ),
    "invited-otherwise": (
        Text("別のメールアドレスへの招待です", "The invitation is for another address"),
        Text(
            "いまログインしているアカウントではなく、招待メールが届いたアドレスでご登録ください。",
            "Please use the address that the invitation was sent to, not the login of this page.",
        ),
    ),
    "login-exists": (
        Text("このメールアドレスはすでに登録されています", "There is a login with this address"),
        Text(
            "いつものパスワードでログインすると、招待を受けられます。",
            "Please log in with your usual password, and accept the invitation then.",
        ),
    ),
    "weak-password": (
        Text("パスワードが条件に合っていません", "The password does not meet the conditions"),
        Text(
            "12文字以上で、英大文字・英小文字・数字・記号を入れてください。",
            "At least 12 characters, with upper and lower case letters, digits and symbols.",
        ),
    ),
    "has-a-login": (
        Text("すでに登録されています", "Registered already"),
        Text("この方は、招待を受けて登録が済んでいます。", "This person accepted already."),
    ),
    "no-address": (
        Text("メールアドレスがありません", "There is no mail address"),
        Text(
            "招待を送るには、メールアドレスの登録が必要です。",
            "An invitation needs a mail address.",
        ),
    ),
    "no-contract-yet": (
        Text("まだ招待できません", "Nobody can be invited yet"),
        Text(
            "招待できるのは、ご契約の成立から終了までです。",
            "People are invited to a contract that is made and not over.",
        ),
    ),
    "too-many-invitations": (
        Text("本日の招待の上限に達しました", "Enough invitations for today"),
        Text(
            "招待を送れるのは、ご契約ごとに1日5通までです。明日もう一度お試しください。",
            "Five invitations a day are sent for each contract. Please try again tomorrow.",
        ),
    ),
    "belongs-already": (
        Text("すでに登録されている方です", "Somebody you have already"),
        Text(
            "同じメールアドレスの方が、このご契約にいらっしゃいます。",
            "Somebody of this contract has the same mail address.",
        ),
    ),
    "too-many-watchers": (
        Text("これ以上は追加できません", "No more people"),
        Text("見守る方は20人までです。", "Twenty people watch at most."),
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

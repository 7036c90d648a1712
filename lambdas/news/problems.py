"""What the routes of lambdas/news refuse, in words."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
    "newsdesk-only": (
        Text("コールセンターの担当者のみの操作です", "For operators only"),
        Text(
            "お知らせの掲載には、担当者の権限が必要です。", "News takes the rights of an operator."
        ),
    ),
    "not-your-centre": (
        Text("担当のセンターではありません", "Not of your centre"),
        Text(
            "ご自分のセンターのお客さまへのお知らせだけを掲載できます。",
            "You may publish news for the homes of your own centre only.",
        ),
    ),
    "not-plain-text": (
        Text("使えない文字があります", "Characters that cannot be used"),
        Text(
            "見えない制御文字や、文字の向きを変える文字は使えません。件名は1行で書いてください。",
            "Control characters, and those that turn the direction of text, cannot be used; a "
            "title is one line.",
        ),
    ),
    "news-over": (
        Text("終わったお知らせです", "This is over"),
        Text(
            "取り下げたお知らせは、訂正も取り下げもできません。新しく掲載してください。",
            "What was withdrawn can be neither corrected nor withdrawn. Please publish it anew.",
        ),
    ),
    "news-exists": (
        Text("掲載済みのお知らせです", "Published already"),
        Text(
            "このお知らせは別の内容で掲載されています。訂正してください。",
            "This piece is published and says something else. Please correct it.",
        ),
    ),
    "ends-in-the-past": (
        Text("掲載の終わりが過去です", "It would be over already"),
        Text("掲載を終える日時は、今より後にしてください。", "Please let it end after now."),
    ),
}

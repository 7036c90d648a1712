"""The words for what the routes of activity refuse."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
    "times-need-internet": (
        Text("電話回線では定刻連絡をお使いいただけません", "No fixed times over a telephone line"),
        Text(
            "定刻連絡は、インターネット回線のお宅だけでご利用いただけます。"
            "定期連絡と異常通知をお使いください。",
            "Reports at fixed times need an Internet line. Reports by interval and notices of what"
            " is unusual work over yours.",
        ),
    ),
}

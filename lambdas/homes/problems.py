"""Words for what the routes of homes refuse."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
    "contract-in-force": (
        Text("ご契約が続いています", "A contract is in force"),
        Text(
            "ご契約が続いている間は、記録を消去できません。",
            "What is kept cannot be erased while a contract is in force.",
        ),
    ),
    "devices-linked": (
        Text("機器がつながっています", "Devices are linked"),
        Text(
            "先に、すべての機器を外してください。",
            "Please remove all devices first.",
        ),
    ),
    "still-a-member": (
        Text("まだ見守りに参加しています", "Still a member of a home"),
        Text(
            "先に、すべてのおうちから外れてください。",
            "They have to leave all homes first.",
        ),
    ),
    "second-person-needed": (
        Text("別の担当者の確認が必要です", "A second person is needed"),
        Text(
            "消去は、申し込みを受けた方とは別の担当者が確認します。",
            "An erasure is agreed to by somebody else than who asked for it.",
        ),
    ),
}

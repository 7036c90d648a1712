"""The words for what the routes of this context refuse."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
    "no-controller": (
        Text("コントローラーがありません", "No controller"),
        Text(
            "このご自宅のコントローラーは、まだつながっていません。",
            "The controller of this home has not been heard of yet.",
        ),
    ),
    "not-from-here": (
        Text("この方法では操作できません", "Not from here"),
        Text(
            "{what}は、ここからは操作できません。コントローラーで操作してください。",
            "{what} cannot be operated from here. Please use the controller.",
        ),
    ),
    "cannot-arm": (
        Text("警備を開始できません", "It cannot be armed"),
        Text("次の理由で開始できません（{why}）。", "It cannot be armed now ({why})."),
    ),
    "no-key": (
        Text("操作できる方ではありません", "Not for you to operate"),
        Text(
            "警備の操作は、ご契約者と、鍵をお持ちの方だけができます。",
            "Only the contractor and those who have a key may operate it.",
        ),
    ),
    "too-many-keys": (
        Text("登録できる本数を超えています", "Too many keys"),
        Text(
            "IDキーとフェリカカードは、合わせて30本（枚）までです。",
            "There may be 30 keys and cards together.",
        ),
    ),
    "not-both": (
        Text("両方を必須にはできません", "Not both together"),
        Text(
            "暗証番号とIDキーは、どちらか一方で操作します。両方を必須にすることはできません。",
            "It is operated by code or by key. Both together cannot be required.",
        ),
    ),
    "code-taken": (
        Text("その番号は登録済みです", "It is taken"),
        Text(
            "その暗証番号・キーは、すでに登録されています。",
            "This code or key is registered already.",
        ),
    ),
    "always-told": (
        Text("お知らせを止められません", "Always told"),
        Text(
            "脅迫時の暗証番号の操作は、お知らせを止められません。",
            "The use of a code of duress is always told.",
        ),
    ),
    "code-unfit": (
        Text("その暗証番号は使えません", "This code cannot be used"),
        Text(
            "暗証番号は4桁から8桁の数字です。続き番号や同じ数字だけのもの、ほかの番号に近いものは使えません。",
            "A code has 4 to 8 digits, not in a row nor all the same, and is not next to another.",
        ),
    ),
    "not-in-emergency": (
        Text("閲覧できません", "Not to be read"),
        Text(
            "救急情報は、救急の事案が進んでいる間だけ閲覧できます。",
            "The medical file may be read only while an emergency is open.",
        ),
    ),
    "not-silent": (
        Text("通信は回復しています", "It is heard again"),
        Text(
            "このご自宅のコントローラーとは、通信できています。",
            "The controller of this home is heard.",
        ),
    ),
    "too-many-contacts": (
        Text("緊急連絡先の人数が上限です", "No more emergency contacts"),
        Text(
            "現在のご契約で登録できる緊急連絡先は{limit}名までです。",
            "Your contract keeps up to {limit} emergency contacts.",
        ),
    ),
    "silence-taken": (
        Text("ほかの担当者が受けています", "Somebody else has it"),
        Text("受けた担当者か責任者だけが戻せます。", "Who took it, or a leader, gives it back."),
    ),
    "installers-only": (
        Text("委託先の担当者のみの画面です", "For companies that install"),
        Text(
            "工事を委託された会社の担当者だけが見られます。",
            "Only companies that works were given to see this.",
        ),
    ),
    "callers-only": (
        Text("閲覧のみの権限です", "You may look only"),
        Text(
            "電話の記録は、コールセンターの担当者だけができます。",
            "Only operators of the call centre phone, and note what was learned.",
        ),
    ),
    "unknown-area": (
        Text("区画がありません", "No such area"),
        Text("その区画はありません。", "There is no such area."),
    ),
    "centre-only": (
        Text("センターの担当者のみの操作です", "For the centre only"),
        Text("この操作は、ガードセンターだけができます。", "Only the guard centre can do this."),
    ),
}

"""The words for what the routes of this context refuse."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
    "nothing-to-correct": (
        Text("訂正するものがありません", "There is nothing to correct"),
        Text(
            "まだ結果の報告がありません。",
            "Nothing has been reported yet.",
        ),
    ),
    "responder-only": (
        Text("訪問担当者のみの操作です", "For responders only"),
        Text(
            "この操作は、訪問担当者だけができます。",
            "Only those who go to homes can do this.",
        ),
    ),
    "operator-only": (
        Text("センターの担当者のみの操作です", "For the call centre only"),
        Text(
            "この操作には、センターの担当者の権限が必要です。",
            "This takes the rights of the call centre's staff.",
        ),
    ),
    "leader-only": (
        Text("責任者のみの操作です", "For leaders only"),
        Text("この操作は、責任者だけができます。", "Only a leader can do this."),
    ),
    "case-closed": (
        Text("すでに終わった事案です", "The case is closed"),
        Text("この事案は終わっています。", "This case is closed."),
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
    "not-qualified": (
        Text("必要な資格がありません", "Not qualified"),
        Text(
            "この依頼に必要な資格を、その担当者は持っていません。",
            "The responder does not hold the qualification that this case needs.",
        ),
    ),
    "shift-over": (
        Text("勤務の終わりをご確認ください", "Check the end of the shift"),
        Text(
            "勤務の終わりは、始まりといまの時刻よりあとにしてください。",
            "A shift ends after it begins, and after the present moment.",
        ),
    ),
    "runs-already": (
        Text("すでに対応中です", "Under way already"),
        Text(
            "このお宅の在宅確認は、すでに対応中です（{case}）。お電話があったことを記録しました。",
            "A home check of this home is under way ({case}). The call was written down.",
        ),
    ),
    "under-way-elsewhere": (
        Text("すでに対応中です", "Under way already"),
        Text(
            "同じ方の在宅確認が、別のご契約で対応中です（{case}）。",
            "A home check of the same person is under way for another contract ({case}).",
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
}

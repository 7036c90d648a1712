"""The words for what the routes of this context refuse."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
    "not-identified": (
        Text("ご本人を確認できません", "Not identified"),
        Text(
            "誤操作として取り消すには、登録された暗証の言葉かお名前が必要です。",
            "To call it a mistake, the password or a registered name is needed.",
        ),
    ),
    "no-dispatch": (
        Text("駆けつけの対象外です", "Nobody can be sent"),
        Text(
            "現在のご契約には、ご依頼による駆けつけが含まれていません。",
            "The contract does not include that somebody is sent on request.",
        ),
    ),
    "dispatch-runs-already": (
        Text("すでに駆けつけを受け付けています", "It runs already"),
        Text(
            "このご契約の駆けつけ（{case}）が進んでいます。",
            "For this contract {case} is under way.",
        ),
    ),
    "other-price": (
        Text("料金をご確認ください", "Another price"),
        Text(
            "お伝えした料金が、この事案の料金と異なります。あらためてお伝えください。",
            "The price that was told is not that of this case. Please tell it anew.",
        ),
    ),
    "no-empty-home": (
        Text("るすたくの対象外です", "No visits in your contract"),
        Text(
            "現在のご契約では、るすたくをご利用いただけません。",
            "Your contract does not include visits to the empty home.",
        ),
    ),
    "no-ventilation": (
        Text("換気サービスの対象外です", "No airing in your contract"),
        Text(
            "換気サービスは、るすたくとホームセキュリティの両方をご契約の方に限ります。",
            "Airing is for those who have both Rusutaku and Home Security.",
        ),
    ),
    "not-surveyed": (
        Text("お宅の確認が済んでいません", "The home was not surveyed yet"),
        Text(
            "訪問できる地域かどうかを、センターが確認しています。",
            "Our centre has still to see whether we can come there.",
        ),
    ),
    "not-served": (
        Text("訪問できない地域です", "We do not come there"),
        Text(
            "一部の島や山間部のお宅には、お伺いできません。",
            "Some islands and mountains are left out.",
        ),
    ),
    "electricity-unknown": (
        Text("電気の確認が済んでいません", "Is there electricity?"),
        Text(
            "電気をお使いいただけるかどうかを、センターが確認しています。",
            "Our centre has still to see whether electricity can be used.",
        ),
    ),
    "no-electricity": (
        Text("電気が使えません", "No electricity"),
        Text(
            "サービスの開始には、お宅で電気が使えることが必要です。",
            "Electricity must be usable in the home before the service begins.",
        ),
    ),
    "only-in-japan": (
        Text("転送先は国内に限ります", "Within Japan only"),
        Text(
            "投函物の転送先は、日本国内に限ります。",
            "What is in the mailbox is sent on within Japan only.",
        ),
    ),
    "too-late-to-plan": (
        Text("日付をご確認ください", "Please check the days"),
        Text("訪問は、翌日以降の日をお選びください。", "Visits are planned from tomorrow on."),
    ),
    "too-far-ahead": (
        Text("日付をご確認ください", "Please check the days"),
        Text("訪問は、1年先まで予定できます。", "Visits are planned up to a year ahead."),
    ),
    "day-twice": (
        Text("日付をご確認ください", "Please check the days"),
        Text("同じ日が2回選ばれています。", "One day was chosen twice."),
    ),
    "window": (
        Text("時間帯をご確認ください", "Please check the hours"),
        Text(
            "訪問の時間帯は、7時から20時までの間で、2時間以上にしてください。",
            "The hours must lie between 7:00 and 20:00, two hours at least.",
        ),
    ),
    "planned-already": (
        Text("すでに予定があります", "Planned already"),
        Text(
            "お選びの日のいずれかに、同じ訪問の予定があります。",
            "There is a visit of this kind on one of these days.",
        ),
    ),
    "day-not-planned": (
        Text("予定がありません", "Nothing is planned"),
        Text(
            "その日の訪問は、予定されていないか、すでに始まっています。",
            "No visit is planned on that day, or it has begun.",
        ),
    ),
    "too-early": (
        Text("まだ時間になっていません", "Too early"),
        Text(
            "この訪問の時間帯になっていません。",
            "It is not yet time for this visit.",
        ),
    ),
    "not-within-case": (
        Text("時刻をお確かめください", "Please check the time"),
        Text(
            "時刻を書けるのは担当者の仕事だけで、事案の始まりからいままでの時刻に限ります。",
            "A time may be given only for what a responder does, between the case's beginning and "
            "now.",
        ),
    ),
    "items-missing": (
        Text("確認項目をご記入ください", "Something is missing"),
        Text(
            "すべての確認項目について、見たことを記入してください。",
            "Please say of every item what you saw.",
        ),
    ),
    "not-the-wish": (
        Text("ご希望と異なります", "Not what was wished"),
        Text(
            "投函物の扱いが、ご契約者様のご希望と異なります。",
            "The contractor wished something else for what is in the mailbox.",
        ),
    ),
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
            "このお電話は、{when}からかけてください。おかけするのは1日に1回までで、"
            "2回目は、登録から3日目以降の、初回とは別の日です。",
            "This call is made from {when} on. Nobody is called twice a day, and the second call "
            "is made from the third day on, on another day than the first.",
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

"""What a guard or a visitor reported was not true: it is corrected, told anew, charged as it is."""

from typing import Any

import pytest

from lambdas.dispatch import staff_api, visit_api
from lambdas.shared.events import DispatchSettled, EmptyHomeVisited
from tests.integration.centre import KENJI, OPERATOR, Centre
from tests.integration.conftest import HANAKO, HOME, Answer
from tests.integration.test_alarms import guarded, published, raised
from tests.integration.test_patrols import DONE, ITEMS, away, morning, planned
from tests.integration.test_patrols import WRONG as HOME_WRONG
from tests.integration.test_requested import ONLINE, WRONG, agreed, late, security, went
from tests.notices import mailed

NOTHING = {"outcome": "nothing_wrong"}


def corrects(
    centre: Centre, number: str, report: Any, reason: str = "隣の家でした", person: str = OPERATOR
) -> Answer:
    path = f"/dispatch/cases/{number}/correction"
    body = {"reason": reason, "report": report}
    return centre.ask(staff_api.handler, "POST", path, person, body)


def owed(centre: Centre, kind: type[Any] = DispatchSettled) -> list[tuple[int, bool]]:
    """What billing was told, each once: edition, and whether it is void."""
    return list(dict.fromkeys((one.edition, one.void) for one in published(centre, kind)))


@pytest.mark.rule("AL-14", "AL-23", "A-41", "G-07", "G-08")
@pytest.mark.parametrize("closed", [True, False])
def test_a_guards_report_is_corrected_and_told_anew(centre: Centre, closed: bool) -> None:
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    went(centre, number)
    assert corrects(centre, number, NOTHING).status == 422, "nothing was reported"
    centre.did(f"{number}.visit-1", KENJI, **WRONG)
    if closed:
        centre.did(f"{number}.tell-1", outcome="told")
        assert centre.end_of(number) == "異常あり"
    assert corrects(centre, number, NOTHING, person=KENJI).status == 403
    assert corrects(centre, number, {"outcome": "abnormal"}).status == 422, "a note is missing"
    centre.told()
    for _ in range(2):
        assert corrects(centre, number, NOTHING).status == 200
    assert centre.events(number).count("corrected") == 1
    assert centre.case(number).open
    assert centre.told() == ["staff_breach", "visits.dispatch_corrected"]
    assert "異常はありません" in mailed(centre.mails[-1]).text
    task = f"{number}.tell-{2 if closed else 1}"
    assert "訂正いたします" in centre.ask_task(task)["script"]
    picture = f"/homes/{HOME}/visits/{number}/images/photo"
    assert centre.ask(visit_api.handler, "GET", picture, HANAKO).status == 404, "another's house"
    centre.did(task, outcome="told")
    assert centre.end_of(number) == "異常なし"
    assert owed(centre) == [(0, False), (1, False)]
    assert corrects(centre, number, None, "誰も行っていません").status == 200
    assert centre.case(number).state.result == "impossible"
    assert "料金はかかりません" in mailed((centre.told(), centre.mails[-1])[1]).text
    assert owed(centre)[-1] == (2, True), "nobody went: nothing is owed"


@pytest.mark.rule("AL-14", "AL-22")
def test_an_alarms_report_is_corrected(centre: Centre) -> None:
    guarded(centre, KENJI)
    number = raised(centre)
    went(centre, number)
    centre.did(f"{number}.visit-1", KENJI, outcome="reported", report=NOTHING)
    centre.did(f"{number}.tell-1", outcome="told")
    centre.told()
    true = {"outcome": "abnormal", "note": "裏の窓が割れていました"}
    assert corrects(centre, number, true, "裏を見ていませんでした").status == 200
    assert centre.told() == ["staff_breach", "alarm.corrected"]
    assert "authority-1" in centre.todo(number), "110 is weighed (AL-01)"
    assert "訂正いたします" in centre.ask_task(f"{number}.tell-2")["script"]
    centre.did(f"{number}.tell-2", outcome="told")
    assert centre.end_of(number) == "異常あり"


@pytest.mark.rule("AL-84", "AL-85", "G-08")
def test_a_visits_report_is_corrected(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI, hours=9.5)
    centre.did(f"{number}.visit-1", KENJI, **HOME_WRONG)
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "異常あり"
    centre.told()
    lacking = {"outcome": "done", "seen": {"locks": "ok"}}
    assert corrects(centre, number, lacking).body["rule"] == "AL-84"
    assert corrects(centre, number, DONE["report"]).status == 200
    assert centre.told() == ["staff_breach", "visits.visit_corrected"]
    text = mailed(centre.mails[-1]).text
    assert "異常はありませんでした" in text
    assert "窓ガラスの破損：異常なし" in text
    assert "訂正いたします" in centre.ask_task(f"{number}.tell-2")["script"]
    centre.did(f"{number}.tell-2", outcome="told")
    assert centre.end_of(number) == "異常なし"
    abnormal = {**HOME_WRONG["report"], "seen": {**ITEMS, "locks": "ng"}}  # type: ignore[dict-item]
    assert corrects(centre, number, abnormal, "錠が壊れていました").status == 200
    assert centre.case(number).state.result == "abnormal"
    assert corrects(centre, number, None, "誰も行っていません").status == 200
    assert centre.case(number).state.result == "not_done"
    assert "お伺いできません" in mailed((centre.told(), centre.mails[-1])[1]).text
    expected = [(0, False), (1, False), (2, False), (3, True)]
    assert owed(centre, EmptyHomeVisited) == expected


def test_a_true_report_after_giving_up_is_told_by_telephone_too(centre: Centre) -> None:
    """The family was told that nobody could come; then it turns out that something is wrong."""
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.did(late(centre, number), outcome="give_up", why="連絡がつきません")
    centre.did(f"{number}.tell-1", outcome="told")
    centre.did(f"{number}.visit-1", KENJI, **WRONG)
    assert centre.todo(number) == ["tell-2"]

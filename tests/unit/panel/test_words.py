"""Whatever the panel has to say, it has words for in both languages (AL-55)."""

from typing import get_args

import pytest

from iot.messages import panel_facts as f
from iot.panel import words
from iot.panel.outcomes import PRIORITY, AlarmKind, Obstacle
from tests.panel import SETTINGS, House


@pytest.mark.rule("AL-55")
def test_every_obstacle_and_every_alarm_has_words_in_both_languages() -> None:
    whys = get_args(Obstacle.model_fields["why"].annotation)
    assert set(whys) == set(words.OBSTACLES)
    for why in whys:
        one = Obstacle(why=why, area="home", sensor="window")
        said = {words.obstacle(one, SETTINGS, language) for language in ("ja", "en")}
        assert len(said) == 2
        assert not any("{" in text for text in said)
    assert set(PRIORITY) == set(get_args(AlarmKind)) == {*words.ALARMS, "duress"}


@pytest.mark.rule("AL-19", "AL-55")
def test_what_happens_is_said_with_the_names_that_people_gave() -> None:
    house = House()
    house.sense(0, "window")
    refused = house.arm(1)
    assert words.spoken(refused, SETTINGS, "ja") == ["居間の窓が開いています。"]
    begun = house.arm(2, bypass={"window": "換気"})
    assert words.spoken(begun, SETTINGS, "ja") == [
        "外出ALSOK警備を開始します。60秒以内に外出してください。"
    ]
    house.wait(99)
    assert words.spoken(house.sense(100, "hall"), SETTINGS, "en") == [
        "廊下 noticed an intrusion. Please disarm.",
        "The guard centre will call you.",
    ]
    wrong = house.tell(101, f.WrongCode, source="keypad")
    assert words.spoken(wrong, SETTINGS, "ja") == ["暗証番号が違います。"]


def test_a_code_of_duress_sounds_like_any_other() -> None:
    said = []
    for duress in (False, True):
        house = House()
        house.arm(0)
        house.sense(100, "window")
        before = house.panel
        came = house.disarm(101, duress=duress)
        said.append((words.spoken(came, SETTINGS, "ja"), words.aborted(before, house.panel, "ja")))
    assert said[0] == said[1] == (["警備を解除しました。"], ["警報を取り消しました。"])

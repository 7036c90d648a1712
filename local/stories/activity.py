"""A day and a night of a grandmother, as her family far away reads them.

A sensor at home says what it counts, minute by minute; the family is told when she is away for
long, one of them looks after it, and all know when she is back.
"""

import tempfile
import threading
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from iot.agent.device.identity import Claim
from iot.agent.device.measuring import Config, MeasuringDevice
from iot.agent.sensor.recording import DAY, Recording, simulated
from iot.agent.sensor.replay import Replay
from iot.policies import template_name
from lambdas.shared.aws.directory import Directory
from lambdas.shared.calendar import JST, in_japan
from lambdas.shared.household import Contract, Home
from local import seed
from local.cloud import LocalCloud
from local.person import Person
from local.stories.camera import cloud_clock
from local.stories.telling import Telling, quoted, stay, text, until

STEPS = {
    "provisioned": "the sensor got its own certificate",
    "backlog": "what it counted before it had a network is there, minute by minute (HT-07)",
    "night": "太郎 reads how she slept, with how far off it may be (HT-10, HT-90)",
    "morning": "太郎 reads the report that he wants at half past eight (定刻連絡, AL-63)",
    "out": "she goes out at nine; the page says so (HT-08)",
    "told": "away for long: 太郎 is told after six hours, 花子 after twelve (HT-11)",
    "acknowledged": "花子 looks after it, and 太郎 is told (HT-11)",
    "back": "she is back at eleven at night, and both are told once (HT-11)",
    "asleep": "she sleeps",
    "refused": "a stranger and an anonymous visitor see nothing of it",
}
PAST = 9
"""Days that the sensor was at home before it had a network."""
SINCE, BACK = 9 * 60, 23 * 60
"""Minutes of the day on which she is out."""


def life() -> Recording:
    """A simulated home; on the last of its days she is out from nine to eleven at night."""
    recorded = simulated("retired, motion sensors", 3, PAST + 2)
    begin = PAST * DAY
    sensors = {}
    for name, (kind, counts) in recorded.sensors.items():
        mine = counts.copy()
        mine[begin + SINCE + 1 : begin + BACK] = 0
        if kind == "door":
            mine[begin + 6 * 60 : begin + DAY] = 0
            mine[[begin + SINCE, begin + BACK]] = 1
        sensors[name] = kind, mine
    living = sensors["living"][1]
    living[begin + SINCE - 60 : begin + SINCE : 4] = 2
    living[begin + BACK + 1 : begin + BACK + 30 : 3] = 2
    return Recording({name: (kind, np.asarray(mine)) for name, (kind, mine) in sensors.items()})


def tell(cloud: LocalCloud, once: bool) -> bool:
    """Whether every step was observed."""
    with tempfile.TemporaryDirectory(prefix="mimamori-sensor-") as folder:
        story = _Day(cloud, Path(folder))
        try:
            story.begin()
            story.night()
            story.day()
            story.evening()
            if not once:
                stay(cloud, f"{cloud.seeded['family']}  or  {cloud.seeded['contractor']}")
        except (AssertionError, LookupError, TimeoutError) as error:
            story.tell(f"{type(error).__name__}: {error}", "✗")
        finally:
            story.end()
    return story.ended_well()


class _Day(Telling):
    """The story with its people and its sensor."""

    def __init__(self, cloud: LocalCloud, folder: Path) -> None:
        super().__init__(STEPS)
        self._cloud, self._folder = cloud, folder
        self._home = cloud.seeded["home"]
        day = in_japan(cloud.now()).date() + timedelta(days=1)
        self._midnight = datetime.combine(day, time(), JST)
        self._thread: threading.Thread | None = None

    def _person(self, who: str) -> Person:
        found = Person(self._cloud.web_url or "")
        return found.log_in(self._cloud.seeded[who], self._cloud.seeded["password"])

    def begin(self) -> None:
        """A contract, a sensor, and what it knows already."""
        cloud = self._cloud
        cloud.advance((self._midnight - timedelta(minutes=30)).isoformat())
        subscribe(cloud, self._home)
        hanako, taro = self._person("contractor"), self._person("family")
        asked = {"name": "居間のセンサー", "kind": "activity-sensor"}
        added = hanako.send("POST", f"/homes/{self._home}/devices", asked)
        self.tell(f"花子 adds a sensor in the app; its setup code is {added['setup_code']}")
        wanted = {"absence_hours": 6, "times": ["08:30"]}
        taro.send("PUT", f"/homes/{self._home}/activity/preferences", wanted)
        since = self._midnight - timedelta(days=PAST)
        self._replay = Replay(life(), since, since)
        box = cloud.seeded["claim"]
        claim = Claim(
            Path(box["certificate"]), Path(box["key"]), "SN-0001", added["setup_code"],
            template_name("sensor"),
        )  # fmt: skip
        config = Config(
            "sensor", cloud.mqtt_host, cloud.mqtt_port, cloud.ca_file, self._folder / "id", claim
        )
        self._sensor = MeasuringDevice(
            config, self._replay, cloud_clock(cloud), lambda name, about: self._heard(name, about)
        )
        self._thread = threading.Thread(target=self._sensor.run, name="sensor", daemon=True)
        self._thread.start()
        until("the sensor's certificate", lambda: self.seen.get("provisioned"))
        self._go_to(0, 30)
        day = (self._midnight - timedelta(days=2)).date().isoformat()
        shown = self._person("family").get(f"/homes/{self._home}/activity/days/{day}")
        known = sum(1 for one in shown["firings"] if one is not None)
        assert known == DAY, known
        self.observe("backlog", f"{PAST} days, {known} minutes of {day}")

    def _heard(self, name: str, about: Any) -> None:
        if name == "provisioned":
            self.observe("provisioned", str(about["thing"]))

    def night(self) -> None:
        """What is known in the morning."""
        self._go_to(8, 15)
        taro = self._person("family")
        shown = taro.get(f"/homes/{self._home}/activity")
        night = shown["night"]
        assert night, shown
        asleep, sd = night["asleep_minutes"], night["sd_minutes"]
        times = f"{_clock(night['bed'])}〜{_clock(night['up'])}"
        self.observe("night", f"およそ{asleep // 60}時間{asleep % 60}分（±{sd}分）、{times}")
        self._go_to(8, 45)
        self._mail("morning", "family", "みまもりのご連絡")

    def day(self) -> None:
        """She goes out, and does not come back for long."""
        self._go_to(11, 0)
        shown = self._person("family").get(f"/homes/{self._home}/activity")
        assert shown["state"] == "away", shown["state"]
        self.observe("out", f"お留守、{_clock(shown['since'])}ごろから")
        self._go_to(15, 30)
        self._mail("told", "family", "お留守のよう")
        assert not self._mails("contractor", "お留守のよう")
        self._go_to(21, 30)
        self._mail("told", "contractor", "お留守のよう")
        hanako = self._person("contractor")
        (lasting,) = hanako.get(f"/homes/{self._home}/activity/notices")["notices"]
        path = f"/homes/{self._home}/activity/notices/{lasting['topic']}/{lasting['number']}"
        hanako.send("POST", f"{path}/acknowledgement")
        self._cloud.settle()
        self._mail("acknowledged", "family", "確認しています")

    def evening(self) -> None:
        """She is back, and sleeps."""
        self._go_to(24, 0)
        self._mail("back", "family", "お戻り")
        self._mail("back", "contractor", "お戻り")
        self._go_to(28, 0)
        path = f"/homes/{self._home}/activity"
        shown = self._person("family").get(path)
        assert shown["state"] == "sleep", shown["state"]
        self.observe("asleep", f"お休みのようです、{_clock(shown['since'])}ごろから")
        stranger = self._person("stranger").request("GET", path).status
        nobody = Person(self._cloud.web_url or "").request("GET", path).status
        assert (stranger, nobody) == (404, 401)
        self.observe("refused", "404 and 401")
        for who in ("family", "contractor"):
            told = len(self._mails(who, "お留守のよう")), len(self._mails(who, "お戻り"))
            assert told == (1, 1), (who, told)

    def end(self) -> None:
        """Stop the sensor."""
        if self._thread:
            self._sensor.stop()
            self._thread.join(timeout=15)

    def _go_to(self, hour: int, minute: int) -> None:
        """Let time pass by ten minutes, with the sensor saying what it counts."""
        end = self._midnight + timedelta(hours=hour, minutes=minute)
        while (now := self._cloud.now()) < end:
            step = min(end, now + timedelta(minutes=10))
            self._cloud.advance(step.isoformat())
            until("the sensor's word", partial(self._told, step), patience=300)
            self._cloud.settle()

    def _told(self, at: datetime) -> bool | None:
        """True once the sensor has said all up to a few minutes before ``at``."""
        told = self._replay.told_until
        late = told is None or at - told > timedelta(minutes=6)
        return None if late or self._sensor.waiting else True

    def _mails(self, who: str, words: str) -> list[Any]:
        return [
            one for one in self._cloud.mails(self._cloud.seeded[who]) if words in one["Subject"]
        ]

    def _mail(self, step: str, who: str, words: str) -> None:
        (mail,) = self._mails(who, words)
        self.observe(step, f"{who}: {mail['Subject']}\n{quoted(text(mail))}")


def subscribe(cloud: LocalCloud, home: str) -> None:
    """The home gets a contract of ドシテル, as billing would publish it."""
    found = Directory(cloud.outputs["MimamoriData.DirectoryTable"], cloud.table).home(home)
    assert isinstance(found, Home)
    contract = Contract(
        id="contract-doshiteru",
        product="doshiteru",
        features=frozenset({"activity", "sleep", "absence-notice"}),
        limits={"sensor": 1},
        starts=cloud.now() - timedelta(days=PAST + 1),
    )
    seed.publish(cloud, found.model_copy(update={"contracts": (*found.contracts, contract)}))


def _clock(instant: str | None) -> str:
    return f"{in_japan(datetime.fromisoformat(instant)):%-H:%M}" if instant else "?"

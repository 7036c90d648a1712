"""The alarm panel once more, as slowly and plainly as possible: second by second, with counters.

Shares nothing with iot/panel but the models of settings and facts. Nothing here knows an instant: a
timer is a number that goes down, an age a number that goes up, so that setting the clock cannot
matter. An outcome is a tuple of words; `told` writes those of iot/panel in the same way.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from iot.messages import panel_facts as f
from iot.panel.outcomes import Alarm, AnyOutcome, Ended, Operated, Refused, Signal
from tests.panel import NOON

Row = tuple[Any, ...]


def told(outcomes: Iterable[AnyOutcome]) -> list[Row]:
    """Outcomes as rows."""
    rows: list[Row] = []
    for one in outcomes:
        head = (one.what, one.number, one.at)
        match one:
            case Alarm():
                rows.append((*head, one.kind, one.report, one.area, one.sensor, one.loud,
                             one.exit_error, one.incident))  # fmt: skip
            case Signal():
                rows.append((*head, one.kind, one.sensor, one.detail))
            case Operated():
                rows.append((*head, one.phase, one.area, one.mode, one.monitoring))
            case Ended():
                rows.append((*head, one.how, one.area, one.incident))
            case Refused():
                whys = [(o.why, o.area, o.sensor) for o in one.obstacles]
                rows.append((*head, one.action, whys))
    return rows


def blank() -> dict[str, Any]:
    """An area that is disarmed."""
    return {
        "phase": "disarmed", "mode": None, "monitoring": None, "timer": None, "source": None,
        "cause": 0, "sensor": None, "error": False, "door_moved": False, "door_closed": False,
        "again": False, "bypass": set(), "trips": {}, "noticed": {}, "incident": None,
        "abort": 0, "life": None, "life_fact": 0, "life_told": False,
    }  # fmt: skip


class Brute:
    """A panel. `second` lets one second pass, then takes that second's facts."""

    def __init__(self, journal: str) -> None:
        self.journal = journal
        self.seconds = -1
        self.offset = timedelta(0)
        self.rows: list[Row] = []
        self.settings: Any = None
        self.areas: dict[str, dict[str, Any]] = {}
        self.active: set[str] = set()
        self.tampered: set[str] = set()
        self.lost: dict[str, int] = {}
        self.weak: set[str] = set()
        self.flat: set[str] = set()
        self.unbelieved: dict[str, int] = {}
        self.sirens: dict[str, int] = {}
        self.box_open = False
        self.mains, self.battery_low = True, False
        self.internet, self.lte, self.radio = True, None, True
        self.wrong = 0
        self.lock = 0
        self.settling: int | None = None
        self.test: int | None = None
        self.heard: set[str] = set()
        self.passed = False
        self.jammed = False
        self.commands: list[str] = []
        self.last = 0

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds) + self.offset

    def siren(self) -> str | None:
        on = {kind for kind, left in self.sirens.items() if left > 0}
        if any(area["phase"] == "triggered" for area in self.areas.values()):
            on.add("intrusion")
        for kind in ("fire", "gas", "emergency", "intrusion"):
            if kind in on:
                return kind
        return None

    def phases(self) -> dict[str, tuple[Any, Any, Any]]:
        return {i: (a["phase"], a["mode"], a["monitoring"]) for i, a in self.areas.items()}

    # -- time

    def second(self, facts: Iterable[Any] = ()) -> None:
        self.seconds += 1
        self._pass()
        for fact in facts:
            if isinstance(fact, f.ClockSet):
                self.offset += fact.at - fact.before
            self.last = fact.number
            getattr(self, "_" + type(fact).__name__.lower())(fact)

    def _pass(self) -> None:
        self.lock = max(0, self.lock - 1)
        self.sirens = {kind: left - 1 for kind, left in self.sirens.items() if left > 1}
        self.lost = {name: age + 1 for name, age in self.lost.items()}
        if self.settling is not None:
            self.settling -= 1
        if self.test is not None:
            self.test -= 1
        for area in self.areas.values():
            if area["timer"] is not None:
                area["timer"] -= 1
            area["abort"] = max(0, area["abort"] - 1)
            area["noticed"] = {name: age + 1 for name, age in area["noticed"].items()}
            if area["life"] is not None:
                area["life"] += 1
        if self.settling == 0:
            self.settling = None
            for sensor in self.settings.sensors if self.settings else ():
                number = self.unbelieved.pop(sensor.name, 0)
                if number and sensor.name in self.active:
                    self._notice(sensor, number, False)
        if self.test == 0:
            self._finish_test(self.last)
        for id in sorted(self.areas):
            area = self.areas[id]
            if area["timer"] == 0:
                {"arming": self._gone, "pending": self._late, "triggered": self._quiet}[
                    area["phase"]
                ](id, area)
        for id in sorted(self.areas):
            area = self.areas[id]
            away = area["phase"] != "disarmed" and area["mode"] == "away"
            if area["life"] is None or area["life_told"] or away:
                continue
            if area["life"] >= self._times(id).rhythm:
                area["life_told"] = True
                self._alarm("life_rhythm", area["life_fact"], id, None)

    def _gone(self, id: str, area: dict[str, Any]) -> None:
        area["phase"], area["timer"] = "armed", None
        if self.settings.stay and not area["door_moved"] and area["source"] in ("keypad", "reader"):
            area["mode"] = "home"
        area["sensor"] = None
        self._operated(id, area["cause"])
        for sensor in self.settings.sensors:
            if sensor.area != id or sensor.kind not in ("door", "window"):
                continue
            if sensor.name in self.active and self._listens(sensor):
                area["phase"], area["timer"] = "pending", self._times(id).entry
                area["sensor"], area["error"] = sensor.name, True
                return

    def _late(self, id: str, area: dict[str, Any]) -> None:
        self._trip(id, area["sensor"], area["cause"], area["error"])

    def _on_the_premises(self, id: str, name: str, number: int) -> None:
        area = self.areas[id]
        area["trips"][name] = area["trips"].get(name, 0) + 1
        self._alarm("premises", number, id, name)

    def _quiet(self, id: str, area: dict[str, Any]) -> None:
        area["phase"], area["timer"], area["error"] = "armed", None, False

    # -- helpers

    def _times(self, id: str) -> Any:
        return next((area.times for area in self.settings.areas if area.id == id), None)

    def _find(self, name: str | None) -> Any:
        for sensor in self.settings.sensors if self.settings else ():
            if sensor.name == name:
                return sensor
        return None

    def _listens(self, sensor: Any) -> bool:
        area = self.areas[sensor.area]
        if area["phase"] == "disarmed" or area["mode"] in sensor.left_out:
            return False
        return sensor.name not in area["bypass"]

    def _signal(self, kind: str, number: int, sensor: Any = None, detail: str = "") -> None:
        name = sensor.name if sensor else None
        self.rows.append(("signal", number, self.now, kind, name, detail))

    def _operated(self, id: str, number: int) -> None:
        area = self.areas[id]
        self.rows.append(
            ("operated", number, self.now, area["phase"], id, area["mode"], area["monitoring"])
        )

    def _alarm(
        self, kind: str, number: int, id: str | None, sensor: str | None,
        loud: bool = True, error: bool = False,
    ) -> None:  # fmt: skip
        area = self.areas[id] if id else None
        if kind in ("emergency", "duress"):
            report = "company"
        elif area is None or area["phase"] == "disarmed":
            report = "company" if self.settings is None or self.settings.company else "self"
        elif area["monitoring"] == "company":
            report = "company"
        else:
            report = {"away": "self", "home": "none"}[area["mode"]]
        incident = "-".join(str(p) for p in (self.journal, number, kind, id, sensor) if p)
        if kind in ("intrusion", "premises") and area is not None:
            if area["incident"] is None:
                area["incident"], area["abort"] = incident, self._times(id or "").abort
            incident = area["incident"]
        self.rows.append(
            ("alarm", number, self.now, kind, report, id, sensor, loud, error, incident)
        )

    def _refuse(self, fact: Any, action: str, whys: list[Row]) -> None:
        once: list[Row] = []
        for why in whys:
            if why not in once:
                once.append(why)
        self.rows.append(("refused", fact.number, self.now, action, once))

    # -- sensors

    def _sensed(self, fact: Any) -> None:
        sensor = self._find(fact.sensor)
        if sensor is None:
            self._signal("unknown_sensor", fact.number, None, fact.sensor)
            return
        kind, name = sensor.kind, sensor.name
        was = name in self.active
        has_state = kind in ("door", "window", "smoke", "heat", "gas", "co", "water")
        if has_state:
            (self.active.add if fact.active else self.active.discard)(name)
        if not fact.active:
            if has_state and was:
                self.unbelieved.pop(name, None)
                if kind in ("door", "window"):
                    area = self.areas[sensor.area]
                    leaving = area["phase"] == "arming" and self._way(sensor) == "entry"
                    if leaving and self._listens(sensor):
                        area["door_moved"] = area["door_closed"] = True
                else:
                    self._signal("danger_over", fact.number, sensor)
            return
        if kind == "rhythm":
            area = self.areas[sensor.area]
            if area["life"] is None or area["life_told"] or area["life"] >= 60:
                area["life"], area["life_fact"], area["life_told"] = 0, fact.number, False
        if self.test is not None:
            self._hear(name, fact.number)
            return
        if kind == "emergency":
            self._help(fact.number, sensor)
            return
        if has_state and was:
            return
        if kind in ("door", "window", "glass", "motion", "outdoor"):
            self._notice(sensor, fact.number, fact.small)
        elif kind != "rhythm":
            self._danger(sensor, fact.number)

    def _way(self, sensor: Any) -> str:
        if sensor.delay:
            return str(sensor.delay)
        return {"door": "entry", "motion": "follower"}.get(sensor.kind, "instant")

    def _notice(self, sensor: Any, number: int, small: bool) -> None:
        area, times, way = self.areas[sensor.area], self._times(sensor.area), self._way(sensor)
        if not self._listens(sensor) or (small and area["mode"] in sensor.pet_immune):
            return
        if self.settling is not None:
            if sensor.kind in ("door", "window"):
                self.unbelieved[sensor.name] = number
            return
        if area["phase"] == "arming" and way == "entry":
            area["door_moved"] = True
            if area["door_closed"] and not area["again"]:
                area["timer"], area["again"] = times.exit, True
        if area["phase"] in ("arming", "pending") and way != "instant":
            return
        if area["trips"].get(sensor.name, 0) >= times.swinger:
            self._signal("shut_down", number, sensor)
            return
        if sensor.group:
            others = [
                o
                for o in self.settings.sensors
                if o.group == sensor.group and o.area == sensor.area and o is not sensor
                and self._listens(o) and o.name not in self.lost and o.name not in self.tampered
            ]  # fmt: skip
            backed = any(area["noticed"].get(o.name, 10**9) <= times.cross for o in others)
            area["noticed"][sensor.name] = 0
            if others and not backed:
                self._signal("unverified", number, sensor)
                return
        if area["phase"] == "armed" and way == "entry":
            area["phase"], area["timer"] = "pending", times.entry
            area["cause"], area["sensor"], area["error"] = number, sensor.name, False
            return
        if sensor.kind == "outdoor":
            self._on_the_premises(sensor.area, sensor.name, number)
        else:
            self._trip(sensor.area, sensor.name, number, False)

    def _trip(self, id: str, name: str, number: int, error: bool) -> None:
        area = self.areas[id]
        area["trips"][name] = area["trips"].get(name, 0) + 1
        self._alarm("intrusion", number, id, name, error=error)
        area["phase"], area["timer"] = "triggered", self._times(id).siren
        area["cause"], area["sensor"] = number, name

    def _danger(self, sensor: Any, number: int) -> None:
        kind = {"smoke": "fire", "heat": "fire", "gas": "gas", "co": "gas", "water": "water"}[
            sensor.kind
        ]
        self._alarm(kind, number, sensor.area, sensor.name)
        if kind != "water":
            self.sirens[kind] = self._times(sensor.area).siren

    def _help(self, number: int, sensor: Any) -> None:
        loud = bool(self.settings and self.settings.loud_button)
        self._alarm(
            "emergency", number, sensor.area if sensor else None, sensor.name if sensor else None,
            loud=loud,
        )  # fmt: skip
        if loud:
            id = sensor.area if sensor else self.settings.areas[0].id
            self.sirens["emergency"] = self._times(id).siren

    def _pressed(self, fact: Any) -> None:
        if self.test is not None:
            self._hear(fact.sensor or "button", fact.number)
        else:
            self._help(fact.number, self._find(fact.sensor))

    def _gravest(self) -> str | None:
        armed = [i for i, a in self.areas.items() if a["phase"] != "disarmed"]
        for wanted in (("company", None), ("self", "away"), ("self", "home")):
            for id in armed:
                area = self.areas[id]
                if area["monitoring"] == wanted[0] and wanted[1] in (None, area["mode"]):
                    return id
        return None

    def _tampered(self, fact: Any) -> None:
        sensor = None
        if fact.sensor is not None:
            sensor = self._find(fact.sensor)
            if sensor is None:
                self._signal("unknown_sensor", fact.number, None, fact.sensor)
                return
            if (fact.sensor in self.tampered) != fact.over:
                return
            (self.tampered.discard if fact.over else self.tampered.add)(fact.sensor)
        else:
            if self.box_open != fact.over:
                return
            self.box_open = not fact.over
        if fact.over:
            self._signal("tamper_over", fact.number, sensor)
            return
        id = sensor.area if sensor else self._gravest()
        grave = id is not None and self.areas[id]["phase"] != "disarmed" and self.test is None
        if grave and sensor and sensor.kind in ("door", "window", "glass", "motion", "outdoor"):
            grave = self._listens(sensor)
        if not grave or id is None:
            self._signal("tamper", fact.number, sensor)
            return
        self._alarm("tamper", fact.number, id, fact.sensor)
        self.sirens["intrusion"] = self._times(id).siren

    def _supervised(self, fact: Any) -> None:
        sensor = self._find(fact.sensor)
        if sensor is None:
            self._signal("unknown_sensor", fact.number, None, fact.sensor)
            return
        if (sensor.name in self.lost) == fact.lost:
            return
        if not fact.lost:
            del self.lost[sensor.name]
            self._signal("sensor_back", fact.number, sensor)
        else:
            self.lost[sensor.name] = 0
            self._signal("sensor_lost", fact.number, sensor)
        gone = [s for s in self.settings.sensors if s.via == "radio" and s.name in self.lost]
        if not fact.lost:
            if len(gone) <= 1:
                self.jammed = False
            return
        lately = [s for s in gone if self.lost[s.name] <= 120]
        if sensor.via != "radio" or len(lately) < 2 or self.jammed:
            return
        self.jammed = True
        for one in [sensor, *[s for s in lately if s is not sensor]]:
            if self._listens(one) and self.test is None:
                self._alarm("jamming", fact.number, one.area, None)
                self.sirens["intrusion"] = self._times(one.area).siren
                return
        self._signal("jamming", fact.number)

    def _condition(self, fact: Any) -> None:
        sensor = self._find(fact.sensor)
        if sensor is None:
            self._signal("unknown_sensor", fact.number, None, fact.sensor)
            return
        for now, known, word in (
            (fact.battery_low, self.flat, "battery_low"),
            (fact.radio_weak, self.weak, "radio_weak"),
        ):
            if now and sensor.name not in known:
                self._signal(word, fact.number, sensor)
            (known.add if now else known.discard)(sensor.name)

    # -- people

    def _asked(self, fact: Any) -> None:
        if fact.command is not None:
            if fact.command in self.commands:
                return
            self.commands = [*self.commands, fact.command][-64:]
        if fact.duress:
            self._alarm("duress", fact.number, None, None, loud=False)
        source = fact.actor.source
        if fact.actor.means == "code" and self.lock > 0:
            self._refuse(fact, fact.action, [("locked", None, None)])
            return
        if source in ("keypad", "reader"):
            self.wrong, self.lock = 0, 0
        if self.settings is None:
            self._refuse(fact, fact.action, [("not_configured", None, None)])
            return
        ids = fact.areas or tuple(self.areas)
        strange = [("unknown_area", i, None) for i in ids if i not in self.areas]
        if strange:
            self._refuse(fact, fact.action, strange)
        elif fact.action == "arm":
            self._arm(fact, ids)
        else:
            self._disarm(fact, ids)

    @staticmethod
    def _may(source: str, mode: str, monitoring: str, doing: str) -> bool:
        if source in ("keypad", "reader"):
            return True
        if source in ("web", "app"):
            return monitoring == "company"
        if source == "telephone":
            return doing == "arm" and mode == "away"
        return False

    def _arm(self, fact: Any, ids: Iterable[str]) -> None:
        source = fact.actor.source
        whys: list[Row] = []
        if not self._may(source, fact.mode, fact.monitoring, "arm"):
            whys.append(("not_permitted", None, None))
        for name in fact.bypass:
            sensor = self._find(name)
            if sensor is None or sensor.kind not in (
                "door",
                "window",
                "glass",
                "motion",
                "outdoor",
            ):
                whys.append(("not_bypassable", None, name))
        todo = []
        for id in ids:
            area = self.areas[id]
            if area["phase"] in ("arming", "armed"):
                if (area["mode"], area["monitoring"]) == (fact.mode, fact.monitoring):
                    continue
                if source in ("telephone", "centre"):
                    whys.append(("already_armed", id, None))
            todo.append(id)
            if self.test is not None:
                whys.append(("in_test", None, None))
            if self.settings.needs_test and not self.passed:
                whys.append(("not_tested", None, None))
            if fact.monitoring == "company" and not self.settings.company:
                whys.append(("no_company", None, None))
            if not self.mains and self.battery_low:
                whys.append(("flat", None, None))
            if not self.radio:
                whys.append(("radio", None, None))
            if area["phase"] == "pending":
                whys.append(("entry_time", id, None))
            elif area["phase"] == "triggered" or area["incident"]:
                whys.append(("alarm", id, None))
            for s in self.settings.sensors:
                if s.kind in ("smoke", "heat", "gas", "co") and s.name in self.active:
                    whys.append(("danger", s.area, s.name))
                burglary = s.kind in ("door", "window", "glass", "motion", "outdoor")
                if s.area != id or not burglary:
                    continue
                if fact.mode in s.left_out or s.name in fact.bypass:
                    continue
                leaves = fact.mode == "away" and self._way(s) == "entry"
                if s.kind in ("door", "window") and s.name in self.active and not leaves:
                    whys.append(("open", id, s.name))
                if s.name in self.lost:
                    whys.append(("lost", id, s.name))
                if s.name in self.tampered:
                    whys.append(("tampered", id, s.name))
        if whys:
            self._refuse(fact, "arm", whys)
            return
        for id in todo:
            old = self.areas[id]
            was_away = old["phase"] != "disarmed" and old["mode"] == "away"
            new = blank()
            new.update(
                phase="armed", mode=fact.mode, monitoring=fact.monitoring, source=source,
                cause=fact.number, life=old["life"], life_fact=old["life_fact"],
                life_told=old["life_told"],
                bypass={n for n in fact.bypass if self._find(n).area == id},
            )  # fmt: skip
            if fact.mode == "away":
                new["phase"], new["timer"] = "arming", self._times(id).exit
            elif was_away and new["life"] is not None:
                new["life"], new["life_fact"], new["life_told"] = 0, fact.number, False
            self.areas[id] = new
            self._operated(id, fact.number)

    def _disarm(self, fact: Any, ids: Iterable[str]) -> None:
        source = fact.actor.source
        whys: list[Row] = []
        for id in ids:
            area = self.areas[id]
            allowed = source in ("keypad", "reader", "web", "app")
            if allowed and area["phase"] != "disarmed":
                allowed = self._may(source, area["mode"], area["monitoring"], "disarm")
            if not allowed:
                whys.append(("not_permitted", id, None))
        if whys:
            self._refuse(fact, "disarm", whys)
            return
        self.sirens = {}
        for id in ids:
            old = self.areas[id]
            if old["phase"] == "disarmed":
                continue
            new = blank()
            new.update(life=old["life"], life_fact=old["life_fact"], life_told=old["life_told"])
            if old["mode"] == "away" and new["life"] is not None:
                new["life"], new["life_fact"], new["life_told"] = 0, fact.number, False
            self.areas[id] = new
            self._operated(id, fact.number)
            if old["incident"] and not fact.duress:
                how = "disarmed"
                if old["abort"] > 0 and source in ("keypad", "reader"):
                    how = "aborted"
                self.rows.append(("ended", fact.number, self.now, how, id, old["incident"]))

    def _wrongcode(self, fact: Any) -> None:
        self.wrong += 1
        self._signal("wrong_code", fact.number, None, str(self.wrong))
        if self.wrong >= 5:
            self.lock = min(900, 60 * 2 ** (self.wrong - 5))
            self._signal("locked", fact.number, None, str(self.lock))

    # -- the controller itself

    def _configured(self, fact: Any) -> None:
        if self.settings is not None and fact.settings.version <= self.settings.version:
            return
        before = {s.name: s.kind for s in self.settings.sensors} if self.settings else {}
        self.settings = fact.settings
        areas = {}
        for one in self.settings.areas:
            area = self.areas.get(one.id) or blank()
            if any(s.kind == "rhythm" and s.area == one.id for s in self.settings.sensors):
                if area["life"] is None:
                    area["life"], area["life_fact"] = 0, fact.number
            else:
                area["life"], area["life_told"] = None, False
            areas[one.id] = area
        self.areas = areas
        names = {s.name for s in self.settings.sensors if before.get(s.name) == s.kind}
        for known in (self.active, self.tampered, self.weak, self.flat):
            known &= names
        self.lost = {n: age for n, age in self.lost.items() if n in names}
        self.unbelieved = {n: x for n, x in self.unbelieved.items() if n in names}
        self._signal("configured", fact.number, None, str(fact.settings.version))

    def _restarted(self, fact: Any) -> None:
        if fact.cold:
            self.settling = 60
        self._signal("restarted", fact.number, None, "cold" if fact.cold else "")

    def _clockset(self, fact: Any) -> None:
        self._signal("clock_set", fact.number, None, fact.before.isoformat())

    def _power(self, fact: Any) -> None:
        if fact.mains != self.mains:
            self._signal("power_back" if fact.mains else "power_lost", fact.number)
        if fact.battery_low and not self.battery_low:
            self._signal("controller_battery_low", fact.number)
        self.mains, self.battery_low = fact.mains, fact.battery_low

    def _lines(self, fact: Any) -> None:
        if fact.internet != self.internet:
            self._signal("internet_back" if fact.internet else "internet_lost", fact.number)
        if fact.lte is False and self.lte is not False:
            self._signal("lte_lost", fact.number)
        if fact.lte is True and self.lte is False:
            self._signal("lte_back", fact.number)
        self.internet, self.lte = fact.internet, fact.lte

    def _radio(self, fact: Any) -> None:
        if fact.works == self.radio:
            return
        self.radio = fact.works
        self._signal("radio_back" if fact.works else "radio_lost", fact.number)
        id = self._gravest()
        if not fact.works and id is not None:
            self._alarm("jamming", fact.number, id, None)
            self.sirens["intrusion"] = self._times(id).siren

    def _relayed(self, fact: Any) -> None:
        name = fact.panel + ("/" + fact.zone if fact.zone else "")
        if fact.alarm is None or fact.over or self.test is not None:
            self._signal("relayed", fact.number, None, f"{name} {fact.code}")
        else:
            loud = fact.alarm not in ("emergency", "duress")
            self._alarm(fact.alarm, fact.number, None, name, loud=loud)

    def _hear(self, name: str, number: int) -> None:
        if name not in self.heard:
            self.heard.add(name)
            sensor = self._find(name)
            self._signal("tested", number, sensor, "" if sensor else name)

    def _testbegan(self, fact: Any) -> None:
        whys: list[Row] = []
        if fact.actor.source not in ("keypad", "centre"):
            whys.append(("not_permitted", None, None))
        whys += [("armed", i, None) for i, a in self.areas.items() if a["phase"] != "disarmed"]
        if self.settings is None:
            whys.append(("not_configured", None, None))
        if whys:
            self._refuse(fact, "test", whys)
            return
        self.test, self.heard, self.passed = 60 * fact.minutes, set(), False
        self._signal("test_began", fact.number, None, fact.actor.name)

    def _testended(self, fact: Any) -> None:
        if self.test is not None:
            self._finish_test(fact.number)

    def _finish_test(self, number: int) -> None:
        missing = []
        for s in self.settings.sensors:
            if s.name not in self.heard or s.name in self.lost or s.name in self.weak:
                missing.append(s.name)
        if "button" not in self.heard:
            missing.append("button")
        self.test, self.passed = None, not missing
        word = "test_failed" if missing else "test_passed"
        self._signal(word, number, None, ", ".join(missing))
        for s in self.settings.sensors:
            if s.kind in ("smoke", "heat", "gas", "co", "water") and s.name in self.active:
                self._danger(s, number)

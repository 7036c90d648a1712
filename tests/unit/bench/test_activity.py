"""The bench of activity reads files and scores states."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from bench import quiet
from bench.activity import main, of_home, read, read_events, score
from iot import homes
from lambdas.ingest.activity.minutes import Kind
from lambdas.ingest.activity.timeline import State


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def days_of(tmp_path: Path, *, label: bool) -> Path:
    home = homes.simulate(homes.PIR, 3, days=3)
    columns = [home.total("motion") + home.total("bath"), home.total("door"), home.total("fridge")]
    with (tmp_path / "home.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["minute", "activity", "door", "fridge", *(["label"] if label else [])])
        for i, at in enumerate(home.minute):
            row = [str(at).replace("T", " ") + ":00", *(int(column[i]) for column in columns)]
            out.writerow(row + ([home.label[i]] if label else []))
    return tmp_path / "home.csv"


def test_a_file_is_scored_and_each_minute_told_twice(tmp_path, capsys) -> None:
    path = days_of(tmp_path, label=True)
    assert main([str(path), "--json", "--predictions", str(tmp_path / "out.csv")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["Mimamori, after the fact"]["sleep"] > 0.7
    assert {"clock 23-07", "Cole-Kripke", "quiet-and-merge"} < set(found)
    rows = list(csv.DictReader((tmp_path / "out.csv").open()))
    assert len(rows) == 3 * 1440
    assert set(rows[0]) == {"minute", "state", "state_at_the_time"}
    assert {row["state"] for row in rows} <= {"home", "sleep", "away", "unknown"}


def test_labels_change_no_prediction(tmp_path) -> None:
    for name, label in (("with", True), ("without", False)):
        path = days_of(tmp_path, label=label)
        assert main([str(path), "--predictions", str(tmp_path / name)]) == 0
    assert (tmp_path / "with").read_text() == (tmp_path / "without").read_text()


def test_missing_rows_and_empty_cells_are_unknown(tmp_path) -> None:
    text = "minute,activity\n2026-11-02 10:00,1\n2026-11-02 10:01,\n2026-11-02 10:03,2\n"
    record = read(write(tmp_path / "a.csv", text))
    assert record.minutes.known.tolist() == [True, False, False, True]
    assert record.minutes.door is None
    assert record.label is None


def test_sensors_may_come_one_reading_a_row(tmp_path) -> None:
    text = (
        "minute,sensor,value,kind\n2026-11-02 10:00,hall,1,motion\n"
        "2026-11-02 10:40,front,1,door\n2026-11-02 10:41,back,2,\n2026-11-02 11:00,wc,1,bath\n"
    )
    path = write(tmp_path / "e.csv", text)
    record = read_events(path, {"back": Kind.DOOR}, None)
    assert record.minutes.known.all()
    assert record.minutes.door is not None
    assert record.minutes.door.sum() == 3
    assert record.minutes.motion.sum() == 2
    assert main(["--events", str(path), "--kind", "back=door"]) == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("time,activity\n", "must name"),
        ("minute,activity\n", "no readings"),
        ("minute,activity\nyesterday,1\n", "no minute"),
        ("minute,activity\n2026-11-02 10:00,many\n", "no number"),
        ("minute,activity\n2026-11-02 10:00,-3\n", "no count"),
    ],
)
def test_what_is_no_record_is_named(tmp_path, capsys, text: str, why: str) -> None:
    assert main([str(write(tmp_path / "bad.csv", text))]) == 2
    assert why in capsys.readouterr().err
    assert main([str(tmp_path / "none.csv")]) == 2


def test_the_truth_scores_full_marks() -> None:
    home = homes.simulate(homes.PIR, 3, days=3)
    record = of_home(home)
    codes = {"home": State.HOME, "sleep": State.SLEEP, "away": State.AWAY}
    found = score(np.array([codes[label] for label in home.label], np.int8), record)
    assert (found.sleep, found.away, found.night, found.wrong_away) == (1.0, 1.0, 0.0, 0)


def test_a_seed_makes_the_same_home_always() -> None:
    one, other = (homes.simulate(homes.FAMILIES[4], 9, days=3) for _ in range(2))
    assert (one.label == other.label).all()
    assert (one.total("motion") == other.total("motion")).all()


@pytest.mark.parametrize(
    "method", [quiet.clock, quiet.cole_kripke, quiet.quiet_and_merge, quiet.rule_at_the_time]
)
def test_peers_find_most_of_an_ordinary_home(method) -> None:
    record = of_home(homes.simulate(homes.PIR, 3, days=7))
    found = score(method(record.minutes), record)
    assert found.sleep is not None
    assert found.sleep > 0.6

"""The workflows' pictures, drawn from the definitions that go to AWS.

``python -m tools.graphs`` writes ``docs/images/workflow-<name>.dot`` and ``.png``. The text is
committed, so that a test can tell when a definition is no longer what its picture shows.
Needs Node with what web/package.json asks for (Graphviz), Chromium and a Japanese font.
"""

import argparse
import json
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from lambdas.dispatch.casework.flow import OTHERWISE
from lambdas.dispatch.processes.table import PROCESSES
from local.synth import synthesize

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
MACHINES = {
    process.machine: process.machine.replace("mimamori", "workflow")
    for process in PROCESSES.values()
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FONT = "Noto Sans CJK JP, Noto Sans JP, IPAGothic, sans-serif"
DRAW = (
    "import{instance}from'@viz-js/viz';import{readFileSync}from'node:fs';"
    "process.stdout.write((await instance()).renderString(readFileSync(0,'utf8'),{format:'svg'}))"
)

Definition = dict[str, Any]

WORDS = {
    (step.choice, outcome): way.words
    for process in PROCESSES.values()
    for step in process.flow.steps.values()
    for outcome, way in step.ways.items()
}
"""Outcomes of each choice, as staff says them."""

GROUPS = {
    kind: spec.group for process in PROCESSES.values() for kind, spec in process.flow.tasks.items()
}
"""Who is given each kind of task."""

STRAIGHT = {
    "最も早く着ける担当者をさがす": {
        *("お受けできるか", "例外としてお受けするか", "電話で在宅を確認できたか"),
        "担当者は向かえるか",
    },
    "結果をメールで送る": {"訪問はどうなったか"},
    "事案を閉じる": {"結果を伝えたか"},
}
"""States that many choices lead to, and from which of them an arrow is drawn. From all others, a
note beside the choice says where it goes: a dozen long arrows would hide everything else."""

WHO = {"operator": "センター", "responder": "訪問担当者"}
FILL = {
    "operator": ("#fde6c4", "#c77700", "センターの担当者がすること"),
    "responder": ("#d5efd5", "#2e7d32", "訪問担当者がすること"),
    "automatic": ("#dbe9fb", "#3568b0", "自動"),
    "late": ("#eeeeee", "#777777", "時間切れのとき(自動)"),
    "choice": ("#ffffff", "#444444", "分かれ道"),
    "end": ("#4a4a4a", "#4a4a4a", "終わり"),
    "failure": ("#a4201c", "#a4201c", "伺えずに終わり"),
}
"""Fill, border and name of each kind of state."""


# --- what a definition is ----------------------------------------------------------------------


def definitions(template: Mapping[str, Any]) -> dict[str, Definition]:
    """The state machines of a template, by name."""
    found = {}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            parts = resource["Properties"]["DefinitionString"]["Fn::Join"][1]
            text = "".join(part if isinstance(part, str) else "-" for part in parts)
            found[resource["Properties"]["StateMachineName"]] = json.loads(text)
    return found


ENDS = ("end", "failure")


def waits(state: Definition) -> bool:
    """Whether somebody must answer before the workflow goes on."""
    return "waitForTaskToken" in state.get("Resource", "")


def kind(state: Definition) -> str:
    """Which of ``FILL`` a state is."""
    if state["Type"] == "Choice":
        return "choice"
    if state["Type"] == "Succeed":
        return "end"
    if state["Type"] == "Fail":
        return "failure"
    if waits(state):
        return GROUPS[state["Parameters"]["Payload"]["task"]]
    return "late" if state["Parameters"]["step"] == "overdue" else "automatic"


# --- its drawing --------------------------------------------------------------------------------


def dot(definition: Definition) -> str:
    """The definition in Graphviz's language."""
    return "\n".join(("digraph {", *(f"  {line}" for line in _lines(definition)), "}", ""))


def _lines(definition: Definition) -> Iterator[str]:
    states: dict[str, Definition] = definition["States"]
    yield f'graph [rankdir=TB nodesep=0.3 ranksep=0.35 pad=0.3 labelloc=t fontname="{FONT}"];'
    yield f'node [fixedsize=true fontname="{FONT}" fontsize=13];'
    yield f'edge [fontname="{FONT}" fontsize=12 color="#555555"];'
    yield f"label={_legend(definition['Comment'])};"
    yield f'"▶" [shape=circle width=0.35 height=0.35]; "▶" -> {_quoted(definition["StartAt"])};'
    for name, state in states.items():
        yield f"{_quoted(name)} {_node(name, state)};"
    for name, state in states.items():
        yield from _edges(name, state)


def _edges(name: str, state: Definition) -> Iterator[str]:
    here = _quoted(name)
    if "Next" in state:
        style = "style=dashed" if kind(state) == "late" else "weight=3"
        yield f"{here} -> {_quoted(state['Next'])} [{style}];"
    for caught in state.get("Catch", ()):
        yield f"{here} -> {_quoted(caught['Next'])} [style=dashed {_label('時間切れ')}];"
    if state["Type"] != "Choice":
        return
    ways: dict[str, list[str]] = {}
    for choice in state["Choices"]:
        ways.setdefault(choice["Next"], []).append(WORDS[name, choice["StringEquals"]])
    ways.setdefault(state["Default"], []).append(WORDS[name, OTHERWISE])
    beside = []
    for target, words in ways.items():
        said = "・".join(words)
        if target in STRAIGHT and name not in STRAIGHT[target]:
            beside.append(f"{said} → {target}")
        else:
            yield f"{here} -> {_quoted(target)} [weight=3 {_label(said)}];"
    if beside:
        note = _quoted(f"{name}/")
        yield f"{note} {_note(beside)};"
        yield f'{here} -> {note} [style=dotted arrowhead=none color="#777777"];'


def _node(name: str, state: Definition) -> str:
    fill, border, _ = FILL[of := kind(state)]
    lines = _wrapped(name, 13 if of == "choice" else 17)
    small = [] if of == "choice" else _wrapped(state.get("Comment", ""), 21)
    who = f"【{WHO[of]}】" if of in WHO else ""
    wide = max([*(_em(line) * 14 for line in lines), *(_em(line) * 11 for line in small)])
    width = wide / 72 + (0.9 if of == "choice" else 0.4)
    height = (len(lines) * 19 + len(small) * 15 + (15 if who else 0)) / 72 + 0.22
    colour = "#ffffff" if of in ENDS else "#111111"
    text = [
        *([f'<font point-size="11" color="{border}">{who}</font>'] if who else []),
        *(f'<font point-size="14"><b>{escape(line)}</b></font>' for line in lines),
        *(f'<font point-size="11">{escape(line)}</font>' for line in small),
    ]
    style = "filled" if of == "choice" else "filled,rounded"
    return (
        f"[shape={'hexagon' if of == 'choice' else 'box'} "
        f'style="{style}{",dashed" if of == "late" else ""}" '
        f'fillcolor="{fill}" color="{border}" fontcolor="{colour}" penwidth=1.5 '
        f"width={width:.2f} height={height:.2f} label={_table(text, round(wide), 16)}]"
    )


def _note(lines: list[str]) -> str:
    """Where else a choice leads, said beside it."""
    wide = round(max(_em(line) for line in lines) * 11)
    text = [f'<font point-size="11" color="#555555">{line}</font>' for line in lines]
    size = f"width={wide / 72 + 0.3:.2f} height={len(lines) * 17 / 72 + 0.12:.2f}"
    return (
        f'[shape=box style="rounded,dotted" color="#777777" {size} label={_table(text, wide, 16)}]'
    )


def _label(word: str) -> str:
    """A word beside an edge."""
    return f"label={_table([f'&#160;{escape(word)}'], round(_em(word) * 12) + 10, 18)}"


def _table(lines: list[str], width: int, height: int) -> str:
    """Lines below each other. Graphviz does not know how wide Japanese letters are: it is told."""
    rows = "".join(
        f'<tr><td align="left" fixedsize="true" width="{width}" height="{height}">{line}</td></tr>'
        for line in lines
    )
    return f'<<table border="0" cellborder="0" cellspacing="1" cellpadding="0">{rows}</table>>'


def _legend(title: str) -> str:
    cells = "".join(
        f'<td bgcolor="{fill}" border="1" color="{border}" align="left" fixedsize="true" '
        f'width="{round(_em(name) * 12) + 24}" height="24"><font point-size="12" '
        f'color="{"#ffffff" if of in ENDS else "#111111"}">　{name}</font></td>'
        for of, (fill, border, name) in FILL.items()
    )
    return (
        f'<<table border="0" cellspacing="6"><tr><td colspan="{len(FILL)}" height="34">'
        f'<font point-size="20"><b>{escape(title)}</b></font></td></tr><tr>{cells}</tr>'
        f'<tr><td colspan="{len(FILL)}" height="26"></td></tr></table>>'
    )


def _wrapped(text: str, ems: int) -> list[str]:
    """As many lines as ``ems`` asks for, of about the same length, broken between phrases."""
    if not text:
        return []
    lines = []
    for rows in range(-(-int(_em(text) + 0.99) // ems), 1, -1):
        ideal = len(text) / rows
        near = range(max(1, int(ideal) - 5), min(len(text), int(ideal) + 6))
        cut = min(near, key=lambda at: (abs(at - ideal) + _badness(text[at - 1], text[at]), at))
        lines.append(text[:cut])
        text = text[cut:]
    return [*lines, text]


def _badness(before: str, after: str) -> float:
    """How much a break between two letters disturbs, in letters further away. A phrase of Japanese
    commonly ends in hiragana."""
    if after in "、。)」・" or before in "(「・":
        return 99
    if before in "、。":
        return 0
    return 2 if "ぁ" <= before <= "ん" and not "ぁ" <= after <= "ん" else 6


def _em(text: str) -> float:
    """How wide it is, in the height of its letters."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.6 for one in text)


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


# --- its picture --------------------------------------------------------------------------------


def draw(text: str) -> str:
    """Graphviz's language as SVG."""
    node = shutil.which("node")
    assert node, "make env brings Node"
    done = subprocess.run(
        [node, "--input-type=module", "--eval", DRAW],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT / "web",
    )
    return done.stdout


def photograph(svg: str, to: Path) -> None:
    """The SVG as a browser shows it."""
    found = (shutil.which(name) for name in BROWSERS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next((path for path in found if path), None), args=["--no-sandbox"]
        )
        page = browser.new_page(device_scale_factor=1.5)
        page.set_content(f'<body style="margin:0;background:#fff">{svg[svg.index("<svg") :]}')
        page.locator("svg").screenshot(path=to)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.graphs", description=__doc__)
    parser.add_argument("--to", type=Path, default=IMAGES, help="folder of the pictures")
    to: Path = parser.parse_args().to
    template = synthesize(ROOT) / "MimamoriDispatch.template.json"
    for name, definition in definitions(json.loads(template.read_text())).items():
        text = dot(definition)
        path = to / f"{MACHINES[name]}.dot"
        path.write_text(text, encoding="utf-8")
        photograph(draw(text), path.with_suffix(".png"))
        sys.stdout.write(f"{path.with_suffix('.png')}\n")


if __name__ == "__main__":
    main()

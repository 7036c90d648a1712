"""Pictures of every page in every state, to be looked at: ``python -m tests.e2e.web.look FOLDER``.

Each state of states.py, on a phone and at a desk, in light and dark, in Japanese and English, with
text of twice the size; and sheets of several side by side. ``--only home`` takes those whose names
begin so. Nothing is compared: whoever changed a page looks.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from playwright.sync_api import Browser, Error, sync_playwright

from tests.e2e import browser as browsers
from tests.e2e.web.conftest import DESKTOP, PHONE, Visitor
from tests.e2e.web.fake_api import FakeServer
from tests.e2e.web.states import STATES, State
from web.build import build


class View(NamedTuple):
    """How a page is looked at."""

    name: str
    viewport: dict[str, int]
    scheme: str = "light"
    language: str = "ja"
    text: int = 100
    """Size of the text, in percent."""


VIEWS = (
    View("phone", PHONE),
    View("phone-dark", PHONE, "dark"),
    View("phone-en", PHONE, language="en"),
    View("phone-large", PHONE, text=200),
    View("desk", DESKTOP),
    View("desk-dark-en", DESKTOP, "dark", "en"),
)
TALLEST = 2400
"""Pixels of a page that are shown in a sheet."""

A_ROW, SHEET = 6, 2000
"""Pictures beside one another in a sheet, and its width in pixels."""


def shoot(browser: Browser, site: Path, state: State, view: View, to: Path) -> None:
    """One picture: a page of a state as it is looked at in one way."""
    context = browser.new_context(
        viewport=view.viewport,  # type: ignore[arg-type]
        color_scheme=view.scheme,  # type: ignore[arg-type]
        locale="ja-JP" if view.language == "ja" else "en-GB",
        reduced_motion="reduce",
        service_workers="block",
    )
    context.set_default_timeout(15_000)
    with FakeServer(site) as fake:
        for user in fake.cloud.users.values():
            user["language"] = view.language
        visitor = Visitor(context, fake)
        page = visitor.page
        state.arrange(fake.cloud, page)
        if state.who:
            visitor.log_in(state.who, state.address)
        else:
            visitor.open(state.address)
        try:
            page.wait_for_selector(state.ready)
            if view.language == "ja":  # what is pressed has a Japanese name
                state.act(page)
        except Error as problem:
            sys.stderr.write(f"{state.name} {view.name}: {str(problem).splitlines()[0]}\n")
        page.evaluate(f"document.documentElement.style.fontSize = 'calc(1.125 * {view.text}%)'")
        page.wait_for_timeout(300)
        wide = page.evaluate("document.documentElement.scrollWidth") - view.viewport["width"]
        if wide > 0:
            sys.stderr.write(f"{state.name} {view.name}: {wide} px too wide\n")
        for mishap in visitor.mishaps:
            sys.stderr.write(f"{state.name} {view.name}: {mishap}\n")
        page.screenshot(path=to, full_page=True)
    context.close()


def sheet(pictures: Sequence[Path], to: Path) -> None:
    """Pictures side by side."""
    width = SHEET // len(pictures)
    shown = []
    for path in pictures:
        image = cv2.imread(str(path))
        assert image is not None
        image = image[: TALLEST * image.shape[1] // 390 if image.shape[1] < 500 else TALLEST]
        height = round(image.shape[0] * (width - 8) / image.shape[1])
        shown.append(cv2.resize(image, (width - 8, height), interpolation=cv2.INTER_AREA))
    tall = max(one.shape[0] for one in shown)
    whole = np.full((tall, width * len(shown), 3), 128, np.uint8)
    for n, one in enumerate(shown):
        whole[: one.shape[0], n * width : n * width + one.shape[1]] = one
    cv2.imwrite(str(to), whole)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--view", default="")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    site = build()
    states = [one for one in STATES if one.name.startswith(asked.only)]
    views = [one for one in VIEWS if one.name.startswith(asked.view)]
    with sync_playwright() as playwright:
        with browsers.one_at_a_time():
            browsers.need_japanese_font()
            browser = browsers.launch(playwright)
        for view in views:
            made = []
            for state in states:
                made.append(asked.folder / f"{state.name}--{view.name}.png")
                shoot(browser, site, state, view, made[-1])
            for n in range(0, len(made), A_ROW):
                few = made[n : n + A_ROW] if view.viewport == PHONE else made[n : n + 3]
                sheet(few, asked.folder / f"sheet-{view.name}-{n // A_ROW:02}.png")
                if view.viewport != PHONE and made[n + 3 : n + 6]:
                    sheet(
                        made[n + 3 : n + 6],
                        asked.folder / f"sheet-{view.name}-{n // A_ROW:02}b.png",
                    )
        browser.close()


if __name__ == "__main__":
    main()

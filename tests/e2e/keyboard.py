"""A person without a mouse: what the Tab key reaches, and whether one sees where one is."""

import contextlib
import time
from typing import Any

from playwright.sync_api import Error, FileChooser, Page

from tests.e2e.walk import look

#: Tab presses before a page counts as a trap.
_MOST = 150
_OPEN_SECONDS = 60

#: Every control that is shown and can be used; each gets a number to be known by.
_CONTROLS = """() => {
  const inputs = 'input:not([type=hidden], [type=radio]:not(:checked))'; // arrows choose
  const wanted = `a[href], button, ${inputs}, select, textarea, summary, [tabindex="0"]`;
  const shown = [...document.querySelectorAll(wanted)].filter((e) =>
    !e.disabled && !e.matches('.skip') && e.checkVisibility({ visibilityProperty: true }));
  shown.forEach((e, number) => { e.dataset.control = number; });
  return shown.map((e) => e.outerHTML.slice(0, 120));
}"""

#: The control that has the focus, and what is wrong with how it shows that.
_FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const troubles = [];
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) troubles.push('no outline');
  if (!box.width || !box.height) troubles.push('has no size');
  if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
    troubles.push('out of sight');
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1);
  const there = document.elementFromPoint(x, y);
  const own = !there || e.contains(there) || there.contains(e) || there.closest('label')?.control === e;
  if (!troubles.length && !own)
    troubles.push('covered by ' + there.outerHTML.slice(0, 80));
  return { number: e.dataset.control ?? null, html: e.outerHTML.slice(0, 120), troubles };
}"""


def _at_rest(page: Page) -> Any:
    """The control with the focus; what is wrong with it only where it stays wrong: pictures that come late
    move what stands below them."""
    with contextlib.suppress(Error):
        page.wait_for_function(f"() => !({_FOCUSED})()?.troubles.length", timeout=5000)
    return page.evaluate(_FOCUSED)


def walk_by_tab(page: Page) -> None:
    """From the top of the page with Tab alone: every control is reached, once, and the focus can be seen."""
    look(page)
    page.evaluate("scrollTo(0, 0); document.activeElement?.blur(); getSelection().removeAllRanges()")
    page.evaluate(
        "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')"
    )
    controls = page.evaluate(_CONTROLS)
    page.keyboard.press("Tab")
    first = page.evaluate(_FOCUSED)
    assert first, f"{page.url}: Tab leads nowhere"
    assert 'class="skip"' in first["html"], f"{page.url}: the way past the menu is not first: {first}"
    troubles, seen = [], []
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        focused = _at_rest(page)
        if focused is None or 'class="skip"' in focused["html"]:
            break
        troubles += [f"{focused['html']}: {trouble}" for trouble in focused["troubles"]]
        if focused["number"] is not None and focused["number"] not in seen:
            seen.append(focused["number"])
    else:
        raise AssertionError(f"{page.url}: Tab never comes to the end")
    missed = [html for number, html in enumerate(controls) if str(number) not in seen]
    assert not missed, f"{page.url}: not reached by Tab: {missed}"
    assert not troubles, f"{page.url}: {troubles}"
    assert seen == sorted(seen, key=int), f"{page.url}: Tab does not follow the order of the page: {seen}"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until that control has the focus."""
    look(page)
    for _ in range(_MOST):
        if page.evaluate("(wanted) => document.activeElement?.matches(wanted) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{page.url}: Tab does not reach {selector}")


def choosers(page: Page) -> list[FileChooser]:
    """The windows for choosing files that open from now on. Ask for them well before the key that opens one:
    that the browser has begun to tell of them is waited for neither here nor by `expect_file_chooser`."""
    opened: list[FileChooser] = []

    def hear(chooser: FileChooser) -> None:
        opened.append(chooser)

    page.on("filechooser", hear)
    return opened


def wait_for(page: Page, opened: list[FileChooser], count: int) -> FileChooser:
    """The last of so many windows."""
    end = time.monotonic() + _OPEN_SECONDS
    while len(opened) < count:
        assert time.monotonic() < end, f"{page.url}: no window for choosing files opened"
        page.wait_for_timeout(50)
    return opened[-1]

"""People at their browsers: what they open, press and read, and what must not happen to them meanwhile."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

PATIENCE = 30_000
"""Milliseconds a page or the loop behind it may take on a busy machine."""

REPORT_VIOLATIONS = "document.addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))"


class Visitor:
    """Somebody with a browser of his own, so with his own cookies."""

    def __init__(self, name: str, page: Page, address: str) -> None:
        self.name, self.page, self.address = name, page, address
        self.faults: list[str] = []
        self.hosts: set[str] = set()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(REPORT_VIOLATIONS)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", lambda line: self.faults.append(f"{line.text} ({line.location})") if line.type in {"error", "warning"} else None)  # fmt: skip
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or ""))
        page.on("response", lambda answer: self.faults.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)  # fmt: skip

    def open(self, place: str) -> None:
        """Go to a page of the house."""
        self.page.goto(place if place.startswith("http") else self.address + place)

    def press(self, words: str, *, within: Locator | None = None) -> None:
        """Press the button with exactly these words (an ellipsis at the end aside)."""
        around = within or self.page.locator("body")
        around.get_by_role("button", name=re.compile(f"^{re.escape(words)}…?$")).first.click()

    def fill(self, selector: str, words: str) -> None:
        """Write into a field."""
        self.page.locator(selector).fill(words)

    def sees(self, *words: str) -> None:
        """Assert that the page shows each of these words, at once or when its scripts have brought them."""
        for one in words:
            expect(self.page.locator("body")).to_contain_text(one, timeout=PATIENCE, use_inner_text=True)

    def comes_to_see(self, *words: str) -> None:
        """Reload the page until it shows each of these words: the loop behind it takes its time."""
        until = time.monotonic() + PATIENCE / 1000
        while not all(one in self.page.inner_text("body") for one in words) and time.monotonic() < until:
            self.page.wait_for_timeout(500)
            self.page.reload()
        self.sees(*words)

    def dialog(self, name: str) -> Locator:
        """Return the dialog once it is open."""
        found = self.page.locator(f"dialog#{name}[open]")
        found.wait_for()
        return found


@contextmanager
def visiting(browser: Browser, name: str, address: str, pictures: Path, **screen: Any) -> Iterator[Visitor]:
    """Let somebody in. When the journey fails, a picture of his page is kept; nothing may have gone wrong on his side."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **screen)
    visitor = Visitor(name, context.new_page(), address)
    try:
        yield visitor
    except BaseException:
        visitor.page.screenshot(path=pictures / f"{name}.png", full_page=True)
        print(f"{name} was at {visitor.page.url}: {pictures / name}.png; {visitor.faults}")
        raise
    finally:
        context.close()
    assert visitor.faults == []
    assert visitor.hosts <= {"127.0.0.1"}

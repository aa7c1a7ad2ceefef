"""The scripts of the shell in a real browser, served from memory: no server, no database."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from playwright.sync_api import Page, Request, Route, sync_playwright

from huiyin.web.gallery import staff_sample
from huiyin.web.middleware import CONTENT_POLICY
from huiyin.web.spans import patterns

pytestmark = pytest.mark.browser
HOUSE = "http://huiyin.test"
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def _page_source() -> str:
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        return render_to_string("web/gallery.html", {**staff_sample(), "shell_words": patterns(), "csrf_token": "t"})


class House:
    """Answers the browser from memory and remembers what was posted."""

    def __init__(self) -> None:
        self.source = _page_source()
        self.posted: list[str] = []

    def answer(self, route: Route, request: Request) -> None:
        path = request.url.removeprefix(HOUSE).split("?")[0]
        if request.method == "POST":
            self.posted.append(path)
            route.fulfill(status=204)  # the browser stays on the page
            return
        if path.startswith("/static/"):
            found = Path(str(finders.find(path.removeprefix("/static/"))))
            route.fulfill(body=found.read_bytes(), content_type=KINDS[found.suffix])
            return
        route.fulfill(
            body=self.source,
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": CONTENT_POLICY},
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def page(browser: Any, house: House) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.route("**/*", house.answer)
    page.goto(HOUSE + "/_gallery/")
    yield page
    context.close()
    assert faults == []


def test_rows_by_keyboard(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("tr.is-here").count() == 1
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 1
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "shell-search"
    page.keyboard.type("jj?")
    assert page.input_value("#shell-search") == "jj?"


def test_help_lists_the_pages_own_keys_and_can_switch_them_off(page: Page) -> None:
    page.keyboard.press("?")
    text = page.inner_text("#keys")
    assert "Reply" in text
    assert "Next case" in text
    page.uncheck("#keys [data-keys-on]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("tr.is-here").count() == 0


def test_chord_goes_to_its_page(page: Page) -> None:
    page.evaluate(
        "document.querySelector('[data-key=\"g q\"]').addEventListener('click', () => { window.went = true; })"
    )
    page.keyboard.press("g")
    page.keyboard.press("q")
    assert page.evaluate("window.went") is True


def test_countdown_turns_amber_then_red(page: Page) -> None:
    script = """([due, warn]) => {
      const node = document.querySelector('time[data-due]');
      const at = (minutes) => new Date(Date.parse(document.body.dataset.now) + minutes * 60000).toISOString();
      node.dataset.due = at(due); node.dataset.warn = at(warn);
      document.dispatchEvent(new Event('visibilitychange'));
      return [node.className, node.innerText];
    }"""
    for due, warn, state, words in (
        (300, 60, "is-ok", "left"),
        (30, -5, "is-near", "left"),
        (-61, -90, "is-late", "1 h 1 min late"),
    ):
        classes, text = page.evaluate(script, [due, warn])
        assert state in classes.split()
        assert words in text


def test_a_form_is_sent_once(page: Page, house: House) -> None:
    page.evaluate("document.querySelector('#reply form').noValidate = true")
    page.evaluate("document.querySelector('#reply form').action = '/send/'")
    for _ in range(3):
        page.evaluate("document.querySelector('#reply form').requestSubmit()")
    page.wait_for_timeout(200)
    assert house.posted == ["/send/"]


def test_confirm_asks_with_a_reason(page: Page, house: House) -> None:
    page.click('[data-dialog="close-it"]')
    page.click("#close-it [data-yes]")
    assert page.locator("#close-it").is_visible(), "the reason is required"
    page.click("#close-it [data-close]")
    assert not page.locator("#close-it").is_visible()
    assert house.posted == []


def test_unsent_text_comes_back(page: Page, house: House) -> None:
    clean = house.source.replace('aria-invalid="true"', "")
    house.source = clean
    page.goto(HOUSE + "/_gallery/")
    page.fill("#reply textarea", "half a sentence")
    page.wait_for_timeout(600)
    page.goto(HOUSE + "/_gallery/")
    assert page.input_value("#reply textarea") == "half a sentence"
    assert "brought back" in page.inner_text("#toasts")
    page.click("#toasts .button-small >> text=Discard")
    page.goto(HOUSE + "/_gallery/")
    assert page.input_value("#reply textarea") != "half a sentence"


def test_toast_from_an_answer_offers_undo_only_on_this_site(page: Page) -> None:
    send = "(undo) => document.body.dispatchEvent(new CustomEvent('toast', {bubbles: true, detail: {text: 'Done', tone: 'good', undo}}))"
    page.evaluate(send, "/undo/1/")
    assert page.locator("#toasts form:visible").count() == 1
    page.evaluate(send, "//evil.example/")
    assert page.locator("#toasts .toast").count() == 2
    assert page.locator("#toasts form:visible").count() == 1


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_nothing_runs_out_of_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_touch_targets_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, main .button, main select, main input, .tabbar *, .bar button')]
          .filter((e) => e.matches('a, button, select, input:not([type=checkbox], [type=radio], [type=hidden])') && e.getClientRects().length)
          .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert small == []

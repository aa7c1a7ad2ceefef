"""Take the pictures of the README of a demo shop that is up: `make demo`, then

    .venv/bin/python docs/screenshots.py --address http://127.0.0.1:8000 --password PRINTED-BY-DEMO

Every picture is written to docs/images; where this machine has pngquant its colours are reduced.
"""

import argparse
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := which(name))), None)
DESK = {"viewport": {"width": 1440, "height": 900}}
TALL = {"viewport": {"width": 1440, "height": 1240}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
LANGUAGES = {"zh": ("zh-CN", "zh-hans"), "en": ("en-GB", "en")}


@contextmanager
def visiting(browser: Browser, language: str, screen: dict[str, object]) -> Iterator[Page]:
    """Open a browser of a language and a size."""
    locale, code = LANGUAGES[language]
    context = browser.new_context(locale=locale, timezone_id="Asia/Shanghai", **screen)
    try:
        page = context.new_page()
        page.set_extra_http_headers({"Accept-Language": code})
        yield page
    finally:
        context.close()


def sign_in(page: Page, address: str, name: str, password: str, language: str) -> None:
    """Sign in, and choose the language of the pages."""
    page.goto(f"{address}/accounts/login/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    speak(page, LANGUAGES[language][1])


def speak(page: Page, code: str) -> None:
    """Switch the language as the switch of the page does."""
    button = page.locator(f"form button[name=language][value='{code}']")
    if button.count():
        with page.expect_navigation():
            button.first.evaluate("button => button.form.requestSubmit(button)")


def take(page: Page, name: str) -> None:
    """Take a picture and reduce its colours."""
    page.wait_for_load_state("networkidle")
    IMAGES.mkdir(exist_ok=True)
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    shrink(path)
    print(f"{path.name}: {path.stat().st_size // 1024} kB")


def shrink(path: Path) -> None:
    """Reduce the colours where this machine can."""
    if which("pngquant"):
        subprocess.run([which("pngquant") or "", "--force", "--output", str(path), "128", str(path)], check=True)


def staff(browser: Browser, address: str, password: str, language: str) -> str:
    """Take the pages of staff; return a link to the progress page of a customer who has a proposal before him."""
    with visiting(browser, language, TALL) as page:
        sign_in(page, address, "manager", password, language)
        page.goto(f"{address}/insight/")
        page.wait_for_selector("figure svg", timeout=20_000)
        take(page, f"dashboard-{language}")
    with visiting(browser, language, DESK) as page:
        sign_in(page, address, "supervisor2", password, language)
        page.goto(f"{address}/queue/?department=quality&show=open")
        take(page, f"queue-{language}")
        page.goto(f"{address}/search/?state=proposing&language={'zh' if language == 'zh' else 'en'}")
        page.locator("main a[href^='/cases/']").first.click()
        page.wait_for_load_state()
        take(page, f"case-{language}")
        found = re.search(r"/t/[\w-]{20,}", page.inner_text("body"))
        return found[0] if found else ""


def main() -> None:
    """Take all pictures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--address", default="http://127.0.0.1:8000")
    options.add_argument("--password", required=True, help="the password of the demo's staff")
    options.add_argument("--progress", help="address of a progress page to be shown on a telephone")
    given = options.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for language in LANGUAGES:
            link = staff(browser, given.address, given.password, language)
            link = given.progress or link
            if link:
                with visiting(browser, language, PHONE) as page:
                    page.goto(link if link.startswith("http") else given.address + link)
                    speak(page, LANGUAGES[language][1])
                    take(page, f"progress-{language}")
        browser.close()


if __name__ == "__main__":
    main()

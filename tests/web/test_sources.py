"""Templates and scripts keep the content security policy, and every name they use exists."""

import re
from pathlib import Path

import pytest

import huiyin
from huiyin.web.words import GROUPS

PACKAGE = Path(huiyin.__file__).parent
STATIC = PACKAGE / "web" / "static" / "huiyin"
TEMPLATES = sorted(p for p in PACKAGE.rglob("templates/**/*.html"))
ICONS = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
SCRIPTS = [STATIC / "app.js", *sorted((STATIC / "js").glob("*.js"))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_template_keeps_the_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text), "inline style is refused by the content security policy"
    assert not re.search(r"<style\b", text) or path.name == "file_style.html"  # a report saved as a file, never served
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline handler is refused by the content security policy"
    assert not re.search(r"\bhx-on\b|\bhx-vals=[\"']js:", text), "htmx would have to evaluate code"
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text)), "inline script"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_template_uses_known_icons(path: Path) -> None:
    used = re.findall(
        r'{% icon "([\w-]+)"|{% panel[^%]*\bicon="([\w-]+)"|{% empty[^%]*\bicon="([\w-]+)"', path.read_text()
    )
    assert {name for names in used for name in names if name} <= ICONS


def test_every_look_has_a_known_icon() -> None:
    assert {look.icon for group in GROUPS.values() for look in group.values() if look.icon} <= ICONS


def test_scripts_evaluate_nothing_and_write_no_markup() -> None:
    for path in SCRIPTS:
        assert not re.search(
            r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", path.read_text()
        ), path


def test_scripts_say_only_what_the_server_wrote() -> None:
    said = {name for path in SCRIPTS for name in re.findall(r'\bsay\("(\w+)"', path.read_text())}
    written = set(re.findall(r'data-say="(\w+)"', (PACKAGE / "web" / "templates" / "toasts.html").read_text()))
    assert said <= written


def test_style_sheets_use_only_defined_tokens() -> None:
    defined = set(re.findall(r"(--[\w-]+):", (STATIC / "css" / "tokens.css").read_text()))
    for path in [STATIC / "app.css", *(STATIC / "css").glob("*.css")]:
        assert set(re.findall(r"var\((--[\w-]+)", path.read_text())) <= defined, path

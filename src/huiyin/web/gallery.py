"""Every component with sample content, for those who write pages. Served only while developing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from huiyin.web.navigation import NAVIGATION, Shown

NOW: Final = datetime(2026, 11, 22, 6, 18, tzinfo=UTC)
SPRITE: Final = Path(__file__).parent / "static" / "huiyin" / "icons.svg"
HOUR: Final = timedelta(hours=1)


class SampleForm(forms.Form):
    """One field of each kind, two of them wrong."""

    order = forms.CharField(label=_("Order number"), help_text=_("On the delivery note, 14 digits."))
    level = forms.ChoiceField(label=_("Level"), choices=[("1", "1"), ("2", "2")], required=False)
    when = forms.DateField(label=_("When it happened"), required=False, widget=forms.DateInput({"type": "date"}))
    amount = forms.DecimalField(label=_("Amount"), required=False)
    text = forms.CharField(label=_("What happened"), widget=forms.Textarea({"data-count": "500", "rows": 3}))
    way = forms.ChoiceField(
        label=_("Answer by"), choices=[("sms", "SMS"), ("mail", "E-mail")], widget=forms.RadioSelect
    )
    copy = forms.BooleanField(label=_("Send me a copy"), required=False)


def _form() -> SampleForm:
    words = "11月15日下的单，页面承诺 48 小时内送达，今天还没有到。 I called twice, nobody called back."
    return SampleForm({"order": "", "amount": "12.345x", "text": words, "way": "sms"})


def _cases() -> list[dict[str, Any]]:
    rows: tuple[tuple[Any, ...], ...] = (
        (
            "H-2611-004821",
            "电热水壶使用时冒烟，插头烧焦 / Kettle caught fire",
            1,
            "complaint",
            ["safety", "group"],
            -2.2,
            None,
            "quality",
        ),
        ("H-2611-004790", "包裹五天没有更新，客服电话打不通", 2, "complaint", ["repeat"], 0.6, "林晓", "logistics"),
        (
            "H-2611-004766",
            "Refund of ¥239 shown as paid but not on my card",
            2,
            "complaint",
            [],
            3.4,
            "Priya Nair",
            "finance",
        ),
        ("H-2611-004701", "希望结算页可以保存多个发票抬头", 4, "suggestion", [], 97, "陈立", "product"),
        ("H-2611-004699", "7天无理由退货，运费谁承担？", 3, "consultation", [], 5.2, "林晓", "aftersales"),
    )
    keys = ("number", "title", "level", "kind", "flags", "hours", "owner", "department")
    cases: list[dict[str, Any]] = [dict(zip(keys, row, strict=True)) for row in rows]
    for case in cases:
        case["due"] = NOW + case["hours"] * HOUR
        case["warn"] = case["due"] - 1.5 * HOUR
    return cases


def _timeline() -> list[dict[str, Any]]:
    at = NOW - 30 * HOUR
    return [
        {"kind": "fact", "icon": "inbox", "title": "Received by web form · 网页表单收到", "at": at, "who": "Huiyin"},
        {
            "kind": "in",
            "who": "王女士",
            "channel": "web",
            "at": at,
            "text": "你好，我在你们店买的 1.7L 电热水壶，昨晚第三次使用时底座冒烟，插头烧黑了，还好人没事。\n要求全额退款，并且说明是不是质量问题。",
            "files": [
                {"name": "插头照片.jpg", "url": "#", "size": 482_113},
                {"name": "order-20261115.pdf", "url": "#", "size": 90_210},
            ],
        },
        {
            "kind": "fact",
            "icon": "spark",
            "title": "Level 1, safety · 判为 1 级，安全",
            "at": at + timedelta(minutes=1),
            "who": "Huiyin",
            "reasons": [
                {"zh": "出现“冒烟”“烧黑”，安全事项不低于 1 级", "en": "“smoke”, “burnt”: safety matters are level 1"}
            ],
        },
        {
            "kind": "note",
            "who": "林晓",
            "at": at + HOUR,
            "text": "同批次 (B2610-77) 本周已有 3 起，已通知质量部 @周航。先停用样品寄回，不要让顾客自己拆。",
        },
        {
            "kind": "out",
            "who": "林晓",
            "channel": "sms",
            "status": "read",
            "at": at + 1.2 * HOUR,
            "text": "王女士您好，非常抱歉让您受惊了。请先停止使用并拔下插头；我们今天 18:00 前安排上门取回检测，退款 ¥239.00 在取回后 24 小时内原路退回。",
        },
        {
            "kind": "out",
            "who": "林晓",
            "channel": "email",
            "status": "failed",
            "at": at + 2 * HOUR,
            "text": "Here is the written summary.",
        },
    ]


def _navigation() -> list[tuple[Any, list[Shown]]]:
    return [(label, [Shown(e, "#", e.url_name == "dispatch:queue") for e in entries]) for label, entries in NAVIGATION]


def _icons() -> list[str]:
    return [str(symbol.get("id")) for symbol in ElementTree.parse(SPRITE).getroot()]  # noqa: S314 - our own file


def _table() -> dict[str, Any]:
    columns = [
        {"label": _("Carrier")},
        {"label": _("Complaints"), "num": True},
        {"label": _("Per 10,000 orders"), "num": True},
    ]
    rows = (("顺达速运", "128", "4.1"), ("Northwind Parcel", "36", "2.7"), ("同城即达", "9", "0.8"))
    return {"columns": columns, "rows": [{"url": "#", "cells": row} for row in rows]}


def _bars() -> list[dict[str, int]]:
    counts = (12, 18, 9, 22, 31, 27, 14, 16, 20, 44, 25, 19)
    return [
        {"x": 34 + i * 46, "y": 170 - n * 3, "height": n * 3, "n": n, "tone": 3 if n > 40 else 1}
        for i, n in enumerate(counts)
    ]


def _sample() -> dict[str, Any]:
    return {
        "now": NOW,
        "shell_now": NOW,
        "cases": _cases(),
        "entries": _timeline(),
        "form": _form(),
        "icons": _icons(),
        "table": _table(),
        "bars": _bars(),
        "amount": Decimal(1280),
        "times": {"received": NOW - 30 * HOUR, "confirmed": NOW - 29 * HOUR, "investigating": NOW - 26 * HOUR},
        "due": {
            "late": NOW - 2.2 * HOUR,
            "near": NOW + 0.6 * HOUR,
            "ok": NOW + 5 * HOUR,
            "far": NOW + 120 * HOUR,
            "warn": NOW - HOUR,
        },
        "reasons": [
            {"zh": "2 级投诉须在收到后 4 小时内回应", "en": "A level 2 complaint is answered within 4 hours"},
            {
                "zh": "商品质量类 24 小时内答复，两者取早",
                "en": "Product quality is answered within 24 hours; the earlier holds",
            },
        ],
        "definition": {
            "zh": "从收到反馈到第一次人工答复的平均时间；自动回执不算。分母：本期收到的全部投诉。",
            "en": "Mean time from receipt to the first answer by a person; automatic receipts do not count. Of all complaints received.",
        },
        "tabs": [
            {"key": "open", "url": "#", "label": _("Open"), "count": 1284},
            {"key": "mine", "url": "#", "label": _("Mine"), "count": 7},
            {"key": "closed", "url": "#", "label": _("Closed"), "count": None},
        ],
        "chips": [{"label": _("Level 1 and 2"), "remove": "#"}, {"label": "物流", "remove": "#"}],
    }


def staff_sample() -> dict[str, Any]:
    """Everything the staff's gallery shows, its navigation included."""
    return _sample() | {
        "shell_navigation": _navigation(),
        "shell_next": "#",
        "shell_search": "#",
        "shell_logout": "#",
        "reader": "林晓",
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """The staff's components in the staff's shell."""
    return render(request, "web/gallery.html", staff_sample())


def gallery_public(request: HttpRequest) -> HttpResponse:
    """A customer's progress page, as the customer's shell shows it."""
    words = _sample()
    words["entries"] = [entry for entry in words["entries"] if entry["kind"] in ("in", "out")]
    return render(request, "web/gallery_public.html", words)

"""The names a file's columns may have, in English and Chinese, and how a row of named values becomes a feedback item. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

NAMES: dict[str, tuple[str, ...]] = {
    "text": ("内容", "反馈内容", "投诉内容", "正文", "问题描述", "描述", "评价内容", "评论", "评价", "留言", "content", "feedback", "message", "narrative",
             "consumer complaint narrative", "complaint", "comment", "review", "description", "body"),
    "channel": ("渠道", "来源渠道", "反馈渠道"),
    "external_id": ("外部编号", "外部id", "唯一标识"),
    "id": ("编号", "反馈编号", "投诉编号", "单号", "feedback id", "complaint id"),
    "locale": ("语言", "language", "lang"),
    "order_number": ("订单号", "订单编号", "订单", "order", "order id", "order no"),
    "product": ("商品", "商品名称", "产品", "产品名称", "product name", "item"),
    "subject": ("标题", "主题", "事由", "title"),
    "reason": ("原因", "投诉原因", "反馈原因"),
    "demand": ("诉求", "顾客诉求", "客户诉求", "要求", "期望"),
    "occurred_at": ("时间", "发生时间", "日期", "发生日期", "反馈时间", "投诉时间", "time", "date", "created at", "date received"),
    "occurred_where": ("地点", "发生地点", "location"),
    "store": ("门店", "店铺", "shop"),
    "customer_name": ("姓名", "顾客姓名", "客户姓名", "顾客", "客户", "称呼", "name", "customer"),
    "customer_phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "顾客电话", "客户电话", "联系方式", "phone", "mobile", "telephone"),
    "customer_email": ("邮箱", "电子邮箱", "邮件", "电子邮件", "email", "e-mail", "mail"),
    "customer_external_id": ("会员号", "会员编号", "用户id", "客户编号", "顾客编号", "user id", "member id", "customer id"),
    "customer_preferred_contact": ("联系偏好", "希望联系方式", "首选联系方式", "preferred contact"),
}  # fmt: skip
"""Every field of an item and the other names its column may have, the surest first."""

CONTACT_WORDS = {
    "电话": "phone",
    "短信": "sms",
    "邮件": "email",
    "邮箱": "email",
    "应用": "app",
    "在线": "chat",
    "信函": "letter",
}
EXTRA_KEY = 60
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[\sT]+(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*(?:[:分]\s*(\d{1,2})(?:\.\d+)?)?\s*[分秒]?)?"
)


def plain(name: str) -> str:
    """Return a column's name without case, spaces, marks and remarks in brackets."""
    text = re.sub(r"[(（\[【].*?[)）\]】]", "", unicodedata.normalize("NFKC", name).casefold())
    return "".join(sign for sign in text if sign.isalnum())


_BY_NAME = {plain(name): (field, rank) for field, others in NAMES.items() for rank, name in enumerate((field, *others))}


@lru_cache(maxsize=512)
def fields_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return which field each column fills, "" for one that is kept as extra. A field is filled by one column, the surest.

    Where nothing is called a text, the reason is the text.
    """
    found = [_BY_NAME.get(plain(name), ("", 0)) for name in names]
    if not any(field == "text" for field, _ in found):
        found = [("text", rank) if field == "reason" else (field, rank) for field, rank in found]
    best: dict[str, int] = {}
    for place, (field, rank) in enumerate(found):
        if field and (field not in best or rank < found[best[field]][1]):
            best[field] = place
    return tuple(field if field and best[field] == place else "" for place, (field, _) in enumerate(found))


def item_of(names: Sequence[str], values: Sequence[object]) -> tuple[dict[str, Any], str]:
    """Return the item of the interface that a row means, and its `id` where that stands in for the external id."""
    item: dict[str, Any] = {}
    customer: dict[str, object] = {}
    extra: dict[str, object] = {}
    own_id = ""
    for name, field, value in zip(names, fields_of(tuple(names)), values, strict=True):
        if value is None or value == "":
            continue
        if name in {"customer", "extra"} and isinstance(value, Mapping):
            (customer if name == "customer" else extra).update(value)
        elif field == "id":
            own_id = str(value)
        elif field.startswith("customer_"):
            customer[field.removeprefix("customer_")] = value
        elif field:
            item[field] = value
        else:
            extra[_free(name, extra)] = value
    return _finish(item, customer, extra), "" if item.get("external_id") else own_id


def _free(name: str, taken: Mapping[str, object]) -> str:
    base = " ".join(name.split())[:EXTRA_KEY] or "column"
    key, count = base, 2
    while key in taken:
        key, count = f"{base[: EXTRA_KEY - 6]} ({count})", count + 1
    return key


def _finish(item: dict[str, Any], customer: dict[str, object], extra: dict[str, object]) -> dict[str, Any]:
    if "occurred_at" in item:
        item["occurred_at"] = moment(item["occurred_at"])
    wish = customer.get("preferred_contact")
    if isinstance(wish, str):
        customer["preferred_contact"] = CONTACT_WORDS.get(wish.strip(), wish.strip().casefold())
    if customer:
        item["customer"] = customer
    if extra:
        item["extra"] = extra
    return item


def moment(value: object) -> object:
    """Return a date as people write it (2026/3/1, 2026年3月1日 14:30) in ISO form; anything else as it is."""
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return value
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    date = f"{year:04}-{month:02}-{day:02}"
    return f"{date}T{hour:02}:{minute:02}:{second:02}" if found[4] else date

"""Bad input, once for every door: what is sent, and which field the error names (None: it is taken)."""

from typing import Any, NamedTuple

ZALGO = "é" + "\u0301" * 500


class Bad(NamedTuple):
    """A feedback item, and the field that is wrong with it."""

    item: dict[str, Any]
    field: str | None


BAD: dict[str, Bad] = {
    "empty text": Bad({"text": ""}, "text"),
    "blank text": Bad({"text": " \u3000\n\t"}, "text"),
    "control signs only": Bad({"text": "\x01\x02"}, "text"),
    "long text": Bad({"text": "长" * 20_001}, "text"),
    "longest text": Bad({"text": "长" * 20_000}, None),
    "script": Bad(
        {
            "text": "<script>alert(1)</script>",
            "product": "<img src=x onerror=alert(1)>",
            "customer": {"name": "<b>x</b>"},
        },
        None,
    ),
    "emoji": Bad({"text": "👨‍👩‍👧‍👦😡", "demand": "🙏🏽"}, None),
    "right to left": Bad({"text": "\u202eabc\u202c شكوى", "subject": "\u2067x"}, None),
    "combining marks": Bad({"text": ZALGO}, None),
    "quotes and SQL": Bad({"text": "'; DROP TABLE cases_case; --", "order_number": '"\\'}, None),
    "template signs": Bad({"text": "{{ 7*7 }} {% raw %} ${x} {number}", "demand": "{demand}"}, None),
    "formula": Bad({"text": '=HYPERLINK("http://x")', "product": "@SUM(1)"}, None),
    "bad mail": Bad({"text": "x", "customer": {"email": "nobody"}}, "customer.email"),
    "mail with a second header": Bad({"text": "x", "customer": {"email": "a@b.cn\nBcc: c@d.cn"}}, "customer.email"),
    "bad phone": Bad({"text": "x", "customer": {"phone": "ring me"}}, "customer.phone"),
    "bad wish": Bad({"text": "x", "customer": {"preferred_contact": "pigeon"}}, "customer.preferred_contact"),
    "date that is none": Bad({"text": "x", "occurred_at": "yesterday"}, "occurred_at"),
    "date long ago": Bad({"text": "x", "occurred_at": "1999-12-31"}, "occurred_at"),
    "date to come": Bad({"text": "x", "occurred_at": "2099-01-01"}, "occurred_at"),
    "date beyond time": Bad({"text": "x", "occurred_at": "9999-12-31T23:59:59-23:59"}, "occurred_at"),
    "unknown channel": Bad({"text": "x", "channel": "smoke"}, "channel"),
    "long field": Bad({"text": "x", "product": "p" * 501}, "product"),
    "long external id": Bad({"text": "x", "external_id": "e" * 201}, "external_id"),
}

JSON_ONLY: dict[str, Bad] = {
    "no text": Bad({}, "text"),
    "text is a list": Bad({"text": ["x"]}, "text"),
    "text is true": Bad({"text": True}, "text"),
    "text is a number": Bad({"text": 12}, None),
    "nul": Bad({"text": "a\x00b"}, None),
    "unknown field": Bad({"text": "x", "colour": "red"}, "colour"),
    "customer is text": Bad({"text": "x", "customer": "Li"}, "customer"),
    "unknown field of the customer": Bad({"text": "x", "customer": {"age": 4}}, "customer.age"),
    "extra is a list": Bad({"text": "x", "extra": [1]}, "extra"),
    "extra is deep": Bad({"text": "x", "extra": {"a": {"b": [1, {"c": None}]}}}, None),
    "too much extra": Bad({"text": "x", "extra": {str(number): 1 for number in range(101)}}, "extra"),
    "order number is an object": Bad({"text": "x", "order_number": {"a": 1}}, "order_number"),
    "huge number": Bad({"text": "x", "order_number": 10**600}, "order_number"),
}

"""The search: what is found, who finds it, and the words it is asked by."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases.models import Case
from huiyin.cases.queries import Filters, search
from huiyin.cases.rules import search_phrases, search_words
from huiyin.cases.words import hits, marked, snippet
from huiyin.kernel.errors import BadInput
from huiyin.people.actors import SYSTEM
from tests.workbench import shop

TEXT = "手机用了三天就坏了，要求退款，客服一直没人理。 The screen flickers, refunds please."


def found(text: str, who=SYSTEM, **filters) -> list[str]:
    return [case.number for case in search(who, text, Filters(**filters), size=50).rows]


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["退款", "要求退款", "三天就坏", "没人理", "flickers", "REFUND", "退款 screen", "李晓红", "13912345678", "139 1234 5678",
                                   "li@example.com", "ORD-77", "坏"])  # fmt: skip
def test_words_inside_a_text_numbers_and_contacts_find_the_case(staff, now, words):
    item = {"customer": {"name": "李晓红", "phone": "13912345678", "email": "li@example.com"}, "order_number": "ORD-77"}
    case = shop.open_case(TEXT, at=now, item=item)
    shop.open_case("完全不同的一件事", at=now)
    assert found(words) == [case.number]
    assert found(case.number.lower()) == [case.number]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words", ["款退", "退款 完全", "手坏", "screens", "13912345679", "'); DROP TABLE", "&|!", "   ", "<->", "\\"]
)
def test_what_does_not_stand_there_is_not_found(staff, now, words):
    shop.open_case(TEXT, at=now, item={"customer": {"phone": "13912345678"}})
    assert found(words) in ([], found("")) if not words.strip() else not found(words)


@pytest.mark.django_db
def test_only_what_one_may_see_is_found(staff, actor, now):
    quality = shop.open_case("水壶坏了要退款", at=now, code=1101)
    logistics = shop.open_case("快递丢了要退款", at=now, code=2202)
    assert {quality.department, logistics.department} == {"quality", "logistics"}
    assert found("退款", actor("quality")) == [quality.number]
    assert found("退款", actor("logistics")) == [logistics.number]
    assert set(found("退款", actor("manager"))) == {quality.number, logistics.number}
    assert found(logistics.number, actor("quality")) == []
    Case.objects.filter(pk=logistics.pk).update(co_departments=["quality"])
    assert set(found("退款", actor("quality"))) == {quality.number, logistics.number}


@pytest.mark.django_db
def test_filters_narrow_and_pages_join_without_gap_or_repeat(staff, now):
    made = [
        shop.open_case(f"退款第{place}次", at=now + timedelta(minutes=place), level=1 + place % 4).number
        for place in range(11)
    ]
    pages, older = [], ""
    while True:
        page = search(SYSTEM, "退款", Filters(), size=4, older=older)
        pages += [case.number for case in page.rows]
        older = page.older
        if not older:
            break
    assert pages == made[::-1]
    assert sorted(found("退款", level=2)) == sorted(number for place, number in enumerate(made) if place % 4 == 1)
    assert found("退款", state="closed") == []
    with pytest.raises(BadInput):
        search(SYSTEM, "", Filters(), size=4, older="nonsense")


@pytest.mark.django_db
def test_going_back_gives_the_page_one_came_from(staff, now):
    for place in range(7):
        shop.open_case(f"退款第{place}次", at=now)
    first = search(SYSTEM, "", Filters(), size=3)
    second = search(SYSTEM, "", Filters(), size=3, older=first.older)
    back = search(SYSTEM, "", Filters(), size=3, newer=second.newer)
    assert [case.pk for case in back.rows] == [case.pk for case in first.rows]
    assert back.newer == ""
    assert back.older == first.older


@given(st.text(alphabet="退款手机坏了abcXY12 ，.'", max_size=30), st.data())
def test_every_part_of_a_chinese_run_is_asked_for_as_it_is_indexed(text, data):
    words = search_words(text)
    runs = [
        run for run in "".join(sign if "\u3400" <= sign <= "\u9fff" else " " for sign in text).split() if len(run) > 1
    ]
    for run in runs:
        begin = data.draw(st.integers(0, len(run) - 2))
        end = data.draw(st.integers(begin + 2, len(run)))
        (phrase,) = search_phrases(run[begin:end])
        asked = [word.strip("'") for word in phrase.split(" <-> ")]
        assert any(words[at : at + len(asked)] == asked for at in range(len(words))), (words, asked)


def test_marking_keeps_the_text_and_escapes_it():
    assert marked("<b>退款</b>", "退款") == "&lt;b&gt;<mark>退款</mark>&lt;/b&gt;"
    assert marked("none", "退款") == "none"
    assert hits("退款又退款", "退款 款又") == [(0, 2), (3, 5)]
    assert snippet("开头" + "好" * 200 + "退款" + "结尾" * 100, "退款").count("退款") == 1
    assert snippet("没有", "退款") == ""

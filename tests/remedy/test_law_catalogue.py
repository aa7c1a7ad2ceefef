"""The catalogue of law in the default policy: dated, whole, and judged by the day."""

from datetime import date, timedelta

import pytest

from huiyin.policy.load import load_default
from huiyin.policy.schema.law import Law
from huiyin.policy.schema.work import When

LAW: Law = load_default().law


def cited(on: str, *flags: str, code: int | None = None, kind: str = "complaint") -> set[str]:
    found = LAW.for_case(
        on=date.fromisoformat(on), kind=kind, code=code, group=None, flags=frozenset(flags), level=2, channel="web"
    )
    return {f"{article.law} {article.article or ''}".strip() for article in found}


def test_repealed_laws_are_cited_only_for_their_own_days() -> None:
    assert "tort_law" in cited("2020-12-31", "safety")
    assert "civil_code 1202-1207" not in cited("2020-12-31", "safety")
    assert "tort_law" not in cited("2021-01-01", "safety")
    assert {"civil_code 1206", "civil_code 1202-1207", "crpl 19", "ecommerce 38"} <= cited("2021-01-01", "safety")


@pytest.mark.parametrize(
    ("on", "there", "gone"),
    [
        ("2026-04-14", "complaints_2020 21", "complaints_2026 23"),
        ("2026-04-15", "complaints_2026 23", "complaints_2020 21"),
    ],
)
def test_mediation_changes_on_its_day(on: str, there: str, gone: str) -> None:
    assert there in cited(on, "legal")
    assert gone not in cited(on, "legal")
    assert "crpl_regulation 46" in cited(on, "legal")


def test_codes_bring_their_articles() -> None:
    assert "crpl 55(1)" in cited("2026-06-01", code=1301)
    assert "food_safety 148" in cited("2026-06-01", code=1401)
    assert "food_safety 96" in cited("2015-09-30", code=1401)
    assert "crpl 55(1)" not in cited("2026-06-01", code=1301, kind="consultation")
    assert cited("2026-06-01", code=2001) == set()


def test_every_rule_the_catalogue_promises_is_there() -> None:
    today = {f"{article.law} {article.article or ''}".strip() for article in LAW.in_force(date(2026, 11, 1))}
    assert {
        "crpl 23(3)", "crpl 24", "crpl 25", "return7", "penalties 9", "crpl 55(1)", "crpl 55(2)", "food_safety 148",
        "crpl 48", "crpl 52", "crpl 44", "crpl 19", "ecommerce 38", "civil_code 1206", "recall", "ecommerce 31",
        "ecommerce 39", "ecommerce 59", "ecommerce 63", "ecommerce 62", "civil_code 203", "civil_code 188", "pipl 6",
        "pipl 19", "pipl 24", "pipl 44-50", "pipl 57", "cybersecurity 23(3)", "odr_12315", "crpl_regulation 49(2)",
        "gbt_47746", "complaints_2026 14", "complaints_2026 23",
    } <= today  # fmt: skip
    assert len(LAW.traps) == 7
    assert len(LAW.grounds) == 9
    assert len(LAW.remedies) == 7


def test_no_article_outlives_its_law_or_meets_its_successor() -> None:
    for article in LAW.articles:
        law = LAW.instruments[article.law]
        assert article.in_force_from >= law.in_force_from
        assert law.in_force_to is None or (article.in_force_to or date.max) <= law.in_force_to
    for key, law in LAW.instruments.items():
        for successor in law.replaced_by:
            assert law.in_force_to is not None, key
            assert LAW.instruments[successor].in_force_from == law.in_force_to + timedelta(1)


def test_articles_without_conditions_belong_to_no_single_case() -> None:
    assert all(article.when != When() for article in LAW.articles)


def test_citations() -> None:
    assert LAW.cite("crpl", "55(2)").zh == "《消费者权益保护法》第55条第2款"
    assert LAW.cite("ecommerce", "31").en == "E-Commerce Law, art 31"
    assert LAW.cite("recall", None).zh == "《消费品召回管理暂行规定》"

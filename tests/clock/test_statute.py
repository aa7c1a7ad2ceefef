"""Legal periods: every worked example of the catalogue, and the edges beside them."""

from datetime import date

import pytest

from huiyin.clock.days import UnpublishedYear
from huiyin.clock.statute import period, statute_deadlines, statutes_starting
from huiyin.kernel.errors import BadInput
from huiyin.policy.schema import Policy

from .places import at

EXAMPLES = [
    ("burden_of_proof", "2026-03-01", "2026-09-01"),  # six months: the same number of the month
    ("burden_of_proof", "2025-08-31", "2026-02-28"),  # no 31st of February: its last day
    ("seven_day_return", "2026-06-01", "2026-06-08"),
    ("seven_day_return", "2026-02-10", "2026-02-24"),  # 02-17 in Spring Festival: the next working day
    ("quality_return", "2026-06-01", "2026-06-08"),
    ("refund_after_return", "2026-06-10", "2026-06-17"),
    ("refund_after_return", "2026-02-10", "2026-02-17"),  # our own duty keeps the holiday
    ("refund_refusal", "2026-06-10", "2026-06-25"),
    ("recall_report", "2026-09-24", "2026-09-29"),  # Thu; Fri to Sun off; Mon 28, Tue 29
    ("transaction_records", "2024-01-10", "2027-01-10"),
    ("transaction_records", "2024-02-29", "2027-02-28"),  # from a leap day
    ("recall_records", "2026-01-10", "2031-01-10"),
    ("mediation", "2026-04-15", "2026-06-15"),  # 60 days: Sun 06-14 → Mon 06-15
    ("mediation_regulation", "2026-04-15", "2026-06-15"),
    # 45 working days after 2026-04-14 (Tue): April 15–30 has 12; May 6–8, Sat 9, 11–15, 18–22, 25–29 has 19 → 31;
    # June 1–5, 8–12 has 10 → 41; 15, 16, 17, 18 → 45.
    ("mediation", "2026-04-14", "2026-06-18"),
    ("regulator_accepts", "2026-04-15", "2026-04-24"),  # Wed: 16, 17, 20, 21, 22, 23, 24
    ("regulator_accepts", "2026-09-30", "2026-10-15"),  # 10-08, 09, Sat 10, 12, 13, 14, 15
    ("online_settlement", "2026-09-24", "2026-10-15"),  # 28, 29, 30, 10-08, 09, Sat 10, 12, 13, 14, 15
    ("limitation", "2026-03-01", "2029-03-01"),
    ("network_logs", "2025-12-31", "2026-06-30"),  # no 31st of June
    ("network_logs", "2026-01-01", "2026-07-01"),
    ("personal_data_request", "2026-06-01", "2026-07-01"),
]


@pytest.mark.parametrize(("key", "began", "last"), EXAMPLES)
def test_last_days(policy: Policy, key: str, began: str, last: str) -> None:
    assert period(policy, key, date.fromisoformat(began)).last_day == date.fromisoformat(last)


def test_returned_goods_turn_amber_on_day_15_and_red_on_day_16(policy: Policy) -> None:
    found = period(policy, "refund_refusal", date(2026, 6, 10))
    assert (found.amber, found.red) == (date(2026, 6, 25), date(2026, 6, 26))
    colours = [found.colour(date(2026, 6, day)) for day in (24, 25, 26)]
    assert colours == ["green", "amber", "red"]


def test_records_may_go_the_day_after(policy: Policy) -> None:
    found = period(policy, "transaction_records", date(2024, 1, 10))
    assert (found.nature, found.red) == ("keep", date(2027, 1, 11))


@pytest.mark.parametrize(
    ("key", "began", "article"),
    [
        ("network_logs", "2025-12-31", "21"),
        ("network_logs", "2026-01-01", "23(3)"),
        ("mediation", "2026-04-14", "21"),
        ("mediation", "2026-04-15", "23"),
    ],
)
def test_the_wording_of_the_day_decides(policy: Policy, key: str, began: str, article: str) -> None:
    assert period(policy, key, date.fromisoformat(began)).row.article == article


def test_days_for_tests_are_not_counted(policy: Policy) -> None:
    # 60 days from 2026-04-15 is 06-14; ten days of appraisal make it 06-24, a Wednesday.
    found = period(policy, "mediation", date(2026, 4, 15), not_counted=10)
    assert found.last_day == date(2026, 6, 24)
    assert any("appraisal not counted" in said.en for said in found.because)
    # 45 working days end on 06-18; one more day falls into the Dragon Boat Festival, so Monday 06-22.
    assert period(policy, "mediation", date(2026, 4, 14), not_counted=1).last_day == date(2026, 6, 22)
    with pytest.raises(BadInput, match="leaves no days out"):
        period(policy, "recall_report", date(2026, 4, 15), not_counted=1)


def test_words_say_may_apply_and_where_it_was_read(policy: Policy) -> None:
    found = period(policy, "mediation", date(2026, 4, 15))
    assert [said.en for said in found.because] == [
        "The regulator ends mediation: Measures on Complaints and Reports in Market Regulation, art 23 may apply (from a secondary copy), 60 days",
        "60 days from the day after 2026-04-15 = 2026-06-14",
        "the last day 2026-06-14 (Sun) is no working day, so it moves to 2026-06-15 (Civil Code, art 203)",
    ]
    assert found.because[2].zh == "末日 2026-06-14 星期日非工作日，顺延至 2026-06-15（民法典第203条）"


def test_deadlines_end_with_the_last_day(policy: Policy) -> None:
    (due,) = statute_deadlines(policy, "recall_report", at("2026-09-24 16:30"))
    assert (due.clock, due.kind, due.calendar) == ("statute", "recall_report", "legal")
    assert due.due_at == at("2026-09-29 23:59:59")
    assert due.warn_at == at("2026-09-28 00:00")
    (amber,) = statute_deadlines(policy, "refund_refusal", at("2026-06-10 09:00"))
    assert (amber.warn_at, amber.due_at) == (at("2026-06-25 00:00"), at("2026-06-25 23:59:59"))


def test_nothing_before_the_law(policy: Policy) -> None:
    assert statute_deadlines(policy, "recall_report", at("2019-12-31 12:00")) == ()
    with pytest.raises(BadInput, match="No wording of"):
        period(policy, "recall_report", date(2019, 12, 31))
    with pytest.raises(BadInput, match="no legal clock “nothing”"):
        period(policy, "nothing", date(2026, 1, 1))


def test_unpublished_years_are_refused(policy: Policy) -> None:
    with pytest.raises(UnpublishedYear):
        period(policy, "online_settlement", date(2026, 12, 25))
    with pytest.raises(UnpublishedYear):  # 60 days end on 2027-01-19: nobody knows yet whether it is a working day
        period(policy, "mediation", date(2026, 11, 20))


def test_events_start_their_clocks(policy: Policy) -> None:
    marks = {"kind": "complaint", "code": 4301, "level": 3, "channel": "web", "flags": frozenset[str]()}
    assert statutes_starting(policy, "goods_returned", **marks) == ("refund_after_return", "refund_refusal")  # type: ignore[arg-type]
    assert statutes_starting(policy, "received", **marks) == ()  # type: ignore[arg-type]
    assert statutes_starting(policy, "received", **{**marks, "code": 5503}) == ("personal_data_request",)  # type: ignore[arg-type]

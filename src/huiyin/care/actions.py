"""What can be done after closing: asking, visiting, listening, and going on when somebody is not satisfied."""

from huiyin.care.answers import answer_survey, plan_another, record_visit, reopen_if_unhappy, survey_of_token
from huiyin.care.planning import next_due, plan_survey, plan_visit, send_due

__all__ = [
    "answer_survey",
    "next_due",
    "plan_another",
    "plan_survey",
    "plan_visit",
    "record_visit",
    "reopen_if_unhappy",
    "send_due",
    "survey_of_token",
]

"""Versions of the policy: the default first, four eyes, one in force, earlier ones kept."""

from datetime import datetime, timedelta

import pytest

from huiyin.kernel.errors import BadInput, Forbidden
from huiyin.policy.load import default_source, digest, load_default
from huiyin.policy.models import PolicyVersion
from huiyin.policy.versions import active, ensure_default, publish, version

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed() -> dict[str, str]:
    source = default_source()
    source["contact.yaml"] = source["contact.yaml"].replace("sms_characters: 70", "sms_characters: 140")
    return source


def test_default_is_version_one_and_stays_so(now: datetime) -> None:
    ensure_default(now)
    ensure_default(now + timedelta(days=1))
    assert PolicyVersion.objects.count() == 1
    number, policy = active()
    assert number == 1
    assert policy == load_default()
    assert PolicyVersion.objects.get().digest == digest(default_source())


def test_publishing_puts_the_new_one_in_force_and_keeps_the_old(now: datetime, changed: dict[str, str]) -> None:
    number = publish(changed, by="Chen", approver="Wang", note="longer messages", now=now)
    assert active()[0] == number == 2
    assert active()[1].contact.sms_characters == 140
    assert version(1).contact.sms_characters == 70
    assert list(PolicyVersion.objects.order_by("number").values_list("number", "status")) == [
        (1, "retired"),
        (2, "published"),
    ]
    made = PolicyVersion.objects.get(number=2)
    assert (made.created_by, made.published_by, made.published_at, made.note) == (
        "Chen",
        "Wang",
        now,
        "longer messages",
    )


@pytest.mark.parametrize(
    ("by", "approver"), [("Chen", "Chen"), ("Chen", " chen "), ("Li  Na", "li na"), ("", "Wang"), ("Chen", " ")]
)
def test_four_eyes(now: datetime, changed: dict[str, str], by: str, approver: str) -> None:
    with pytest.raises(Forbidden):
        publish(changed, by=by, approver=approver, note="", now=now)
    assert PolicyVersion.objects.count() == 1
    assert active()[0] == 1


def test_a_broken_policy_is_refused_with_its_lines(now: datetime, changed: dict[str, str]) -> None:
    changed["remedy.yaml"] = changed["remedy.yaml"].replace("ladder: [agent,", "ladder: [agnet,")
    with pytest.raises(BadInput, match=r"remedy\.yaml:3: unknown role"):
        publish(changed, by="Chen", approver="Wang", note="", now=now)
    assert active()[0] == 1


def test_going_back_is_publishing_the_old_source_again(now: datetime, changed: dict[str, str]) -> None:
    publish(changed, by="Chen", approver="Wang", note="", now=now)
    number = publish(PolicyVersion.objects.get(number=1).source, by="Wang", approver="Chen", note="back", now=now)
    assert number == 3
    assert active()[1] == version(1)


def test_active_asks_the_database_once_in_a_while_only(django_assert_num_queries: pytest.FixtureRequest) -> None:
    active()
    with django_assert_num_queries(0):  # type: ignore[operator]
        active()
        active()

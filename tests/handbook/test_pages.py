"""The handbook's pages in both languages, and publishing with four eyes through them."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from huiyin.handbook.sections import CHAPTERS
from huiyin.people.models import User
from huiyin.people.words import PERMISSIONS
from huiyin.policy.models import PolicyVersion
from huiyin.policy.schema.vocabulary import Permission
from huiyin.policy.versions import active

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]


@pytest.mark.parametrize("key", [chapter.key for chapter in CHAPTERS])
@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_every_chapter_reads_in_both_languages(client_for: Signed, key: str, locale: str) -> None:
    client = client_for("agent")
    User.objects.update(locale=locale)
    page = client.get(reverse("policy:chapter", args=[key]))
    assert page.status_code == 200
    assert page["Content-Language"] == locale
    assert ">None<" not in page.content.decode()


def test_every_permission_has_words() -> None:
    said = [permission for _, rows in PERMISSIONS for permission in rows]
    assert sorted(said) == sorted(Permission.__args__)  # type: ignore[attr-defined]


def test_overview_counts_what_the_chapters_hold(
    client_for: Signed, policy: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for("auditor")
    with django_assert_max_num_queries(10):
        page = client.get(reverse("policy:index")).content.decode()
    assert f">{len(policy.codes)}<" in page


def changed(client: Client, number: int = 1) -> str:
    """The remedy file with another amount, as downloaded and edited."""
    packed = client.get(reverse("policy:files", args=[number])).content
    text = zipfile.ZipFile(io.BytesIO(packed)).read("remedy.yaml").decode()
    assert "four_eyes_above:" in text
    return "\n".join(
        "four_eyes_above: 4321" if line.startswith("four_eyes_above:") else line for line in text.splitlines()
    )


def test_draft_by_one_approved_by_another(client_for: Signed) -> None:
    author, other = client_for("administrator"), client_for("manager")
    text = changed(author)
    form = {"base": "1", "name": "remedy.yaml", "text": text, "note": "Two people from 4321 on"}
    checked = author.post(reverse("policy:draft"), {**form, "check": "1"})
    assert checked.status_code == 200
    assert "four_eyes_above" in checked.content.decode()
    assert PolicyVersion.objects.count() == 1, "checking keeps nothing"
    kept = author.post(reverse("policy:draft"), {**form, "keep": "1"})
    assert kept["Location"] == reverse("policy:version", args=[2])
    page = author.get(reverse("policy:version", args=[2])).content.decode()
    assert "4321" in page
    assert 'data-dialog="approve"' not in page
    assert author.post(reverse("policy:approve", args=[2])).status_code == 403
    assert active()[0] == 1
    assert other.post(reverse("policy:approve", args=[2])).status_code == 302
    assert active()[0] == 2
    assert str(active()[1].four_eyes_above) == "4321"
    assert other.post(reverse("policy:approve", args=[2])).status_code == 409
    assert other.get(reverse("policy:chapter", args=["authority"]) + "?version=1").status_code == 200


def test_uploads_and_mistakes_are_named_by_file_and_line(client_for: Signed) -> None:
    author = client_for("administrator")
    broken = changed(author).replace("ladder: [agent,", "ladder: [agnet,")
    files = SimpleUploadedFile("remedy.yaml", broken.encode(), "text/yaml")
    answer = author.post(reverse("policy:draft"), {"base": "1", "note": "x", "keep": "1", "uploads": files})
    assert answer.status_code == 422
    assert "remedy.yaml:3" in answer.content.decode()
    assert PolicyVersion.objects.count() == 1


def test_a_zip_of_all_files_goes_round(client_for: Signed) -> None:
    author = client_for("administrator")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("policy/remedy.yaml", changed(author))
    files = SimpleUploadedFile("policy.zip", packed.getvalue(), "application/zip")
    assert (
        author.post(reverse("policy:draft"), {"base": "1", "note": "zip", "keep": "1", "uploads": files}).status_code
        == 302
    )
    assert PolicyVersion.objects.get(number=2).status == "draft"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.exe", b"x"),
        ("a.zip", b"PK not a zip"),
        ("a.yaml", b"\xff\xfe\x00"),
        ("remedy.yaml", b"a: \x00"),
        ("other.yaml", b"x: ["),
    ],
)
def test_useless_uploads_are_refused_in_words(client_for: Signed, name: str, data: bytes) -> None:
    answer = client_for("administrator").post(
        reverse("policy:draft"), {"base": "1", "note": "x", "keep": "1", "uploads": SimpleUploadedFile(name, data)}
    )
    assert answer.status_code == 422
    assert PolicyVersion.objects.count() == 1


def test_a_better_draft_replaces_ones_own(client_for: Signed) -> None:
    author = client_for("administrator")
    form = {"base": "1", "name": "remedy.yaml", "text": changed(author), "note": "first", "keep": "1"}
    author.post(reverse("policy:draft"), form)
    author.post(
        reverse("policy:draft"),
        {**form, "base": "2", "text": changed(author).replace("4321", "4322"), "note": "second"},
    )
    assert dict(PolicyVersion.objects.values_list("number", "status")) == {1: "published", 2: "withdrawn", 3: "draft"}
    assert author.post(reverse("policy:withdraw", args=[3])).status_code == 302
    assert PolicyVersion.objects.get(number=3).status == "withdrawn"


def test_a_draft_made_before_another_was_published_warns(client_for: Signed) -> None:
    author, other = client_for("administrator"), client_for("manager")
    form = {"base": "1", "name": "remedy.yaml", "note": "x", "keep": "1"}
    author.post(reverse("policy:draft"), {**form, "text": changed(author)})
    author.post(reverse("policy:draft"), {**form, "text": changed(author).replace("4321", "999")})
    other.post(reverse("policy:approve", args=[2]))
    User.objects.update(locale="en")
    assert "has come into force since" in other.get(reverse("policy:version", args=[3])).content.decode()


def test_nothing_is_kept_without_a_reason_or_a_change(client_for: Signed) -> None:
    author = client_for("administrator")
    assert (
        author.post(
            reverse("policy:draft"), {"base": "1", "keep": "1", "name": "remedy.yaml", "text": changed(author)}
        ).status_code
        == 422
    )
    assert author.post(reverse("policy:draft"), {"base": "1", "keep": "1", "note": "nothing"}).status_code == 422
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "/policy/versions/99/",
        "/policy/versions/99999999999999999999/",
        "/policy/nowhere/",
        "/policy/?version=77",
        "/policy/codes/?version=77",
    ],
)
def test_what_does_not_exist_is_not_found(client_for: Signed, address: str) -> None:
    assert client_for("agent").get(address).status_code == 404

"""Importing files: everything that can be taken, once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import translation

from huiyin.cases.models import Feedback
from huiyin.intake.importing import open_import, run, summary
from huiyin.intake.models import Import, ImportFault, Quarantined
from huiyin.kernel.errors import Forbidden
from tests.intake.table import BAD
from tests.intake.test_reading import workbook

pytestmark = pytest.mark.django_db
Take = Callable[..., Import]


@pytest.fixture
def take(policy: Any, now: Any) -> Take:
    """Import a file from bytes."""

    def import_file(content: bytes, name: str = "f.csv") -> Import:
        one = open_import(content, name, by=None, now=now, keep=False)
        with translation.override("en"):
            run(one, content, now=now)
        one.refresh_from_db()
        return one

    return import_file


def counts(one: Import) -> tuple[int, int, int, int]:
    return one.seen, one.accepted, one.repeated, one.failed


def test_the_same_file_twice_makes_nothing_twice(take: Take) -> None:
    content = "内容,电话\n很差,13800138000\n很差,13800138000\n不错,\n".encode("gb18030")
    assert counts(take(content)) == (3, 3, 0, 0)
    assert counts(take(content, "another name.csv")) == (3, 0, 3, 0)
    assert Feedback.objects.count() == 3


def test_a_file_that_grew_brings_what_is_new(take: Take) -> None:
    take(b"text\none\ntwo\n")
    assert counts(take(b"text\none\ntwo\nthree\ntwo\n")) == (4, 2, 2, 0)


def test_an_id_serves_as_the_external_id(take: Take) -> None:
    one = take(b"id,text\n1,x\n2,y\n1,x\n2,z\n")
    assert counts(one) == (4, 2, 1, 1)
    assert "row 3 already" in one.faults.get().reason
    assert Feedback.objects.get(text="x").external_id == "1"
    assert counts(take(b"id,text\n1,quite another file\n")) == (1, 1, 0, 0)


def test_an_external_id_of_the_sender_is_never_taken_twice(take: Take) -> None:
    assert counts(take(b"external_id,text\n1,x\n")) == (1, 1, 0, 0)
    assert counts(take(b"external_id,text\n1,x\n2,y\n1,other\n")) == (3, 1, 1, 1)


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_bad_rows_are_told_and_the_rest_is_taken(take: Take, form: str) -> None:
    flat = {
        name: (_flat(bad.item), bad.field)
        for name, bad in BAD.items()
        if form != "xlsx" or len(bad.item["text"]) <= 20_001
    }
    one = take(_file(form, [item for item, _ in flat.values()]), f"f.{form}")
    expected = [name for name, (_, field) in flat.items() if field]
    taken = [name for name, (_, field) in flat.items() if field is None]
    blank = {"empty text", "blank text"}  # a row without anything in it is passed over, not refused
    assert one.state == "done"
    assert one.accepted == len(taken)
    assert len(expected) - len(blank) <= one.failed <= len(expected)
    assert all(fault.reason for fault in one.faults.all())


def _flat(item: dict[str, Any]) -> dict[str, str]:
    customer = {f"customer_{name}": value for name, value in item.get("customer", {}).items()}
    return {name: value for name, value in item.items() if name != "customer"} | customer


def _file(form: str, items: list[dict[str, str]]) -> bytes:
    names = sorted({name for item in items for name in item})
    if form == "jsonl":
        return "\n".join(json.dumps(item) for item in items).encode()
    if form == "xlsx":
        return workbook(
            [names, *[[item.get(name, "") for name in names] for item in items]],
            strings_to_formulas=False,
            strings_to_urls=False,
        )
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows(items)
    return out.getvalue().encode()


def test_rows_that_cannot_be_read_are_kept_with_their_bytes(take: Take) -> None:
    one = take(b"text\ngood\ncaf\xe9\n")
    assert counts(one) == (2, 1, 0, 1)
    assert bytes(Quarantined.objects.get().raw) == b"caf\xe9\n"
    assert one.faults.get().raw == "caf\ufffd\n"


def test_channels_are_known_by_their_names_too(take: Take) -> None:
    assert counts(take("内容,渠道\na,电话热线\nb,email\nc,E-mail\nd,飞鸽\n".encode()))[1:] == (3, 0, 1)
    assert sorted(Feedback.objects.values_list("channel", flat=True)) == ["email", "email", "phone"]


def test_an_import_goes_on_where_it_was_broken_off(take: Take, now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.intake import importing

    content = b"text\n" + b"same\n" * 2500 + b"\x07\n"
    one = open_import(content, "f.csv", by=None, now=now, keep=False)
    real, calls = importing.accept_many, []

    def breaks(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise MemoryError
        return real(*args, **kwargs)

    monkeypatch.setattr(importing, "accept_many", breaks)
    with pytest.raises(MemoryError):
        run(one, content, now=now)
    again = Import.objects.get(pk=one.pk)
    assert (again.state, again.seen) == ("running", 1000)
    run(again, content, now=now)
    assert counts(again) == (2501, 2500, 0, 1)
    assert Feedback.objects.count() == 2500


def test_a_workbook_that_turns_out_broken_ends_as_failed(take: Take) -> None:
    one = take(workbook([["a"], [1]]), "f.xlsx")
    assert one.state == "failed"
    assert "No column" in one.error
    assert one.finished_at is not None


@pytest.fixture
def terminal(policy: Any, tmp_path: Path) -> Callable[..., Any]:
    """Run `huiyin intake` with a file."""
    from huiyin.site.imports import intake

    def call(content: bytes, *options: str, name: str = "f.csv") -> Any:
        path = tmp_path / name
        path.write_bytes(content)
        return CliRunner().invoke(intake, [str(path), *options])

    return call


def test_the_terminal_takes_a_file_through_the_whole_loop(terminal: Callable[..., Any]) -> None:
    result = terminal("内容,订单号\n水壶漏水，要求退款,A1\n,A2\n".encode(), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["rows"], told["accepted"], told["repeated"], told["failed"]) == (2, 1, 0, 1)
    assert told["faults"] == [{"line": 3, "reason": "“text” is empty: please say what happened."}]
    assert Feedback.objects.get().case is not None


def test_exit_codes(terminal: Callable[..., Any]) -> None:
    assert terminal(b"text\nx\n").exit_code == 0
    assert terminal(b"text\nx\n").exit_code == 0
    assert terminal(b"text,channel\nx,smoke\n").exit_code == 1
    unreadable = terminal(b"a,b\n1,2\n", "--json")
    assert unreadable.exit_code == 2
    assert json.loads(unreadable.stdout)["error"].startswith("No column")
    assert terminal(b"text\nx\n", name="gone.csv").exit_code == 0


@pytest.fixture
def job() -> Callable[[int], None]:
    """Run the job of an import as the worker does."""
    from huiyin.intake.jobs import run_import

    return lambda pk: run_import(import_id=pk)


def _upload(client: Client, content: bytes, name: str = "f.csv") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post("/import/", {"file": SimpleUploadedFile(name, content)})


def test_the_page_queues_an_import_and_shows_it(
    client_for: Callable[[str], Client], job: Callable[[int], None]
) -> None:
    client = client_for("supervisor")
    page = _upload(client, "内容\n<script>alert(1)</script>\n".encode() + b'"=1+1,x\n')
    assert page.status_code == 303
    one = Import.objects.get()
    assert 'hx-trigger="load delay:1s"' in client.get(page["Location"]).content.decode()
    job(one.pk)
    one.refresh_from_db()
    assert (one.state, one.accepted, one.failed) == ("done", 1, 1)
    done = client.get(page["Location"]).content.decode()
    assert "hx-trigger" not in done.split("<main")[1]
    assert bytes(one.content) == b""
    told = b"".join(client.get(f"/import/{one.pk}/faults.csv")).decode()
    assert told.startswith("\ufeffsheet,line,reason,row")


def test_faults_are_no_formulas(client_for: Callable[[str], Client], take: Take) -> None:
    one = take(b'text,a\n"=cmd()\n')
    ImportFault.objects.create(of=one, line=9, reason="-1", raw="@SUM(1)")
    lines = b"".join(client_for("manager").get(f"/import/{one.pk}/faults.csv")).decode().splitlines()
    assert lines[-1] == ",9,'-1,'@SUM(1)"


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04", b"\x00\x01\x02\x03" * 300])
def test_an_upload_that_cannot_be_read_is_refused_at_once(client_for: Callable[[str], Client], content: bytes) -> None:
    page = _upload(client_for("supervisor"), content)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.content.decode()
    assert Import.objects.count() == 0


def test_who_may_import(client_for: Callable[[str], Client], actor: Any, now: Any) -> None:
    from huiyin.intake.importing import begin

    assert _upload(client_for("agent"), b"text\nx\n").status_code == 403
    assert client_for("agent").get("/import/").status_code == 403
    assert Client().get("/import/").status_code == 302
    with pytest.raises(Forbidden):
        begin(b"text\nx\n", "f.csv", by=actor("agent"), now=now)
    assert Import.objects.count() == 0


def test_the_summary_lists_every_fault(take: Take) -> None:
    told = summary(take(b"text\n" + b"\x07\n" * 3))
    assert [fault["line"] for fault in told["faults"]] == [2, 3, 4]

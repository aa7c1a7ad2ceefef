"""Errors reach people as a page, htmx as words, programs as a problem document."""

import json
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from huiyin.kernel.errors import Conflict
from huiyin.web import errors
from huiyin.web.middleware import ContentSecurityPolicy, DomainErrors


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def _answer(**headers: str) -> HttpResponse:
    request = RequestFactory().get("/cases/", headers=headers)
    answer = DomainErrors(_nothing).process_exception(request, Conflict("<Lin> was faster"))
    assert answer is not None
    return answer


def test_a_person_gets_a_page_with_escaped_words() -> None:
    answer = _answer(accept="text/html")
    assert answer.status_code == 409
    assert b"&lt;Lin&gt; was faster" in answer.content
    assert b"<html" in answer.content


def test_htmx_gets_words_only() -> None:
    answer = _answer(**{"HX-Request": "true", "accept": "*/*"})
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        409,
        b"<Lin> was faster",
        "text/plain; charset=utf-8",
    )


def test_a_program_gets_a_problem_document() -> None:
    answer = _answer(accept="application/json")
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["detail"] == "<Lin> was faster"


def test_other_errors_are_left_alone() -> None:
    assert DomainErrors(_nothing).process_exception(RequestFactory().get("/"), ValueError("x")) is None


@pytest.mark.parametrize(
    ("handler", "status"), [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404)]
)
def test_djangos_errors(handler: Any, status: int) -> None:
    page = handler(RequestFactory().get("/x/", headers={"accept": "text/html"}), Exception())
    assert page.status_code == status
    assert b"<html" in page.content
    program = handler(RequestFactory().get("/api/v1/x"), Exception())
    assert json.loads(program.content)["status"] == status


def test_server_error_needs_nothing() -> None:
    assert errors.server_error(RequestFactory().get("/x/")).status_code == 500


def test_every_answer_carries_the_policy_unless_the_view_set_its_own() -> None:
    request = RequestFactory().get("/")
    assert "script-src 'self'" in ContentSecurityPolicy(_nothing)(request)["Content-Security-Policy"]

    def own(request: HttpRequest) -> HttpResponse:
        return HttpResponse("", headers={"Content-Security-Policy": "default-src 'self'"})

    assert ContentSecurityPolicy(own)(request)["Content-Security-Policy"] == "default-src 'self'"

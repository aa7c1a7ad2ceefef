"""Who may do what, route by route. The permission walk refuses a route without a row here.

A row names the route, the method, who gets through, and what to send. Who gets through is a line of words:

owner          an agent of customer service; the sample case is his
other          a member of another department (logistics)
supervisor     of customer service
auditor, administrator
key            an integrator's API key
everybody      also visitors without an account, and those with a revoked key

Everybody else is refused: visitors are sent to the sign-in page, or told 401 by the API; people get 403, or 404 where they may not
even know of the thing. And nothing changes. `{name}` in arguments is filled from the world of the walk.
"""

from dataclasses import dataclass, field
from typing import Any, Final

STAFF: Final = "owner other supervisor auditor administrator"


@dataclass(frozen=True)
class Row:
    """One expectation. `told`: a refused person is led to a page he may see, and told there why."""

    name: str
    method: str
    who: str
    args: tuple[str, ...] = ()
    body: dict[str, Any] = field(default_factory=dict)
    told: bool = False
    token: bool = False


def page(name: str, who: str, *args: str) -> Row:
    return Row(name, "GET", who, args)


def form(name: str, who: str, /, *args: str, **body: Any) -> Row:
    return Row(name, "POST", who, args, body)


def verb(name: str, who: str, /, **body: Any) -> Row:
    """A verb of the case page."""
    return Row("workbench:verb", "POST", who, ("{number}", name), body, told=True)


def ask(name: str, who: str, *args: str) -> Row:
    """A read of the API."""
    return Row(f"api:{name}", "GET", who, args)


def call(name: str, who: str, /, *args: str, **body: Any) -> Row:
    """A verb of the API on the sample case."""
    return Row(f"api:{name}", "POST", who, args or ("{number}",), body)


def by_token(name: str, method: str, thing: str = "token", /, **body: Any) -> Row:
    """A customer's page: his token is his right; the stranger comes with another one."""
    return Row(name, method, "everybody", (f"{{{thing}}}",), body, token=True)


ROWS: Final[tuple[Row, ...]] = (
    # ----- everybody
    page("intake:home", "everybody"),
    page("intake:feedback", "everybody"),
    form("intake:feedback", "everybody", text="杯子碎了"),
    by_token("intake:received", "GET"),
    page("intake:kept", "everybody"),
    page("contact:find_progress", "everybody"),
    form("contact:find_progress", "everybody", number="HY1", contact="13800000000"),
    by_token("contact:progress", "GET"),
    by_token("contact:progress_slash", "GET"),
    by_token("contact:message", "POST", text="还没有消息吗"),
    by_token("contact:withdraw", "POST", reason="解决了"),
    by_token("remedy:accept", "POST"),
    by_token("remedy:refuse", "POST", words="不同意"),
    by_token("remedy:discuss", "POST", words="能否换货"),
    by_token("care:survey", "GET", "survey"),
    by_token("care:survey", "POST", "survey", rating="5"),
    by_token("care:survey_slash", "GET", "survey"),
    page("insight:public", "everybody"),
    page("insight:public_pdf", "everybody"),
    form("set_language", "everybody", language="en"),
    page("healthz", "everybody"),
    page("readyz", "everybody"),
    page("metrics", "everybody"),
    # ----- accounts
    page("account_login", "everybody"),
    form("account_login", "everybody", login="agent", password="wrong"),
    page("account_logout", "everybody"),
    form("account_logout", "everybody"),
    page("account_inactive", "everybody"),
    page("mfa_authenticate", "everybody"),
    page("account_change_password", STAFF),
    form("account_change_password", STAFF),
    page("account_reauthenticate", STAFF),
    form("account_reauthenticate", STAFF, password="wrong"),
    page("mfa_reauthenticate", STAFF),
    page("mfa_index", STAFF),
    page("mfa_activate_totp", STAFF),
    page("mfa_deactivate_totp", STAFF),
    page("mfa_view_recovery_codes", STAFF),
    page("mfa_generate_recovery_codes", STAFF),
    page("mfa_download_recovery_codes", STAFF),
    page("start", STAFF),
    # ----- intake
    page("intake:enter", "owner supervisor"),
    form("intake:enter", "owner supervisor", text="顾客来电说杯子碎了", channel="phone"),
    page("intake:customer", "owner supervisor"),
    page("intake:order", "owner supervisor"),
    page("intake:entered", "owner supervisor", "{token}"),
    page("intake:import", "supervisor administrator"),
    form("intake:import", "supervisor administrator"),
    page("intake:import_example", "supervisor administrator"),
    page("intake:import_progress", "supervisor administrator", "{import}"),
    page("intake:import_faults", "supervisor administrator", "{import}"),
    page("intake:quarantine", "supervisor auditor administrator"),
    page("intake:stuck", "supervisor auditor administrator"),
    page("intake:quarantined", "supervisor auditor administrator", "{quarantined}"),
    form("intake:quarantined", "supervisor administrator", "{quarantined}", text="杯子碎了"),
    form("intake:discard", "supervisor administrator", "{quarantined}", note="x"),
    form("intake:retry_feedback", "supervisor administrator", "{feedback}"),
    form("intake:retry_all", "supervisor administrator"),
    form("intake:retry_fact", "supervisor administrator", "1"),
    # ----- work
    Row("dispatch:mine", "GET", "owner other supervisor", told=True),  # who takes no cases is led to the queue
    page("dispatch:queue", STAFF),
    form("dispatch:next", "owner other supervisor"),
    Row("dispatch:take", "POST", "owner supervisor", ("{number}",), told=True),
    page("dispatch:board", "supervisor"),
    form("dispatch:reassign", "supervisor", case="{number}", to="service:", reason="x"),
    page("cases:search", STAFF),
    page("cases:case", "everybody", "{number}"),
    page("workbench:news", STAFF),
    page("workbench:case", "owner supervisor auditor administrator", "{number}"),
    page("workbench:here", "owner supervisor auditor administrator", "{number}"),
    page("workbench:customer", "owner supervisor auditor administrator", "{number}"),
    form("workbench:customer", "owner supervisor", "{number}"),
    page("workbench:people", "supervisor", "{number}"),
    page("workbench:propose", "owner supervisor", "{number}"),
    form("workbench:propose", "owner supervisor", "{number}"),
    verb("confirm", "owner supervisor"),
    verb("investigate", "owner supervisor"),
    verb("close", "owner supervisor", outcome="resolved"),
    verb("reopen", "owner supervisor", reason="x"),
    verb("correct", "owner supervisor", level="1", reason="x"),
    verb("uncorrect", "owner supervisor"),
    verb("responsibility", "owner supervisor", responsible="merchant", cause="product"),
    verb("assign", "supervisor", to="service:", reason="x"),
    verb("take", "owner supervisor"),
    verb("release", "owner supervisor", reason="x"),
    verb("dispute", "owner supervisor", reason="x"),
    verb("pause", "owner supervisor", reason="customer_info"),
    verb("resume", "owner supervisor"),
    verb("extend", "owner supervisor", deadline="{deadline}", amount="4", unit="hours", reason="x"),
    verb("decide", "supervisor", extension="{extension}", granted="yes", answer="x"),
    verb("legal", "owner supervisor", key="x", started_at="2026-03-01T10:00"),
    verb("message", "owner supervisor", text="您好，正在处理"),
    verb("note", "owner supervisor", text="note"),
    verb("answer", "owner supervisor", text="您好"),
    verb("ask", "owner supervisor", questions="订单号？"),
    verb("approve", "supervisor"),
    verb("send-back", "supervisor", reason="x"),
    verb("offer", "owner supervisor"),
    verb("withdraw", "owner supervisor", reason="x"),
    verb("carry-out", "owner supervisor", evidence="x"),
    page("care:visits", "owner supervisor"),
    form("care:record_visit", "owner supervisor", "{visit}", result="satisfied"),
    page("contact:notices", STAFF),
    form("contact:notices_seen", STAFF),
    # ----- oversight
    page("clock:late", "supervisor auditor administrator"),
    page("contact:outbox", "supervisor auditor administrator"),
    form("contact:outbox_action", "supervisor auditor administrator", "{message}", action="retry"),
    page("insight:dashboard", "other supervisor auditor administrator"),
    page("insight:charts", "other supervisor auditor administrator"),
    page("insight:cases", "other supervisor auditor administrator"),
    page("insight:reports", "supervisor auditor administrator"),
    form("insight:report_make", "supervisor auditor administrator", kind="weekly"),
    page("insight:report", "auditor administrator", "{report}"),
    page("insight:report_pdf", "auditor administrator", "{report}"),
    # ----- house
    page("policy:index", STAFF),
    page("policy:chapter", STAFF, "codes"),
    page("policy:versions", STAFF),
    page("policy:version", STAFF, "{draft}"),
    page("policy:files", STAFF, "{policy}"),
    page("policy:draft", "administrator"),
    form("policy:draft", "administrator", base="1", check="1"),
    form("policy:approve", "administrator", "{draft}"),
    form("policy:withdraw", "administrator", "{draft}"),
    page("people:index", "supervisor auditor administrator"),
    page("people:roles", "supervisor auditor administrator"),
    page("people:person", "supervisor auditor administrator", "{person}"),
    form("people:person", "administrator", "{person}", name="x", role="agent", department="service", is_active="on"),
    page("people:new", "administrator"),
    form("people:new", "administrator", username="zhao.min", name="x", role="agent"),
    form("people:password", "administrator", "{person}"),
    form("people:factor", "administrator", "{person}"),
    page("people:keys", "administrator"),
    form("people:keys", "administrator", name="x", role="integrator"),
    form("people:revoke_key", "administrator", "{key_id}"),
    # ----- API
    ask("openapi-json", "everybody"),
    ask("api-root", "everybody"),
    Row("api:push", "POST", "key", (), {"text": "杯子碎了"}),
    Row("api:push_many", "POST", "key", (), {"text": "杯子碎了"}),
    ask("cases", f"{STAFF} key"),
    ask("case", "owner supervisor auditor administrator key", "{number}"),
    ask("messages", "owner supervisor auditor administrator key", "{number}"),
    ask("proposals", "owner supervisor auditor administrator key", "{number}"),
    ask("suggestions", "owner supervisor auditor administrator key", "{number}"),
    ask("floors", "owner supervisor auditor administrator key", "{number}"),
    call("tone", "owner supervisor auditor administrator key", text="您好"),
    call("confirm", "owner supervisor"),
    call("investigate", "owner supervisor", note="x"),
    call("close", "owner supervisor", outcome="resolved"),
    call("reopen", "owner supervisor", reason="x"),
    call("correct", "owner supervisor", level=1, reason="x"),
    call("responsibility", "owner supervisor", responsible="merchant", cause="product"),
    call("pause", "owner supervisor", reason="customer_info"),
    call("resume", "owner supervisor"),
    call("extend", "owner supervisor", deadline="{deadline}", length="4 hours", reason="x"),
    call("legal", "owner supervisor", key="x", started_at="2026-03-01T10:00:00+08:00"),
    call("decide", "supervisor", "{extension}", granted=True, answer="x"),
    call("assign", "supervisor", department="service", reason="x"),
    call("take", "owner supervisor"),
    call("release", "owner supervisor", reason="x"),
    call("dispute", "owner supervisor", reason="x"),
    call("propose", "owner supervisor", words="x", items=[]),
    call("approve", "supervisor"),
    call("send_back", "supervisor", reason="x"),
    call("offer", "owner supervisor"),
    call("withdraw_proposal", "owner supervisor", reason="x"),
    call("execute", "owner supervisor"),
    call("message", "owner supervisor", text="您好，正在处理"),
    call("note", "owner supervisor", text="note"),
    call("answer", "owner supervisor", text="您好"),
    call("ask", "owner supervisor", questions=["订单号？"]),
)

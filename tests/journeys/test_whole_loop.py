"""One complaint from the first word on a telephone's screen to a customer who is satisfied, everybody at his own browser."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.house import House, house
from tests.journeys.visitors import Visitor, visiting

pytestmark = pytest.mark.browser
CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)  # fmt: skip
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
PASSWORD = "ye-yu-chang-an-47"
WORDS = "客服态度非常恶劣，问了三次物流都不耐烦，最后直接挂断我的电话，要求道歉并给个说法。"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the journey is not made")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the journey is not made")
    with house() as made:
        made.start()
        yield made


def test_one_complaint_goes_round_until_the_customer_is_satisfied(browser: Browser, up: House, tmp_path: Path) -> None:
    """Told, confirmed, investigated, approved, accepted, carried out, closed; not satisfied, so once more; satisfied."""
    given = {name: up.command("user", "create", name, "--name", shown, "--role", role, "--department", "service").split(": ")[1]
             for name, shown, role in (("wang", "王小明", "agent"), ("li", "李主管", "supervisor"))}  # fmt: skip
    with (
        visiting(browser, "customer", up.address, tmp_path, **PHONE) as customer,
        visiting(browser, "agent", up.address, tmp_path, **DESK) as agent,
        visiting(browser, "supervisor", up.address, tmp_path, **DESK) as supervisor,
    ):
        number, progress = tells(customer)
        signs_in(agent, "wang", given["wang"])
        works_it_out(agent, number)
        proposes(agent, number, "compensation", "260", "通话录音已核实，客服确有不当。我们向您道歉，并补偿 260 元。")
        agent.sees("已拟定，等待主管审批。", "待审批", "尚未向顾客作出任何承诺")
        customer.open(progress)
        customer.sees("正在处理", "我是客服王小明")
        assert "260" not in customer.page.inner_text("main"), "nothing is shown to the customer before it is approved"
        signs_in(supervisor, "li", given["li"])
        approves(supervisor, number, "¥260.00")
        accepts(customer, progress, "¥260.00")
        closes(agent, number)  # money is paid out of the ledger without anybody's hand
        rates(customer, invitation(up, number, round_=1), stars=1, words="钱收到了，可是没有人真正道歉")
        customer.sees("很抱歉，我们会继续处理")

        comes_again(agent, number)
        proposes(agent, number, "gift", "", "主管亲笔写了致歉信，连同一份小礼物今天寄出。")
        agent.sees("方案已提交顾客。")
        accepts(customer, progress, "主管亲笔写了致歉信")
        carries_out(agent, number, evidence="顺丰 SF1402026011")
        closes(agent, number)
        rates(customer, invitation(up, number, round_=2), stars=5, words="这次是真心的，谢谢")
        customer.sees("谢谢您", "您的意见帮助我们做得更好")
        customer.open(progress)
        customer.sees("您的反馈已办结", "已解决")
        agent.open(f"/cases/{number}/")
        agent.sees("重新受理 1 次", "已解决")
    assert up.rows("SELECT state, outcome, reopened FROM cases_case WHERE number = %s", number) == [
        ("closed", "resolved", 1)
    ]


# --- what each of them does -------------------------------------------------------------------------------------------


def tells(customer: Visitor) -> tuple[str, str]:
    """The customer finds the form, tells his story, and gets a number and a link. Return both."""
    page = customer.page
    customer.open("/")
    page.locator(".way-first").click()
    customer.fill("#id_text", WORDS)
    customer.fill("#id_demand", "道歉，并给出处理结果")
    customer.fill("#id_customer_name", "赵女士")
    customer.fill("#id_customer_phone", "13800138000")
    customer.fill("#id_customer_email", "zhao@example.com")
    customer.press("发送")
    customer.sees("谢谢，我们已收到。", "您的受理编号", "最迟答复时间")
    number = page.locator(".ticket strong").inner_text()
    link = str(page.get_by_role("link", name="查询进度").get_attribute("href"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "the receipt is wider than the telephone"
    return number, link


def signs_in(person: Visitor, name: str, password: str) -> None:
    """Sign in with the one-time password, which has to be replaced before anything else opens."""
    person.open("/queue/")
    person.fill("[name=login]", name)
    person.fill("[name=password]", password)
    person.press("登录")
    person.sees("设置您自己的密码")
    for field, words in (("oldpassword", password), ("password1", PASSWORD), ("password2", PASSWORD)):
        person.fill(f"[name={field}]", words)
    person.press("修改密码")
    person.page.wait_for_url(lambda url: "/password/" not in url)


def works_it_out(agent: Visitor, number: str) -> None:
    """Next hands over the case; confirm, reply, investigate, and note who is responsible and why."""
    agent.press("下一件")
    agent.sees(number, "客服态度非常恶劣", "赵女士")
    agent.press("确认")
    agent.sees("已确认。")
    agent.fill("#reply-text", "赵女士您好，我是客服王小明，正在调取通话录音，今天内答复您。")
    agent.press("发送", within=agent.page.locator(".composer"))
    agent.sees("消息已发出。")
    agent.press("调查核实")
    agent.sees("已开始调查核实。")
    agent.page.locator("[data-dialog=responsibility]").first.click()
    asked = agent.dialog("responsibility")
    asked.locator("#resp-who").select_option("department")
    asked.locator("#resp-cause").select_option("skill")
    asked.locator("#resp-note").fill("录音显示客服挂断电话\n新人未培训即上岗")
    agent.press("备注", within=asked)
    agent.sees("已记录责任与原因。")


def proposes(agent: Visitor, number: str, kind: str, amount: str, words: str) -> None:
    """Draw up a proposal of one remedy."""
    agent.open(f"/cases/{number}/propose/")
    for row in range(agent.page.locator("#proposal select[name^=kind-]").count()):
        agent.page.locator(f"#kind-{row}").select_option("", force=True)
        for name in ("amount", "points", "note", "basis"):
            agent.page.locator(f"#{name}-{row}").evaluate("field => { field.value = '' }")
    agent.page.locator("#kind-0").select_option(kind)
    agent.fill("#amount-0", amount)
    agent.fill("#id_words", words)
    agent.press("拟定方案")
    agent.page.wait_for_url(f"**/cases/{number}/")


def approves(supervisor: Visitor, number: str, amount: str) -> None:
    """The supervisor reads the proposal and approves it; it is put before the customer at once."""
    supervisor.open(f"/cases/{number}/")
    supervisor.sees(amount, "待审批", "王小明")
    supervisor.page.locator("form[data-confirm=approve-ask] button").click()
    supervisor.press("批准", within=supervisor.dialog("approve-ask"))
    supervisor.sees("已批准，并已提交顾客。", "在顾客手中")


def accepts(customer: Visitor, progress: str, offered: str) -> None:
    """The customer sees the proposal on his page and agrees."""
    customer.open(progress)
    customer.comes_to_see("我们有一个方案给您")
    customer.sees(offered)
    customer.press("我接受")
    customer.press("是的，我接受", within=customer.dialog("accept-sure"))
    customer.sees("商定的内容")


def carries_out(agent: Visitor, number: str, evidence: str) -> None:
    """The agent does what needs hands, and notes the evidence of it."""
    agent.open(f"/cases/{number}/")
    agent.comes_to_see("标记已执行")
    agent.press("标记已执行")
    asked = agent.dialog("carry-out")
    asked.locator("#carry-evidence").fill(evidence)
    agent.press("已执行", within=asked)
    agent.comes_to_see(evidence)


def closes(agent: Visitor, number: str) -> None:
    """Everything is carried out: the agent closes the case."""
    agent.open(f"/cases/{number}/")
    agent.comes_to_see("已全部执行")
    agent.open(f"/cases/{number}/")  # the page before may have been read while the case was on the move
    agent.press("关闭")
    asked = agent.dialog("close")
    asked.locator("#close-reason").fill("已按约定办理")
    agent.press("结案", within=asked)
    agent.sees("已结案，结果将告知顾客。")


def invitation(up: House, number: str, round_: int) -> str:
    """Return the link to the survey out of the letter with the result, as it stands in the outbox."""
    query = """SELECT m.body FROM contact_message m JOIN cases_case c ON c.id = m.case_id
               WHERE c.number = %s AND m.direction = 'out' AND m.body LIKE '%%/s/%%' ORDER BY m.id"""
    until = time.monotonic() + 30
    while len(letters := up.rows(query, number)) < round_ and time.monotonic() < until:
        time.sleep(0.3)
    assert len(letters) >= round_, "no letter names the survey"
    link = re.search(rf"{up.address}/s/\S+", letters[-1][0])
    assert link is not None, letters[-1][0]
    return link[0].rstrip("。，；）")


def rates(customer: Visitor, link: str, stars: int, words: str) -> None:
    """The customer says how satisfied he is."""
    customer.open(link)
    customer.sees("您对处理满意吗？")
    customer.page.locator(f"[name=rating][value='{stars}']").check(force=True)
    customer.fill("#words", words)
    customer.press("发送")


def comes_again(agent: Visitor, number: str) -> None:
    """The case is open again by itself, and its owner is told."""
    agent.open(f"/cases/{number}/")
    agent.comes_to_see("重新受理 1 次", "提出方案")
    agent.sees("没有人真正道歉")

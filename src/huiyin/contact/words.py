"""Words of letters that stand in no template: what has been done, what comes next, and what notices to staff say."""

from typing import Final

from django.utils.translation import gettext_noop as _

from huiyin.cases.rules import STEPS
from huiyin.policy.schema import Policy, Text

DONE: Final[dict[str, Text]] = {
    "received": Text(zh="已登记并由专人负责", en="registered, with a colleague in charge"),
    "confirmed": Text(zh="已核对您反映的情况", en="the details checked"),
    "investigating": Text(zh="责任部门已着手查清原因", en="the cause being looked into by the department in charge"),
    "proposing": Text(zh="已提出解决方案", en="a solution proposed"),
    "executing": Text(zh="您已同意方案", en="agreed with you"),
    "following": Text(zh="约定的各项已执行完毕", en="everything agreed carried out"),
}
LOOKED_INTO: Final = Text(zh="已查清原因", en="the cause found out")

PROMISED: Final[dict[str, Text]] = {
    "respond": Text(zh="首次人工响应", en="first reply by a person"),
    "answer": Text(zh="实质答复", en="answer in substance"),
    "propose": Text(zh="提出方案", en="a solution proposed"),
    "result": Text(zh="结果反馈", en="the result told"),
    "claim": Text(zh="认领", en="taken by somebody"),
}

NEXT: Final[dict[str, Text]] = {
    "received": Text(zh="专人核对您反映的情况并与您联系", en="a colleague goes through the details and contacts you"),
    "confirmed": Text(zh="责任部门查清原因", en="the department in charge finds out the cause"),
    "investigating": Text(zh="查清原因后向您提出解决方案", en="as soon as the cause is known we propose a solution"),
    "proposing": Text(zh="等您对方案的意见", en="we wait for your opinion of the proposal"),
    "executing": Text(zh="按约定执行方案并把凭证发给您", en="we carry out what was agreed and send you the proof"),
    "following": Text(zh="确认您是否满意", en="we make sure that you are satisfied"),
    "closed": Text(
        zh="如有不满意，随时可以重新打开", en="if you are not satisfied it can be taken up again at any time"
    ),
}
AFTER_ACCEPTANCE: Final = Text(
    zh="我们立即按约定执行，并把凭证发给您", en="we carry it out at once and send you the proof"
)
NO_ORDER: Final = Text(zh="—", en="—")
CUSTOMER: Final = Text(zh="尊敬的顾客", en="customer")
AGENT: Final = Text(zh="客服专员", en="customer service")
NOTHING_TO_PAY: Final = Text(zh="不涉及金额", en="no money involved")
NOTHING_CARRIED_OUT: Final = Text(zh="无需执行的事项", en="nothing had to be carried out")

NOTICES: Final[dict[str, str]] = {
    "assigned": _("This case is yours now."),
    "queued": _("A serious case waits in your department's queue."),
    "near": _("A promise is close to its deadline."),
    "missed": _("A promise was missed."),
    "wrote": _("The customer wrote."),
    "accepted": _("The customer accepted the proposal."),
    "refused": _("The customer refused the proposal."),
    "discussed": _("The customer would like to discuss the proposal."),
    "silent": _("The customer has not answered the proposal: please call."),
    "reopened": _("The case is open again."),
    "top_response": _("Top response: a serious safety matter. Step in now."),
    "approve": _("A proposal waits for your approval."),
    "sent_back": _("Your proposal was sent back."),
    "budget": _("The month's budget for remedies is nearly used up."),
    "visit": _("A follow-up visit is due."),
    "undelivered": _("A message to the customer could not be delivered."),
}


def done_so_far(state: str, locale: str) -> str:
    """Return what has been done up to this step, in one sentence."""
    reached = [step for step in STEPS[: STEPS.index(state) + 1] if step in DONE]
    said = [(LOOKED_INTO if step == "investigating" and state != step else DONE[step]).in_(locale) for step in reached]
    if locale.startswith("zh"):
        return "；".join(said) + "。"
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def promised(policy: Policy, deadline: str, locale: str) -> str:
    """Return what a deadline is for, in words."""
    if deadline in PROMISED:
        return PROMISED[deadline].in_(locale)
    step = deadline.removeprefix("step:")
    known = policy.stage_limits.get(step) if step != deadline else policy.statute_clocks.get(deadline)
    return known.label.in_(locale) if known is not None else deadline


def next_step(state: str, locale: str) -> str:
    """Return what comes after this step."""
    return NEXT[state].in_(locale)

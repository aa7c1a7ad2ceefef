"""Letters, messages and scripts to customers (IN-3, CL-5, CO-2, CO-3) and the placeholders they may use."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from huiyin.policy.schema.base import Check, Fault, Part, Path, Text
from huiyin.policy.schema.nearest import nearest
from huiyin.policy.schema.vocabulary import ContactWay, Emotion, State

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BRACE = re.compile(r"\{[a-z_]+\}|[{}]")
_LINK_WITHOUT_END = re.compile(r"\{(\w+_url)\}(?=\S)")

VARIABLES: dict[str, Text] = {
    "shop": Text(zh="商城名称", en="name of the shop"),
    "customer": Text(zh="顾客称呼", en="how the customer is addressed"),
    "number": Text(zh="受理编号", en="public number of the case"),
    "subject": Text(zh="事由", en="what the case is about, in a few words"),
    "order": Text(zh="订单号", en="order number, or a dash"),
    "received_at": Text(zh="受理时间", en="when it was received"),
    "progress_url": Text(zh="进度查询链接", en="link to the progress page"),
    "hotline": Text(zh="客服热线", en="telephone number for customers"),
    "agent": Text(zh="经办人", en="name of the person in charge"),
    "respond_by": Text(zh="最迟答复时间", en="by when we respond"),
    "propose_by": Text(zh="最迟给出方案时间", en="by when a solution is proposed"),
    "result_by": Text(zh="最迟反馈结果时间", en="by when the result is reported"),
    "state": Text(zh="当前步骤", en="the step the case is at"),
    "done": Text(zh="已完成的工作", en="what has been done so far"),
    "next_step": Text(zh="下一步", en="what comes next"),
    "next_by": Text(zh="下一步时间", en="by when the next step is done"),
    "questions": Text(zh="需要补充的内容", en="what we still need to know"),
    "handling": Text(zh="处理经过", en="how the case was handled"),
    "proposal": Text(zh="解决方案", en="the solution offered"),
    "amount": Text(zh="金额", en="amount of money"),
    "basis": Text(zh="依据", en="clause of the policy or article of law"),
    "answer_by": Text(zh="请在此之前答复", en="by when the customer is asked to answer"),
    "execution": Text(zh="执行情况", en="what was carried out, and when"),
    "outcome": Text(zh="处理结果", en="the outcome"),
    "answer": Text(zh="答复内容", en="the answer to a question"),
    "survey_url": Text(zh="评价链接", en="link to the survey"),
    "visit_on": Text(zh="回访日期", en="when we shall ask again"),
    "points": Text(zh="积分", en="number of points"),
    "reason": Text(zh="原因", en="the reason"),
    "reply_url": Text(zh="回复链接", en="link for an outside party to answer by"),
    "outside": Text(zh="其他救济途径", en="other ways open to the customer"),
    "code": Text(zh="验证码", en="one-time code"),
}
"""Every placeholder the program can fill."""

ALWAYS = frozenset(
    {"shop", "customer", "number", "subject", "order", "received_at", "progress_url", "hotline", "agent"}
)
"""Placeholders that every template may use."""

KNOWN_TEMPLATES: dict[str, frozenset[str]] = {
    "acknowledgement": frozenset({"respond_by", "propose_by", "next_step"}),
    "acknowledgement_praise": frozenset(),
    "acknowledgement_sms": frozenset({"respond_by", "propose_by"}),
    "acknowledgement_phone": frozenset({"respond_by", "propose_by"}),
    "acknowledgement_counter": frozenset({"respond_by", "propose_by"}),
    "safety_first": frozenset({"respond_by"}),
    "info_request": frozenset({"questions", "answer_by"}),
    "progress": frozenset({"state", "done", "next_step", "next_by"}),
    "answer": frozenset({"answer"}),
    "proposal_offered": frozenset({"handling", "proposal", "amount", "basis", "answer_by", "next_step"}),
    "proposal_reminder": frozenset({"proposal", "answer_by", "next_step"}),
    "proposal_accepted": frozenset({"proposal", "next_step", "next_by"}),
    "result_feedback": frozenset({"handling", "proposal", "execution", "outcome", "survey_url", "visit_on", "outside"}),
    "result_phone": frozenset({"handling", "proposal", "execution", "outcome"}),
    "result_sms": frozenset({"outcome", "survey_url"}),
    "unresolved": frozenset({"handling", "reason", "next_step", "next_by", "outside"}),
    "survey_invitation": frozenset({"survey_url", "points"}),
    "survey_reminder": frozenset({"survey_url", "points"}),
    "visit_script": frozenset({"proposal", "execution", "outcome"}),
    "phone_script": frozenset({"respond_by", "propose_by"}),
    "closed_by_withdrawal": frozenset({"reason"}),
    "closed_by_silence": frozenset({"proposal", "reason"}),
    "reopened": frozenset({"reason", "next_step", "next_by"}),
    "extension_notice": frozenset({"reason", "next_by", "done"}),
    "reward_granted": frozenset({"points", "reason"}),
    "outside_party_request": frozenset({"reply_url", "questions", "answer_by"}),
    "incident_notice": frozenset({"handling", "proposal", "next_step", "next_by"}),
    "vote_invitation": frozenset({"proposal", "answer_by"}),
    "contact_code": frozenset({"code"}),
    "parcel_care": frozenset({"state", "next_step", "next_by"}),
}
"""The templates the program sends, with what it can fill in each besides ALWAYS."""

RESULT_PARTS = ({"handling"}, {"proposal", "execution"}, {"survey_url"})
"""What result feedback cannot do without (CO-2); the fourth part, asking for advice, has no placeholder."""


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces, in the order they stand."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with every {name} replaced; KeyError when a value is missing. Values are never looked into."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


class Template(Part):
    """A letter, message or spoken script. A subject is for e-mail and letters."""

    label: Text
    subject: Text | None = None
    body: Text
    channels: tuple[ContactWay, ...]

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Names of the placeholders in subject and body, of either language."""
        texts = (self.subject, self.body) if self.subject else (self.body,)
        return tuple(
            dict.fromkeys(name for text in texts for part in (text.zh, text.en) for name in placeholders(part))
        )


class TemplatesPolicy(Part):
    """The root keys of templates.yaml."""

    templates: dict[str, Template]
    soothing: dict[Emotion, dict[State, tuple[Text, ...]]]


def _known_templates(policy: TemplatesPolicy) -> Iterator[Fault]:
    for key in policy.templates:
        if key not in KNOWN_TEMPLATES:
            yield Fault(("templates", key), f'the program sends no template "{key}"{nearest(key, KNOWN_TEMPLATES)}')
    for key in KNOWN_TEMPLATES:
        if key not in policy.templates:
            yield Fault(("templates",), f'template "{key}" is missing')


def _variables(policy: TemplatesPolicy) -> Iterator[Fault]:
    for key, template in policy.templates.items():
        allowed = ALWAYS | KNOWN_TEMPLATES.get(key, frozenset())
        for field in ("subject", "body"):
            text: Text | None = getattr(template, field)
            if text is None:
                continue
            for language in ("zh", "en"):
                yield from _faults_of(("templates", key, field, language), getattr(text, language), allowed, key)
            odd = set(placeholders(text.zh)) ^ set(placeholders(text.en))
            if odd:
                names = ", ".join(f"{{{name}}}" for name in sorted(odd))
                yield Fault(("templates", key, field), f"{names} stands in one language only")
    for emotion, by_state in policy.soothing.items():
        for state, phrases in by_state.items():
            for place, phrase in enumerate(phrases):
                for language in ("zh", "en"):
                    path = ("soothing", emotion, state, place, language)
                    yield from _faults_of(path, getattr(phrase, language), ALWAYS, "soothing phrases")


def _faults_of(path: Path, text: str, allowed: frozenset[str], where: str) -> Iterator[Fault]:
    for piece in _BRACE.findall(text):
        if len(piece) == 1:
            yield Fault(path, f'a stray "{piece}": braces only stand round a placeholder such as {{number}}')
            return
    for name in placeholders(text):
        if name not in VARIABLES:
            yield Fault(path, f"unknown placeholder {{{name}}}{nearest(name, VARIABLES)}")
        elif name not in allowed:
            yield Fault(path, f"placeholder {{{name}}} cannot be filled in {where}")
    for name in _LINK_WITHOUT_END.findall(text):
        yield Fault(
            path,
            f"after {{{name}}} goes a space or the end of the line: a phone takes what touches a link for a part of it",
        )


def _four_parts(policy: TemplatesPolicy) -> Iterator[Fault]:
    result = policy.templates.get("result_feedback")
    if result is None:
        return
    for part in RESULT_PARTS:
        if not part <= set(result.variables):
            names = " and ".join(f"{{{name}}}" for name in sorted(part))
            yield Fault(
                ("templates", "result_feedback", "body"), f"result feedback has four parts; {names} is not in it"
            )


CHECKS = (
    Check(("templates",), _known_templates),
    Check(("templates", "soothing"), _variables),
    Check(("templates",), _four_parts),
)

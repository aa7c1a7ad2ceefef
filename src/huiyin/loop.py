"""The whole closed loop on one page: what follows what. Nothing else in the program makes one stage run after another.

Each step is told a batch of facts of its kind and the time: one fact on a quiet night, ten thousand on a sale day. It returns
the facts it brought about, and the loop goes on with those. A batch stands or falls in one transaction.
"""

from huiyin.care import actions as care
from huiyin.cases import actions as cases
from huiyin.cases import facts
from huiyin.clock import actions as clock
from huiyin.contact import actions as contact
from huiyin.dispatch import actions as dispatch
from huiyin.insight import actions as insight
from huiyin.kernel.loop import Loop
from huiyin.remedy import actions as remedy
from huiyin.triage import actions as triage

LOOP: Loop = {
    facts.FeedbackAccepted: [triage.judge],
    facts.FeedbackJudged: [cases.open_or_join],
    facts.CaseOpened: [clock.promise, dispatch.assign, contact.acknowledge, insight.record],
    facts.FeedbackJoined: [contact.acknowledge_joined],
    facts.JudgementCorrected: [clock.promise_anew, dispatch.assign_anew, insight.record],
    facts.CaseAssigned: [clock.watch_queue, contact.tell_owner],
    facts.CaseMoved: [clock.step, insight.record],
    facts.MessageQueued: [clock.answer, insight.record],
    facts.DeadlineNear: [contact.remind_owner, contact.inform_customer],
    facts.DeadlineMissed: [dispatch.escalate, insight.record],
    facts.DeadlineMet: [insight.record],
    facts.CasePaused: [clock.pause],
    facts.CaseResumed: [clock.resume],
    facts.ExtensionDecided: [clock.extend, contact.explain_extension],
    facts.ProposalOffered: [cases.propose, cases.await_decision, contact.ask_customer],
    facts.ProposalAccepted: [cases.hear_customer, cases.execute, remedy.execute],
    facts.ProposalRefused: [cases.hear_customer, contact.tell_answer],
    facts.ProposalDiscussed: [cases.hear_customer, contact.tell_answer],
    facts.CustomerWrote: [cases.hear_customer, contact.tell_owner_of_words],
    facts.RemedyExecuted: [cases.follow_up, insight.record],
    facts.CaseClosed: [clock.finish, contact.report_result, care.plan_visit, care.plan_survey, insight.record],
    facts.CaseReopened: [clock.promise_again, contact.tell_reopened, insight.record],
    facts.SurveyAnswered: [care.reopen_if_unhappy, insight.record],
    facts.VisitDone: [care.reopen_if_unhappy, insight.record],
}

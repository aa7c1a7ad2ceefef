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
    facts.CaseOpened: [clock.promise, dispatch.assign, contact.tell_management, insight.record],
    facts.DeadlinesSet: [contact.acknowledge],
    facts.FeedbackJoined: [contact.acknowledge_joined, contact.tell_owner_of_words, insight.record],
    facts.JudgementCorrected: [
        triage.keep_correction,
        clock.promise_anew,
        dispatch.assign_anew,
        contact.tell_management,
        insight.record,
    ],
    facts.CaseAssigned: [clock.watch_queue, contact.tell_owner, insight.record],
    facts.CaseMoved: [clock.step, contact.confirm_agreement, insight.record],
    facts.MessageQueued: [clock.answer, insight.record],
    facts.DeadlineNear: [contact.remind_owner, contact.inform_customer],
    facts.DeadlineMissed: [contact.tell_ladder, dispatch.escalate, contact.inform_customer, insight.record],
    facts.DeadlineMet: [insight.record],
    facts.CasePaused: [clock.pause, insight.record],
    facts.CaseResumed: [clock.resume, insight.record],
    facts.ExtensionDecided: [clock.extend, contact.explain_extension, insight.record],
    facts.ProposalMade: [contact.tell_approvers],
    facts.ProposalApproved: [contact.tell_sent_back],
    facts.ProposalOffered: [cases.propose, cases.await_decision, contact.ask_customer, insight.record],
    facts.ProposalSilent: [contact.remind_customer, contact.tell_of_silence],
    facts.ProposalAccepted: [cases.hear_customer, cases.execute, contact.tell_answer, remedy.execute, insight.record],
    facts.ProposalRefused: [cases.hear_customer, contact.tell_answer, insight.record],
    facts.ProposalDiscussed: [cases.hear_customer, contact.tell_answer, insight.record],
    facts.CustomerWrote: [cases.hear_customer, contact.tell_owner_of_words],
    facts.RemedyExecuted: [cases.follow_up, insight.record],
    facts.BudgetNear: [contact.tell_budget],
    facts.CaseClosed: [
        clock.finish,
        care.plan_visit,
        care.plan_survey,
        contact.report_result,
        remedy.lapse,
        insight.record,
    ],
    facts.CaseReopened: [clock.promise_again, contact.tell_reopened, contact.tell_owner_of_reopening, insight.record],
    facts.SurveyDue: [contact.invite, insight.record],
    facts.SurveyAnswered: [care.reopen_if_unhappy, insight.record],
    facts.VisitDone: [care.reopen_if_unhappy, insight.record],
}

"""How a mail fares, whatever happens: bounded, never sent twice unmarked, never from a state that forbids it."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import sampled_from, timedeltas
from notalone.notify.v1 import events_pb2 as pb
from notalone_notify.domain import mail as mails
from notify_samples import NOW, fresh

FINAL = {pb.SENT, pb.PERMANENT_FAILURE}


class Fate(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now = NOW
        self.mail = fresh()
        self.random = Random(7)
        # Attempts that may have arrived, and whether the mail was marked in each.
        self.may_have_arrived = []

    @rule(by=timedeltas(timedelta(0), timedelta(hours=2)))
    def time_passes(self, by):
        self.now += by

    @precondition(lambda self: self.mail.due is not None and self.mail.state != pb.SENDING)
    @rule()
    def sent_when_due(self):
        self.now = max(self.now, self.mail.due)
        self.mail = mails.begin(self.mail, now=self.now)

    @precondition(lambda self: self.mail.state == pb.SENDING)
    @rule(outcome=sampled_from(["sent", "temporary", "permanent", "unknown"]))
    def the_attempt_ends(self, outcome):
        if outcome in {"sent", "unknown"}:
            self.may_have_arrived.append(self.mail.repeats > 0)
        self.mail = mails.end(self.mail, outcome, now=self.now, random=self.random)

    @precondition(lambda self: self.mail.state == pb.SENDING)
    @rule()
    def the_process_dies(self):
        self.may_have_arrived.append(self.mail.repeats > 0)
        self.now = max(self.now, self.mail.due)
        assert mails.is_lost(self.mail, now=self.now)
        self.mail = mails.end(self.mail, "unknown", now=self.now, random=self.random)

    @invariant()
    def what_may_have_arrived_before_is_marked(self):
        assert all(self.may_have_arrived[1:])
        assert len(self.may_have_arrived) <= 1 + mails.MOST_REPEATS

    @invariant()
    def it_is_bounded(self):
        assert self.mail.attempts <= mails.MOST_ATTEMPTS + mails.MOST_REPEATS + 1
        assert self.mail.repeats <= mails.MOST_REPEATS

    @invariant()
    def what_has_ended_is_left_alone(self):
        if self.mail.state in FINAL:
            assert self.mail.due is None
            with pytest.raises(ValueError, match="not sent now"):
                mails.begin(self.mail, now=self.now)
        elif self.mail.state != pb.UNKNOWN:
            assert self.mail.due is not None


Fate.TestCase.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)
TestFate = Fate.TestCase


def test_waits_grow_and_are_bounded():
    waits = []
    mail, now = fresh(), NOW
    while mail.due is not None:
        now = mail.due
        mail = mails.end(mails.begin(mail, now=now), "temporary", now=now, random=Random(1))
        waits.append(mail.due and mail.due - now)
    assert mail.state == pb.PERMANENT_FAILURE
    assert len(waits) == mails.MOST_ATTEMPTS
    assert timedelta(seconds=45) <= waits[0] <= timedelta(minutes=1)
    assert max(filter(None, waits)) <= mails.LONGEST_WAIT
    assert timedelta(days=1) < now - NOW < timedelta(days=3)


def test_nothing_is_sent_before_its_time():
    mail = mails.end(mails.begin(fresh(), now=NOW), "temporary", now=NOW, random=Random(1))
    with pytest.raises(ValueError, match="not sent now"):
        mails.begin(mail, now=NOW)


def test_an_end_that_nobody_waits_for_any_more_still_counts():
    lost = mails.end(mails.begin(fresh(), now=NOW), "unknown", now=NOW, random=Random(1))
    assert mails.end(lost, "sent", now=NOW, random=Random(1)).state == pb.SENT

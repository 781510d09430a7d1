"""What is kept is kept long enough."""

from datetime import timedelta

from notalone_chassis.events import topics
from notalone_chassis.sql.housekeeping import KEEP_APPLIED


def test_a_consumer_remembers_what_it_applied_longer_than_any_topic_hands_it_out():
    days = [topic.keep for topic in topics.load() if topic.keep != "latest"]
    assert days
    assert all(timedelta(days=keep) < KEEP_APPLIED for keep in days)

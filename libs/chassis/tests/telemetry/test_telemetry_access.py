"""Who could be signed in is counted by outcome; no token, no name."""

import pytest
from notalone_chassis.access.caller import Caller
from notalone_chassis.access.documents import DocumentMissing
from notalone_chassis.errors import Unauthenticated, Unavailable
from notalone_chassis.telemetry import Metrics
from notalone_chassis.telemetry.access import CountedDocuments, CountedVerifier

CALLER = Caller(subject="hanako", kind="staff")


class Answers:
    def __init__(self, answer):
        self.answer = answer

    async def verify(self, token):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    get = verify


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (CALLER, "valid"),
        (Unauthenticated("token.invalid"), "invalid"),
        (Unauthenticated("token.expired"), "expired"),
        (Unavailable("identity"), "unavailable"),
        (RuntimeError("no"), "fault"),
    ],
)
async def test_every_outcome_of_a_verification_is_counted_and_comes_through(answer, outcome):
    metrics = Metrics()
    verifier = CountedVerifier(Answers(answer), metrics)
    if isinstance(answer, Exception):
        with pytest.raises(type(answer)):
            await verifier.verify("token")
    else:
        assert await verifier.verify("token") is CALLER
    assert metrics.collected.get_sample_value("notalone_token_verifications_total", {"outcome": outcome}) == 1


async def test_fetches_of_keys_are_counted():
    metrics = Metrics()
    assert await CountedDocuments(Answers({"keys": []}), metrics).get("https://idp.example/keys") == {"keys": []}
    with pytest.raises(DocumentMissing):
        await CountedDocuments(Answers(DocumentMissing("no")), metrics).get("https://idp.example/keys")
    sample = metrics.collected.get_sample_value
    assert sample("notalone_identity_fetches_total", {"outcome": "fetched"}) == 1
    assert sample("notalone_identity_fetches_total", {"outcome": "failed"}) == 1

"""Makes the verifier that a service's settings ask for; only composition roots call this."""

from __future__ import annotations

from urllib.parse import urlsplit

from notalone_chassis.access.documents import HttpDocuments
from notalone_chassis.access.jwks import JwksCache
from notalone_chassis.access.ports import TokenVerifier
from notalone_chassis.access.verifier import JwtVerifier
from notalone_chassis.clock import Clock
from notalone_chassis.settings import ServiceSettings, SettingsError
from notalone_chassis.telemetry import Telemetry
from notalone_chassis.telemetry.access import CountedDocuments, CountedVerifier

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def token_verifier(
    settings: ServiceSettings, *, clock: Clock, telemetry: Telemetry | None = None
) -> TokenVerifier | None:
    """The verifier for `NOTALONE_OIDC_ISSUER`; None where no issuer is set: then nobody can sign in.

    Raises:
        SettingsError: in production, an issuer that is reached over the network without TLS.
    """
    issuer = settings.oidc_issuer.rstrip("/")
    if not issuer:
        return None
    for address in (issuer, settings.oidc_jwks_url):
        url = urlsplit(address)
        if address and settings.environment == "production" and url.scheme != "https" and url.hostname not in _LOOPBACK:
            raise SettingsError(f"in production the identity provider is reached over https: {address}")
    metrics = (telemetry or Telemetry()).metrics
    documents = CountedDocuments(HttpDocuments(), metrics)
    keys = JwksCache(issuer, documents=documents, clock=clock, jwks_url=settings.oidc_jwks_url)
    verifier = JwtVerifier(
        keys,
        issuer=issuer,
        audience=settings.oidc_audience,
        staff_clients=frozenset(settings.oidc_staff_clients.split(",")),
        clock=clock,
    )
    return CountedVerifier(verifier, metrics)

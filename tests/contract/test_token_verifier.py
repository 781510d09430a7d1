"""The verifier over both issuers: the embedded one, and a real Keycloak with the realm file."""

from collections.abc import AsyncIterator, Iterator

import keycloak_realm
import pytest
from keycloak_realm import KeycloakRealm, SignInRefused
from notalone_app.issuer import server as embedded
from notalone_app.issuer.people import Agency, Person
from notalone_app.issuer.tokens import new_key
from notalone_chassis.clock import SystemClock
from notalone_chassis.settings import ServiceSettings
from verifier_contract import VerifierContract, parts

# A busy machine makes a realm slowly.
pytestmark = pytest.mark.timeout(180)
SCOPES = ("catalog:read", "catalog:pause")
ROLES = ("catalog-editor", "auditor")


class Embedded:
    """The development issuer as an issuer under test."""

    def __init__(self, running: embedded.EmbeddedIssuer) -> None:
        self._tokens = running.tokens
        self.issuer = running.issuer
        self.jwks_url = f"{running.issuer}/keys"

    def staff_tokens(self):
        who = Person("tester", "Tester", ROLES)
        # It gives no refresh tokens; this is what one of it would look like.
        claims = {"aud": self.issuer, "typ": "Refresh", "sub": "tester", "azp": "notalone-staff"}
        given = self._tokens.of_person(who, nonce="", with_id_token=True)
        return {**given, "refresh_token": self._tokens.sign(claims)}

    def agency_token(self):
        return self._tokens.of_agency(Agency("desk", "agency-a", SCOPES))["access_token"]

    def rotate_key(self):
        self._tokens.keys.insert(0, new_key())

    def disable_old_keys(self):
        del self._tokens.keys[1:]


class TestEmbeddedIssuer(VerifierContract):
    @pytest.fixture
    async def issuer(self) -> AsyncIterator[Embedded]:
        running = await embedded.start(ServiceSettings(), port=0, clock=SystemClock())
        yield Embedded(running)
        await running.stop(0)

    def published(self, issuer, kid):
        # Its server shares the test's event loop, which must not wait for itself.
        [key] = [one for one in issuer._tokens.keys if one.kid == kid]
        return key.as_dict(private=False), key


class AtKeycloak:
    """A realm as an issuer under test."""

    def __init__(self, realm: KeycloakRealm) -> None:
        self._realm = realm
        self.issuer = realm.issuer
        self.jwks_url = f"{realm.issuer}/protocol/openid-connect/certs"
        self.rotate_key, self.disable_old_keys = realm.rotate_key, realm.disable_old_keys
        realm.add_person("tester", ROLES)
        self._agency = realm.add_agency("agency-a", SCOPES)

    def staff_tokens(self):
        return self._realm.sign_in("tester")

    def agency_token(self):
        return self._realm.agency_token(*self._agency)


@pytest.fixture(scope="module")
def realm(keycloak_server) -> Iterator[KeycloakRealm]:
    with keycloak_realm.realm(keycloak_server) as made:
        yield made


@pytest.fixture(scope="module")
def at_keycloak(realm) -> AtKeycloak:
    return AtKeycloak(realm)


class TestKeycloak(VerifierContract):
    @pytest.fixture
    def issuer(self, at_keycloak):
        return at_keycloak

    async def test_a_role_that_means_nothing_here_does_not_come_along(self, verifier, realm):
        realm.add_person("newcomer", [])
        caller = await verifier.verify(realm.sign_in("newcomer")["access_token"])
        assert (caller.kind, caller.roles) == ("staff", frozenset())


@pytest.mark.usefixtures("at_keycloak")
class TestSignInAtKeycloak:
    """Staff sign in by the form, with authorization code and PKCE."""

    def test_the_right_password_and_verifier_bring_a_short_token(self, realm):
        given = realm.sign_in("tester")
        claims = parts(given["access_token"])[1]
        assert claims["exp"] - claims["iat"] <= 300
        assert claims["aud"] == "notalone-api"

    def test_a_code_without_its_verifier_is_worth_nothing(self, realm):
        with pytest.raises(SignInRefused, match="invalid_grant"):
            realm.sign_in("tester", verifier="a" * 50)

    def test_too_many_wrong_passwords_lock_the_right_one_out(self, realm):
        realm.add_person("attacked", ["auditor"])
        for _ in range(6):
            with pytest.raises(SignInRefused):
                realm.sign_in("attacked", password="guess")
        with pytest.raises(SignInRefused):
            realm.sign_in("attacked")

    def test_the_front_end_has_no_way_around_the_form(self, realm):
        [client] = realm.read("/clients?clientId=notalone-staff")
        assert client["publicClient"]
        assert client["attributes"]["pkce.code.challenge.method"] == "S256"
        assert not client["directAccessGrantsEnabled"]
        assert not client["implicitFlowEnabled"]
        assert not client["serviceAccountsEnabled"]

"""What proves a person or a service, and everything that does not."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from chassis import tokens
from chassis.clock import FrozenClock
from chassis.issuer import Issuer, IssuerSilentError
from chassis.testing.people import AUDIENCE, ISSUER, Provider
from chassis.tokens import WrongTokenError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
GOOD: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ines@firm.example", "exp": AT + 60}
SECRET = "a-service-secret-of-32-bytes-....."
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


@pytest.fixture(scope="module")
def provider() -> Provider:
    return Provider(FrozenClock(NOW))


def check(claims: dict[str, Any]) -> str:
    return tokens.check(claims, issuer=ISSUER, audience=AUDIENCE, now=NOW)


def read(provider: Provider, token: str) -> str:
    tokens.header(token)
    claims = tokens.person_claims(token, provider.keys[0])
    return tokens.check(claims, issuer=ISSUER, audience=AUDIENCE, now=NOW)


def test_names_the_subject_of_a_good_token(provider: Provider) -> None:
    assert read(provider, provider.token("ines@firm.example")) == "ines@firm.example"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": [AUDIENCE, "another-client"]}, "aud"),
        ({"aud": [AUDIENCE, "another-client"], "azp": "another-client"}, "aud"),
        ({"exp": AT - 30}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"exp": True}, "exp"),
        ({"nbf": AT + 31}, "nbf"),
        ({"iat": AT + 31}, "iat"),
        ({"iat": "now"}, "iat"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"sub": "a\x00b"}, "sub"),
    ],
)
def test_refuses_a_claim_that_does_not_hold(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(WrongTokenError, match=f"^{reason}$"):
        check({**GOOD, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": AT - 29},
        {"nbf": AT + 29},
        {"iat": AT + 29},
        {"aud": [AUDIENCE]},
        {"aud": [AUDIENCE, "api"], "azp": AUDIENCE},
    ],
)
def test_allows_clocks_to_differ_by_half_a_minute_and_audiences_in_a_list(
    changed: dict[str, Any],
) -> None:
    assert check({**GOOD, **changed}) == "ines@firm.example"


@given(
    st.dictionaries(st.sampled_from([*GOOD, "nbf", "azp"]), st.none() | st.integers() | st.text())
)
def test_no_claims_but_the_right_ones_pass(claims: dict[str, Any]) -> None:
    with pytest.raises(WrongTokenError):
        check(claims)


def crafted(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@pytest.mark.parametrize("alg", ["none", "None", "", "RS512", "PS256", "EdDSA", None, 5])
def test_refuses_any_other_algorithm(provider: Provider, alg: object) -> None:
    with pytest.raises(WrongTokenError):
        read(provider, crafted({"alg": alg, "typ": "JWT"}, GOOD))


def test_refuses_hs256_signed_with_the_public_key(provider: Provider) -> None:
    public = provider.keys[0].as_pem(private=False)
    unsigned = crafted({"alg": "HS256", "kid": "key-1", "typ": "JWT"}, GOOD).rstrip(".")
    signature = hmac.digest(public, unsigned.encode(), "sha256")
    forged = f"{unsigned}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    with pytest.raises(WrongTokenError):
        tokens.person_claims(forged, provider.keys[0])
    with pytest.raises(WrongTokenError):
        tokens.service_claims(forged, tokens.service_key(SECRET))


def test_refuses_a_stranger_with_our_key_id(provider: Provider) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "key-1"})

    with pytest.raises(WrongTokenError):
        read(provider, provider.token("ines@firm.example", key=stranger))


@given(st.data())
def test_refuses_any_changed_letter(provider: Provider, data: st.DataObject) -> None:
    token = provider.token("ines@firm.example")
    place = data.draw(st.integers(0, len(token) - 2).filter(lambda at: token[at] != "."))
    letter = data.draw(st.sampled_from(LETTERS).filter(lambda each: each != token[place]))

    with pytest.raises(WrongTokenError):
        read(provider, token[:place] + letter + token[place + 1 :])


@pytest.mark.parametrize("kind", ["logout+jwt", "secevent+jwt", "dpop+jwt"])
def test_refuses_other_kinds_of_signed_things(provider: Provider, kind: str) -> None:
    token = provider.token("ines@firm.example", header={"typ": kind})

    with pytest.raises(WrongTokenError):
        read(provider, token)


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "..", "é.é.é", "x" * 9000, "[" * 8000])
def test_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(WrongTokenError):
        tokens.header(token)


def test_refuses_a_header_nested_without_end() -> None:
    deep = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 5000).rstrip(b"=").decode()

    with pytest.raises(WrongTokenError):
        tokens.header(f"{deep}.e30.AAAA")


def test_reads_es256_as_well() -> None:
    provider = Provider(FrozenClock(NOW), kind="EC")

    assert read(provider, provider.token("ines@firm.example")) == "ines@firm.example"


def test_a_service_token_lives_as_long_as_told_and_proves_no_person() -> None:
    token = tokens.service_token(SECRET, "console", now=NOW, ttl=timedelta(minutes=5))
    claims = tokens.service_claims(token, tokens.service_key(SECRET))

    def subject(at: datetime) -> str:
        return tokens.check(
            claims, issuer=tokens.SERVICE_ISSUER, audience=tokens.SERVICE_AUDIENCE, now=at
        )

    assert subject(NOW + timedelta(minutes=5)) == "console"
    with pytest.raises(WrongTokenError, match="exp"):
        subject(NOW + timedelta(minutes=6))
    with pytest.raises(WrongTokenError, match="iss"):
        check(dict(claims))


def test_a_short_service_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tokens.service_key("short")


@pytest.mark.anyio
class TestKeysOfTheProvider:
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock(NOW)

    @pytest.fixture
    def provider(self, clock: FrozenClock) -> Provider:
        return Provider(clock, kind="EC")

    @pytest.fixture
    def issuer(self, clock: FrozenClock, provider: Provider) -> Issuer:
        return Issuer(ISSUER, clock=clock, fetch=provider.fetch)

    async def test_fetches_once_for_many(self, issuer: Issuer, provider: Provider) -> None:
        for _ in range(5):
            assert (await issuer.key("key-1")).kid == "key-1"

        assert provider.fetched == [f"{ISSUER}/.well-known/openid-configuration", f"{ISSUER}/jwks"]

    async def test_takes_a_new_key_at_once_but_asks_for_unknown_ones_every_ten_seconds_only(
        self, issuer: Issuer, provider: Provider, clock: FrozenClock
    ) -> None:
        await issuer.key("key-1")
        clock.advance(timedelta(seconds=11))
        provider.new_key("EC")

        assert (await issuer.key("key-2")).kid == "key-2"
        for _ in range(20):
            with pytest.raises(WrongTokenError):
                await issuer.key("key-unheard-of")
        assert len(provider.fetched) == 4

    async def test_forgets_a_key_that_is_no_longer_published(
        self, issuer: Issuer, provider: Provider, clock: FrozenClock
    ) -> None:
        await issuer.key("key-1")
        provider.new_key("EC")
        del provider.keys[0]
        clock.advance(timedelta(minutes=5))

        with pytest.raises(WrongTokenError):
            await issuer.key("key-1")

    async def test_goes_on_for_an_hour_without_the_provider_then_fails_closed(
        self, issuer: Issuer, provider: Provider, clock: FrozenClock
    ) -> None:
        await issuer.key("key-1")
        provider.silent = True

        clock.advance(timedelta(minutes=59))
        assert (await issuer.key("key-1")).kid == "key-1"
        clock.advance(timedelta(minutes=2))
        with pytest.raises(IssuerSilentError):
            await issuer.key("key-1")
        provider.silent = False
        clock.advance(timedelta(seconds=2))
        assert (await issuer.key("key-1")).kid == "key-1"

    async def test_fails_closed_when_the_provider_never_answered(
        self, issuer: Issuer, provider: Provider
    ) -> None:
        provider.silent = True

        with pytest.raises(IssuerSilentError):
            await issuer.key("key-1")

    async def test_believes_no_provider_that_calls_itself_otherwise(
        self, clock: FrozenClock, provider: Provider
    ) -> None:
        issuer = Issuer("https://other.example", clock=clock, fetch=provider.fetch)

        with pytest.raises(IssuerSilentError):
            await issuer.key("key-1")

    @pytest.mark.parametrize(
        "published",
        [
            {},
            {"keys": None},
            {"keys": ["x", 5, {}, {"kty": "oct", "k": "AAAA"}, {"kty": "RSA"}]},
            {"keys": [{"kty": "EC", "crv": "P-256", "x": "?", "y": "?"}]},
        ],
    )
    async def test_keys_that_cannot_be_read_are_no_keys(
        self, clock: FrozenClock, published: dict[str, Any]
    ) -> None:
        async def fetch(url: str) -> dict[str, Any]:
            place = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"}
            return place if url.endswith("configuration") else published

        with pytest.raises((WrongTokenError, IssuerSilentError)):
            await Issuer(ISSUER, clock=clock, fetch=fetch).key("key-1")

    async def test_never_takes_a_key_meant_for_encryption(
        self, issuer: Issuer, provider: Provider, clock: FrozenClock
    ) -> None:
        async def fetch(url: str) -> dict[str, Any]:
            found = dict(await provider.fetch(url))
            return (
                {"keys": [{**key, "use": "enc"} for key in found["keys"]]}
                if ("keys" in found)
                else found
            )

        with pytest.raises(WrongTokenError):
            await Issuer(ISSUER, clock=clock, fetch=fetch).key("key-1")

"""Bearer tokens: a person's, signed by the identity provider, and a service's, signed by us.

Each kind is read with its own algorithms and keys only, so that neither can pass for the other.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey

PERSON_ALGORITHMS = ("RS256", "ES256")
SERVICE_ALGORITHMS = ("HS256",)
SERVICE_ISSUER = "meridian"
SERVICE_AUDIENCE = "meridian-services"
LEEWAY = timedelta(seconds=30)
LONGEST_TOKEN = 8192
SHORTEST_SECRET = 32

_TYPES = {None, "jwt", "at+jwt", "application/at+jwt"}

PublicKey = RSAKey | ECKey
Claims = Mapping[str, Any]


class WrongTokenError(Exception):
    """Not a token of ours, or no longer. The reason is for the log, not for the sender."""


def service_key(secret: str) -> OctKey:
    """
    Raises:
        ValueError: HS256 needs a secret of 32 bytes or more.
    """
    if len(secret.encode()) < SHORTEST_SECRET:
        raise ValueError(f"the service secret needs {SHORTEST_SECRET} bytes or more")
    return OctKey.import_key(secret)


def service_token(secret: str, name: str, *, now: datetime, ttl: timedelta) -> str:
    """A token of role `service` for calls that no person stands behind."""
    claims = {
        "iss": SERVICE_ISSUER,
        "aud": SERVICE_AUDIENCE,
        "sub": name,
        "iat": int(now.timestamp()),
        "exp": int((now + ttl).timestamp()),
    }
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, service_key(secret))


def header(token: str) -> Mapping[str, Any]:
    """The header as sent, nothing of it proven.

    Raises:
        WrongTokenError: this is no signed token.
    """
    if len(token) > LONGEST_TOKEN:
        raise WrongTokenError("too long")
    try:
        found: Mapping[str, Any] = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, RecursionError) as error:
        raise WrongTokenError("unreadable") from error
    if not isinstance(found.get("kid"), str | None):
        raise WrongTokenError("kid")
    if found.get("alg") not in (*PERSON_ALGORITHMS, *SERVICE_ALGORITHMS):
        raise WrongTokenError("algorithm")
    kind = found.get("typ")
    if (kind.lower() if isinstance(kind, str) else kind) not in _TYPES:
        raise WrongTokenError("type")
    return found


def person_claims(token: str, key: PublicKey) -> Claims:
    return _claims(token, key, PERSON_ALGORITHMS)


def service_claims(token: str, key: OctKey) -> Claims:
    return _claims(token, key, SERVICE_ALGORITHMS)


def check(claims: Claims, *, issuer: str, audience: str, now: datetime) -> str:
    """The subject, when the claims hold at `now`.

    Raises:
        WrongTokenError: naming the claim that does not.
    """
    if claims.get("iss") != issuer:
        raise WrongTokenError("iss")
    if not _meant_for(claims, audience):
        raise WrongTokenError("aud")
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    if moment >= _number(claims, "exp") + leeway:
        raise WrongTokenError("exp")
    for name in ("nbf", "iat"):
        if name in claims and moment < _number(claims, name) - leeway:
            raise WrongTokenError(name)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "\x00" in subject:
        raise WrongTokenError("sub")
    return subject


def _claims(token: str, key: PublicKey | OctKey, algorithms: tuple[str, ...]) -> Claims:
    try:
        return jwt.decode(token, key, algorithms=algorithms).claims
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise WrongTokenError(type(error).__name__) from error


def _meant_for(claims: Claims, audience: str) -> bool:
    """One of several audiences counts only when the token was made for it (`azp`)."""
    wanted = claims.get("aud")
    if isinstance(wanted, list):
        return audience in wanted and (len(wanted) == 1 or claims.get("azp") == audience)
    return bool(wanted == audience)


def _number(claims: Claims, name: str) -> float:
    found = claims.get(name)
    if not isinstance(found, int | float) or isinstance(found, bool):
        raise WrongTokenError(name)
    return float(found)

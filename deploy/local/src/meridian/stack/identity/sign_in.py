"""Sign in as a demo person without a browser: for the demo, the tests and `meridian token`."""

from urllib.parse import parse_qs, urlsplit

import httpx

from meridian.problems import StackProblem

_CLIENT = "meridian"
_BACK = "http://127.0.0.1/signed-in"


async def id_token(issuer: str, email: str, client_secret: str) -> str:
    """The token that services accept as a bearer token, through the ordinary code flow."""
    async with httpx.AsyncClient(base_url=issuer, timeout=10) as http:
        answer = await http.post(
            "/oauth2/authorize",
            params={
                "client_id": _CLIENT,
                "redirect_uri": _BACK,
                "response_type": "code",
                "scope": "openid profile email",
            },
            data={"sub": email},
        )
        code = parse_qs(urlsplit(answer.headers.get("location", "")).query).get("code")
        if not code:
            raise StackProblem(f"The provider at {issuer} did not sign {email} in.")
        answer = await http.post(
            "/oauth2/token",
            data={"grant_type": "authorization_code", "code": code[0], "redirect_uri": _BACK},
            auth=(_CLIENT, client_secret),
        )
        token: str = answer.raise_for_status().json()["id_token"]
        return token

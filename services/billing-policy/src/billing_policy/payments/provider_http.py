"""The provider over HTTP: our values in its words, its answers in ours, its events verified."""

# house: room: an edge beside `api`: it calls out where `consumers` is called

import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx

from billing_policy.payments.decide.money import from_provider, to_provider
from billing_policy.payments.model import (
    Accepted,
    AtWork,
    Declined,
    Dispute,
    ForgedEvent,
    Known,
    NoAnswer,
    NotSent,
    PaymentState,
    ProviderEvent,
    ProviderOrder,
    ProviderSilent,
    Said,
)

SIGNATURE = "provider-signature"
TOLERANCE_S = 300
STATES = {
    "pending": PaymentState.SUBMITTED,
    "succeeded": PaymentState.SUCCEEDED,
    "failed": PaymentState.FAILED,
}
# Raised before a byte of the request left us.
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class HttpProvider:
    def __init__(self, url: str, secret: str, timeout_s: float) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, 3.0)),
            headers={"authorization": f"Bearer {secret}"},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def refund(self, order: ProviderOrder) -> Said:
        try:
            answer = await self._client.post(
                "/v1/refunds",
                headers={"idempotency-key": order.key},
                json={
                    "account": str(order.tenant),
                    "charge": order.charge,
                    "amount": to_provider(order.amount_minor, order.currency),
                    "currency": order.currency,
                    "captured": to_provider(order.captured_minor, order.currency),
                },
            )
        except UNSENT as error:
            return NotSent(type(error).__name__)
        except httpx.HTTPError as error:
            return NoAnswer(type(error).__name__)
        return _said(answer)

    async def find(self, key: str) -> Known | None:
        found, _ = await self._list({"key": key})
        return found[0] if found else None

    async def refunds(self, tenant: UUID, since: datetime, until: datetime) -> Sequence[Known]:
        asked = {
            "account": str(tenant),
            "since": since.isoformat(),
            "until": until.isoformat(),
        }
        found, following = await self._list(asked)
        while following:
            more, following = await self._list({**asked, "after": following})
            found.extend(more)
        return found

    async def _list(self, asked: dict[str, str]) -> tuple[list[Known], str | None]:
        try:
            answer = await self._client.get("/v1/refunds", params=asked)
            answer.raise_for_status()
            told = answer.json()
            following = told["next"]
            return [_known(one) for one in told["data"]], str(following) if following else None
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ProviderSilent(type(error).__name__) from error


def _said(answer: httpx.Response) -> Said:
    """Errors of ours are final; those of theirs leave open whether it happened."""
    status = answer.status_code
    if status == 409:
        return AtWork()
    if status == 429:
        return NotSent("too_many")
    if status >= 500:
        return NoAnswer(f"status_{status}", answer.headers.get("idempotent-replayed") == "true")
    try:
        told = answer.json()
        return Accepted(_known(told)) if answer.is_success else Declined(told["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return NoAnswer("unreadable")


def _known(told: dict[str, Any]) -> Known:
    return Known(
        key=told["key"],
        reference=told["id"],
        charge=told["charge"],
        amount_minor=from_provider(told["amount"], told["currency"]),
        currency=told["currency"],
        state=STATES[told["status"]],
        reason=told["reason"],
        revision=told["revision"],
        created_at=datetime.fromisoformat(told["created"]),
    )


def read_event(secret: str, signature: str, body: bytes, now: datetime) -> ProviderEvent:
    """
    Raises:
        ForgedEvent: it is not the provider's, or not of now.
    """
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    moment = parts.get("t", "")
    if not moment.isdecimal() or len(moment) > 12:
        raise ForgedEvent("no instant")
    wanted = hmac.new(secret.encode(), moment.encode() + b"." + body, sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), parts.get("v1", "").encode()):
        raise ForgedEvent("wrong signature")
    if abs(now.timestamp() - int(moment)) > TOLERANCE_S:
        raise ForgedEvent("too old")
    try:
        return _event(json.loads(body))
    except (ValueError, KeyError, TypeError) as error:
        raise ForgedEvent("unreadable") from error


def _event(told: dict[str, Any]) -> ProviderEvent:
    kind, data = told["type"], told["data"]
    return ProviderEvent(
        id=told["id"],
        type=kind,
        tenant=UUID(told["account"]),
        at=datetime.fromisoformat(told["created"]),
        refund=_known(data) if kind == "refund.updated" else None,
        dispute=Dispute(
            charge=data["charge"],
            open=kind == "dispute.opened" or not data["won"],
            revision=data["revision"],
        )
        if kind.startswith("dispute.")
        else None,
    )

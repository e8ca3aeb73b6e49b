"""What may be given back, what news changes, what follows from a call."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_policy.payments.decide.calls import (
    KEY_LIFE,
    LONGEST_OPEN_S,
    decide_call,
    decide_known,
    decide_missing,
    next_circuit,
    wait_s,
)
from billing_policy.payments.decide.money import (
    AmountError,
    exponent,
    from_provider,
    to_provider,
)
from billing_policy.payments.decide.news import decide_news, decide_telling
from billing_policy.payments.decide.orders import (
    attempt_id,
    charge_id,
    check_correction,
    check_order,
    decide_retry,
    new_payment,
    parse_refund_key,
    payment_id,
    refund_key,
)
from billing_policy.payments.decide.reconciling import decide_findings, next_day
from billing_policy.payments.model import (
    Accepted,
    Again,
    AtWork,
    Charge,
    ChargeConflict,
    Circuit,
    Declined,
    Finding,
    Known,
    LookUp,
    News,
    NoAnswer,
    NotSent,
    Ours,
    OverCharge,
    Payment,
    PaymentState,
    RefundOrder,
    Settle,
    WrongCurrency,
)

TENANT = UUID("a0000000-0000-7000-8000-00000000000a")
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
S = PaymentState
STATES = st.sampled_from([S.SUBMITTED, S.SUCCEEDED, S.FAILED])


def charge(**given: object) -> Charge:
    values: dict[str, object] = {
        "id": uuid5(TENANT, "charge"),
        "tenant": TENANT,
        "customer": uuid5(TENANT, "customer"),
        "reference": "inv-1",
        "captured_minor": 10000,
        "currency": "EUR",
        "charged_at": NOW - timedelta(days=10),
        "product": "hosting",
        "plan": "gold",
        "period_days": 365,
        "used_percent": 3,
        "disputed": False,
        "refunded_minor": 0,
    }
    return Charge(**(values | given))  # type: ignore[arg-type]


def payment(**given: object) -> Payment:
    remedy = uuid5(TENANT, "remedy")
    order = RefundOrder(
        id=payment_id(remedy),
        remedy=remedy,
        ticket=uuid5(TENANT, "ticket"),
        customer=uuid5(TENANT, "customer"),
        charge=uuid5(TENANT, "charge"),
        amount_minor=2500,
        currency="EUR",
    )
    return replace(new_payment(TENANT, order, NOW), **given)  # type: ignore[arg-type]


def known(state: PaymentState = S.SUCCEEDED, **given: object) -> Known:
    values: dict[str, object] = {
        "key": refund_key(payment()),
        "reference": "re_1",
        "charge": "inv-1",
        "amount_minor": 2500,
        "currency": "EUR",
        "state": state,
        "reason": "",
        "revision": 1,
        "created_at": NOW,
    }
    return Known(**(values | given))  # type: ignore[arg-type]


def news(state: PaymentState, revision: int = 0, **given: object) -> News:
    return News(**({"attempt": 1, "state": state, "revision": revision} | given))  # type: ignore[arg-type]


def test_only_what_is_left_in_its_own_currency_may_go_back() -> None:
    check_order(charge(refunded_minor=4000), 6000, "EUR")

    for amount, error in ((6001, OverCharge), (0, OverCharge), (-1, OverCharge)):
        with pytest.raises(error):
            check_order(charge(refunded_minor=4000), amount, "EUR")
    with pytest.raises(WrongCurrency):
        check_order(charge(), 1, "USD")
    with pytest.raises(OverCharge):
        check_order(charge(disputed=True), 1, "EUR")


@given(captured=st.integers(0, 10**9), asked=st.lists(st.integers(-5, 10**9), max_size=12))
def test_however_many_are_asked_the_sum_never_passes_what_was_captured(
    captured: int, asked: list[int]
) -> None:
    standing = charge(captured_minor=captured)
    for amount in asked:
        try:
            check_order(standing, amount, "EUR")
        except OverCharge:
            continue
        standing = replace(standing, refunded_minor=standing.refunded_minor + amount)

    assert 0 <= standing.refunded_minor <= captured


def test_keys_name_tenant_decision_payment_and_attempt_and_are_read_back() -> None:
    one, two = payment(), payment(attempt=2)

    assert refund_key(one) != refund_key(two)
    assert charge_id(TENANT, "inv-1") != charge_id(TENANT, "inv-2")
    assert attempt_id(one.id, 1) != attempt_id(one.id, 2)
    assert parse_refund_key(refund_key(two)) == (TENANT, two.id, 2)


@pytest.mark.parametrize(
    "key", ["", "by hand", "refund:a:b:c:1", f"refund:{TENANT}:x:{TENANT}:-1", "a:b:c:d:1"]
)
def test_keys_of_others_are_none_of_ours(key: str) -> None:
    assert parse_refund_key(key) is None


def test_news_without_a_count_only_leads_onward() -> None:
    ordered = payment()
    done = replace(ordered, state=S.SUCCEEDED)

    assert decide_news(ordered, news(S.SUBMITTING), NOW) == replace(
        ordered, state=S.SUBMITTING, sent_at=NOW, entries=2
    )
    assert decide_news(done, news(S.UNKNOWN), NOW) is None
    assert decide_news(done, news(S.SUBMITTED), NOW) is None
    assert decide_news(ordered, news(S.ORDERED), NOW) is None
    assert decide_news(replace(ordered, state=S.FAILED), news(S.SUCCEEDED, 1), NOW) is not None
    assert decide_news(ordered, news(S.SUCCEEDED, attempt=2), NOW) is None


def test_a_later_count_wins_over_any_state_an_earlier_one_changes_nothing() -> None:
    done = payment(state=S.SUCCEEDED, revision=2, version=1)

    failed = decide_news(done, news(S.FAILED, 3, reason="closed"), NOW)

    assert failed is not None
    assert (failed.state, failed.reason, failed.revision, failed.version) == (
        S.FAILED, "closed", 3, 2,
    )  # fmt: skip
    assert decide_news(done, news(S.SUCCEEDED, 3), NOW) == replace(done, revision=3)
    assert decide_news(done, news(S.FAILED, 2), NOW) is None
    assert decide_news(done, news(S.UNKNOWN, 3), NOW) is None


@given(told=st.lists(STATES, min_size=1, max_size=5), data=st.data())
def test_events_in_any_order_and_twice_end_at_the_last_counted(
    told: list[PaymentState], data: st.DataObject
) -> None:
    counted = [news(state, number) for number, state in enumerate(told, start=1)]
    heard = data.draw(st.permutations(counted + counted[: data.draw(st.integers(0, 5))]))
    # What our own call was answered comes first: its event is the first of all.
    standing = payment(state=S.SUBMITTING)

    for one in (counted[0], *heard):
        standing = decide_news(standing, one, NOW) or standing

    final = told[-1]
    assert standing.state is final


def test_the_customer_hears_once_of_money_and_once_of_delay() -> None:
    assert decide_telling(payment(state=S.SUCCEEDED)) == "refund_paid"
    assert decide_telling(payment(state=S.FAILED)) == "refund_delayed"
    assert decide_telling(payment(state=S.FAILED, told=frozenset({"refund_delayed"}))) is None
    assert decide_telling(payment(state=S.UNKNOWN)) is None


def test_only_a_failed_one_is_tried_anew_under_the_next_key() -> None:
    failed = payment(state=S.FAILED, revision=4, reason="closed", provider_reference="re_1")

    again = decide_retry(failed, charge(), NOW)

    assert again is not None
    assert (again.attempt, again.state, again.revision, again.reason) == (2, S.ORDERED, 0, "")
    assert decide_retry(payment(state=S.UNKNOWN), charge(), NOW) is None
    with pytest.raises(OverCharge):
        decide_retry(failed, charge(refunded_minor=9000), NOW)


def test_a_correction_may_not_belie_what_went_back() -> None:
    given_back = charge(refunded_minor=4000)

    check_correction(charge(), charge(currency="USD", captured_minor=1))
    check_correction(given_back, replace(given_back, captured_minor=4000, plan="silver"))
    for wrong in (
        {"currency": "USD"}, {"captured_minor": 3999}, {"customer": uuid5(TENANT, "other")},
    ):  # fmt: skip
        with pytest.raises(ChargeConflict, match=next(iter(wrong))):
            check_correction(given_back, replace(given_back, **wrong))  # type: ignore[arg-type]


def test_what_an_answer_means() -> None:
    done = decide_call(Accepted(known()), 1, 1, 15)
    pending = decide_call(Accepted(known(S.SUBMITTED)), 1, 1, 15)
    declined = decide_call(Declined("no"), 1, 1, 15)
    silent = decide_call(NoAnswer("ReadTimeout"), 1, 1, 15)

    assert isinstance(done, Settle)
    assert (done.news.state, done.news.reference) == (S.SUCCEEDED, "re_1")
    assert isinstance(pending, LookUp)
    assert isinstance(declined, Settle)
    assert declined.news.reason == "no"
    assert silent == LookUp(news(S.UNKNOWN, reason="ReadTimeout"), 15)
    assert decide_call(AtWork(), 1, 1, 15) == LookUp(None, 2.0)
    assert decide_call(NotSent("x"), 1, 1, 15) == Again("x", 2.0)
    assert decide_call(NotSent("x"), 1, 500, 15) == Again("x", 300.0)
    assert isinstance(decide_known(known(S.FAILED), 1), Settle)


def test_what_is_missing_goes_again_under_its_key_only_while_the_key_lives() -> None:
    sent = payment(state=S.UNKNOWN, sent_at=NOW)

    soon = decide_missing(sent, NOW + KEY_LIFE - timedelta(seconds=1))
    late = decide_missing(sent, NOW + KEY_LIFE)
    answered = decide_missing(sent, NOW, answered=True)

    assert soon == Again("not_arrived", 0.0)
    assert isinstance(late, Settle)
    assert late.news.reason == "never_arrived"
    assert isinstance(answered, Settle)
    assert answered.news.reason == "provider_error"
    assert isinstance(decide_missing(payment(), NOW + KEY_LIFE), Again)


@given(st.lists(st.booleans(), max_size=60))
def test_a_circuit_opens_on_the_third_failure_and_never_for_long(failures: list[bool]) -> None:
    circuit, in_a_row = Circuit(), 0
    for failed in failures:
        circuit = next_circuit(circuit, NOW, failed=failed)
        in_a_row = in_a_row + 1 if failed else 0

        assert (wait_s(circuit, NOW) > 0) == (in_a_row >= 3)
        assert wait_s(circuit, NOW) <= LONGEST_OPEN_S
        assert wait_s(circuit, NOW + timedelta(seconds=LONGEST_OPEN_S)) == 0.0


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [(2500, "EUR", "25.00"), (5, "EUR", "0.05"), (2500, "JPY", "2500"), (2500, "KWD", "2.500"),
     (25, "ISK", "25.00"), (1, "BHD", "0.001")],
)  # fmt: skip
def test_amounts_in_the_providers_words(minor: int, currency: str, shown: str) -> None:
    assert to_provider(minor, currency) == shown
    assert from_provider(shown, currency) == minor


@given(minor=st.integers(0, 10**15), currency=st.sampled_from(["EUR", "JPY", "KWD", "ISK", "USD"]))
def test_amounts_come_back_exactly_as_they_went(minor: int, currency: str) -> None:
    said = to_provider(minor, currency)

    assert from_provider(said, currency) == minor
    assert Decimal(said).scaleb(exponent(currency)) == minor


@pytest.mark.parametrize(("amount", "currency"), [("25.001", "EUR"), ("1.5", "JPY"), ("x", "EUR"),
                                                  ("NaN", "EUR"), ("Infinity", "EUR")])  # fmt: skip
def test_what_is_no_amount_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(AmountError):
        from_provider(amount, currency)


def ours(state: PaymentState = S.SUCCEEDED, **given: object) -> Ours:
    one = payment()
    values: dict[str, object] = {
        "tenant": TENANT,
        "remedy": one.remedy,
        "payment": one.id,
        "attempt": 1,
        "amount_minor": 2500,
        "currency": "EUR",
        "state": state,
        "at": NOW,
    }
    return Ours(**(values | given))  # type: ignore[arg-type]


def test_both_lists_are_compared_by_key() -> None:
    later = NOW + timedelta(hours=1)
    key = refund_key(payment())

    assert decide_findings([ours()], [known()], later).findings == ()
    assert decide_findings([ours(S.ORDERED)], [], later).findings == ()
    assert decide_findings([ours()], [], NOW).findings == ()
    assert decide_findings([ours()], [], later).findings == (
        Finding("missing", key, "2500 EUR succeeded", ""),
    )
    assert decide_findings([], [known()], later).findings == (
        Finding("extra", key, "", "2500 EUR succeeded"),
    )
    for theirs in (known(amount_minor=2400), known(currency="USD"), known(S.FAILED)):
        (found,) = decide_findings([ours()], [theirs], later).findings
        assert found.kind == "differs"
    assert decide_findings([ours(S.UNKNOWN)], [known()], NOW).findings == ()


def test_the_next_comparison_is_at_three_in_the_morning() -> None:
    assert next_day(NOW)[1] == datetime(2026, 12, 1, 3, tzinfo=UTC)
    assert next_day(NOW.replace(hour=2))[1] == datetime(2026, 11, 30, 3, tzinfo=UTC)

"""Alerts and dashboards ask for what the services export, each alert is tried and has its page."""

import re
from pathlib import Path

import pytest
import yaml

from deploy.metrics import check
from deploy.metrics.alerts import ALERTS, CONDITIONS, OBJECTIVES
from deploy.metrics.exported import SERVICES, exported
from deploy.metrics.rendered import HERE, rendered
from tests.architecture.source import ROOT

TESTS = [yaml.safe_load(file.read_text()) for file in sorted((HERE / "tests").glob("*.yaml"))]


def expectations() -> list[tuple[str, int]]:
    return [
        (each["alertname"], len(each["exp_alerts"]))
        for file in TESTS
        for test in file["tests"]
        for each in test["alert_rule_test"]
    ]


def test_what_is_committed_is_what_is_rendered() -> None:
    assert list(check.stale()) == []


def test_every_name_asked_for_is_exported() -> None:
    assert list(check.unknown_names(rendered())) == []


def test_a_name_that_nobody_exports_is_found() -> None:
    assert list(check.unknown_names({"rules.yaml": "max(sla_outbox_agee_seconds) > 3"})) == [
        "rules.yaml: sla_outbox_agee_seconds is exported by no service"
    ]


def test_a_counter_without_its_ending_is_found_in_a_rule() -> None:
    assert list(check.unknown_names({"rules.yaml": "rate(sla_breaches[5m])"})) == [
        "rules.yaml: sla_breaches is exported by no service"
    ]


def test_every_bound_asked_for_is_a_bucket() -> None:
    assert list(check.unknown_bounds(rendered())) == []


def test_a_bound_that_is_no_bucket_is_found() -> None:
    rules = 'routing_wait_seconds_bucket{le="299.0"}[1h]'

    assert list(check.unknown_bounds({"rules.yaml": rules})) == [
        "rules.yaml: routing_wait_seconds_bucket has no bucket 299.0"
    ]


def test_every_label_asked_for_is_one_that_the_metric_has() -> None:
    assert list(check.unknown_labels(rendered())) == []


def test_a_label_that_no_metric_has_is_found() -> None:
    rules = 'max by (kind) (billing_policy_effects{sort="x"})'

    assert list(check.unknown_labels({"rules.yaml": rules})) == [
        "rules.yaml: billing_policy_effects has no label sort"
    ]


def test_the_kind_of_a_refund_is_the_one_that_the_code_writes() -> None:
    ordering = ROOT / "services/billing-policy/src/billing_policy/payments/handlers/ordering.py"
    kind = re.search(r'^REFUND = "(.+)"$', ordering.read_text(encoding="utf-8"), re.MULTILINE)
    unsettled = next(each for each in CONDITIONS if each.alert == "PaymentsUnsettled")

    assert kind is not None
    assert f'kind="{kind[1]}"' in unsettled.expr


def test_alerts_page_or_open_a_ticket() -> None:
    groups = yaml.safe_load((HERE / "rules.yaml").read_text())["groups"]

    assert {rule["labels"]["severity"] for group in groups for rule in group["rules"]} == {
        "page", "ticket"
    }  # fmt: skip


def test_no_alert_waits_for_more_than_all_to_be_bad() -> None:
    groups = yaml.safe_load((HERE / "rules.yaml").read_text())["groups"]
    asked = [
        float(times) * float(budget)
        for group in groups
        for rule in group["rules"]
        for times, budget in re.findall(r"> ([\d.]+) \* ([\d.]+)", rule["expr"])
    ]

    assert len(asked) > 2 * len(OBJECTIVES)
    assert max(asked) < 1


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_is_tried_both_ways(alert: str) -> None:
    counts = [count for name, count in expectations() if name == alert]

    assert max(counts) > 0
    assert min(counts) == 0


def test_each_alert_has_its_page_and_each_page_its_alert() -> None:
    assert list(check.runbooks()) == []


def test_annotations_lead_to_pages_that_exist() -> None:
    groups = yaml.safe_load((HERE / "rules.yaml").read_text())["groups"]
    pages = {rule["annotations"]["runbook"] for group in groups for rule in group["rules"]}

    assert [page for page in sorted(pages) if not (ROOT / page).exists()] == []


def test_pages_name_only_metrics_that_exist() -> None:
    pages = {
        page.name: page.read_text(encoding="utf-8") for page in check.RUNBOOKS.glob("[A-Z]*.md")
    }

    assert list(check.unknown_names(pages)) == []


@pytest.mark.skipif(check.promtool() is None, reason="promtool: apt-get install prometheus")
def test_promtool_likes_our_rules_and_their_tests() -> None:
    assert check.disliked() == []


@pytest.mark.skipif(check.promtool() is None, reason="promtool: apt-get install prometheus")
def test_a_threshold_moved_is_found_by_the_rules_tests(tmp_path: Path) -> None:
    moved = (HERE / "rules.yaml").read_text().replace("_age_seconds) > 30", "_age_seconds) > 300")
    (tmp_path / "rules.yaml").write_text(moved)
    (tmp_path / "tests").mkdir()
    for file in (HERE / "tests").glob("*.yaml"):
        (tmp_path / "tests" / file.name).write_text(file.read_text())

    assert "OutboxOld" in "".join(check.disliked(tmp_path))


def test_says_what_is_missing_where_there_is_no_promtool(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    assert check.main([]) == 0
    assert "apt-get install prometheus" in capsys.readouterr().out


def test_every_service_of_the_repository_is_looked_at() -> None:
    folders = {file.parent.name for file in (ROOT / "services").glob("*/pyproject.toml")}

    assert folders == set(SERVICES)
    assert all(exported(service) for service in SERVICES)


def test_alert_names_are_not_given_twice() -> None:
    assert len(ALERTS) == len(CONDITIONS) + len(OBJECTIVES)

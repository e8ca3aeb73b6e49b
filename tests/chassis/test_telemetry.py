"""What a process tells about itself, and what it never tells."""

import json
import logging
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import propagate
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import logs
from chassis.telemetry import Telemetry, propagate_w3c

SECRET = b"of the logs"
ADDRESS = "ines.marquez+spam@brightline.example"
PHONE = "+49 (30) 1234-5678"
TICKET = "0192f1f1-1111-7000-8000-000000000001"


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> "Printed":
    before = (logging.getLogger().handlers, logging.getLogger().level, structlog.get_config())
    logs.configure("probe", "info", SECRET)
    yield Printed(capsys)
    logging.getLogger().handlers, level = before[0], before[1]
    logging.getLogger().setLevel(level)
    structlog.configure(**before[2])


class Printed:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.text = ""

    @property
    def lines(self) -> list[dict[str, object]]:
        self.text = self._capsys.readouterr().out
        return [json.loads(line) for line in self.text.splitlines()]


def test_a_line_is_json_with_service_level_and_event(printed: Printed) -> None:
    logs.logger("probe").info("reply sent", ticket=TICKET, count=3)

    (line,) = printed.lines
    assert (line["service"], line["level"], line["event"]) == ("probe", "info", "reply sent")
    assert (line["ticket"], line["count"]) == (TICKET, 3)
    assert line["timestamp"]


def test_an_unlisted_key_shows_a_hash_that_is_stable_and_no_value(printed: Printed) -> None:
    log = logs.logger("probe")
    log.info("seen", sender=ADDRESS)
    log.info("seen", sender=ADDRESS)
    log.info("seen", sender="someone@else.example")

    first, second, third = printed.lines
    assert first["sender"] == second["sender"] != third["sender"]
    assert str(first["sender"]).startswith("#")
    assert "brightline" not in printed.text


def test_a_listed_key_and_the_event_are_scrubbed_of_addresses_and_numbers(
    printed: Printed,
) -> None:
    logs.logger("probe").warning(f"cannot reach {ADDRESS} or {PHONE}", reason=f"<{ADDRESS}>")

    (line,) = printed.lines
    assert line["event"] == "cannot reach <address> or <number>"
    assert "brightline" not in printed.text
    assert "1234" not in printed.text


def test_an_error_tells_its_kind_and_place_but_not_its_message(printed: Printed) -> None:
    try:
        raise ValueError(f"duplicate key ({ADDRESS})")
    except ValueError:
        logs.logger("probe").exception("handler failed")

    (line,) = printed.lines
    assert line["error"] == "ValueError"
    assert "test_telemetry.py" in str(line["where"])
    assert "brightline" not in printed.text


def test_a_librarys_line_shows_its_template_and_none_of_its_values(printed: Printed) -> None:
    logging.getLogger("mail.log").warning("%r refused by %s", ADDRESS, "203.0.113.9")
    logging.getLogger("aiokafka.client").error("lost %s", ADDRESS)

    first, second = printed.lines
    assert first["event"] == "%r refused by %s"
    assert second["logger"] == "aiokafka.client"
    assert "brightline" not in printed.text
    assert "203.0.113.9" not in printed.text


def test_a_flood_of_a_library_passes_once(printed: Printed) -> None:
    for _ in range(50):
        logging.getLogger("aiokafka.client").error("Unable to update metadata from %s", [0])
        logging.getLogger("aiokafka.client").error("another matter")

    events = [line["event"] for line in printed.lines]
    assert events.count("Unable to update metadata from %s") == 1
    assert events.count("another matter") == 50


def test_libraries_debug_and_info_stay_out(printed: Printed) -> None:
    logging.getLogger("aiokafka").info("chatter")
    logging.getLogger("uvicorn.access").info("GET /v1/customer/secret-token")

    assert printed.lines == []


@given(
    name=st.from_regex(r"[a-z0-9._%+-]{1,20}", fullmatch=True),
    domain=st.from_regex(r"[a-z0-9-]{1,15}\.[a-z]{2,6}", fullmatch=True),
    before=st.text(max_size=20),
    after=st.sampled_from(["", " ", ">", ",", ")", ";", '"']),
)
def test_no_address_survives_scrubbing(name: str, domain: str, before: str, after: str) -> None:
    assert f"{name}@{domain}" not in logs.scrubbed(f"{before}{name}@{domain}{after}")


@given(st.uuids())
def test_ids_survive_scrubbing(some_id: uuid.UUID) -> None:
    assert logs.scrubbed(f"ticket {some_id} stored") == f"ticket {some_id} stored"


def test_metrics_bear_the_services_name_and_stay_in_its_registry() -> None:
    telemetry, other = Telemetry("billing-policy"), Telemetry("billing-policy")
    telemetry.counter("breaches_total", "Breaches", ("metric",)).labels("first_reply").inc()

    scraped = telemetry.scrape().decode()

    assert 'billing_policy_breaches_total{metric="first_reply"} 1.0' in scraped
    assert "breaches" not in other.scrape().decode()
    assert "process_resident_memory_bytes" in scraped


def test_the_figures_of_delivery_have_their_names() -> None:
    telemetry = Telemetry("sla")
    meters = telemetry.meters
    meters.request("/v1/clocks/{id}", "GET", 404, 0.02)
    meters.timer_fired("sla.breach", 0.4)
    meters.effect_settled("mail", "unknown")
    meters.delivery.consumer_lag("sla.clocks", "intake.ticket.v1", 1.5)
    meters.delivery.inbox_duplicates("sla.clocks", 2)
    meters.delivery.parked_events("sla.clocks", 1)
    meters.delivery.outbox(12, 3.5)

    scraped = telemetry.scrape().decode()

    for line in (
        'sla_requests_total{method="GET",route="/v1/clocks/{id}",status="4xx"} 1.0',
        'sla_timer_lateness_seconds_count{kind="sla.breach"} 1.0',
        'sla_effect_outcomes_total{kind="mail",state="unknown"} 1.0',
        'sla_consumer_lag_seconds{group="sla.clocks",topic="intake.ticket.v1"} 1.5',
        'sla_inbox_duplicates_total{group="sla.clocks"} 2.0',
        'sla_parked_events{group="sla.clocks"} 1.0',
        "sla_outbox_rows 12.0",
        "sla_outbox_age_seconds 3.5",
    ):
        assert line in scraped


def test_a_trace_goes_out_and_comes_in_by_traceparent_alone() -> None:
    exporter = InMemorySpanExporter()
    telemetry, carrier = Telemetry("intake", exporter), {}
    propagate_w3c()

    with telemetry.tracer.start_as_current_span("writer") as writer:
        propagate.inject(carrier)
    context = propagate.extract(carrier)
    with telemetry.tracer.start_as_current_span("reader", context=context) as reader:
        same = reader.get_span_context().trace_id == writer.get_span_context().trace_id

    assert set(carrier) == {"traceparent"}
    assert same
    assert [span.name for span in exporter.get_finished_spans()] == ["writer", "reader"]


class Collector(BaseHTTPRequestHandler):
    """Takes spans as an OTLP collector would."""

    taken: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        self.taken.append((self.path, self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


def test_spans_go_to_the_collector_that_settings_name() -> None:
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        telemetry = Telemetry("intake")
        telemetry.export_to(f"http://127.0.0.1:{server.server_port}/")
        with telemetry.tracer.start_as_current_span("a span of ours"):
            pass
        telemetry.close()
        server.shutdown()

    ((path, body),) = Collector.taken
    assert path == "/v1/traces"
    assert b"a span of ours" in body

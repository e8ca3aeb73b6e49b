"""Every instrument of intake."""

from chassis.telemetry import Telemetry

READING = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2)


class Metrics:
    def __init__(self, telemetry: Telemetry) -> None:
        self.contacts = telemetry.counter(
            "contacts_total", "Contacts admitted", ("channel", "status")
        )
        self.door_queue = telemetry.gauge("door_queue_contacts", "Contacts that wait at the door")
        self.mails = telemetry.counter("mails_total", "Raw mails worked off", ("became",))
        self.reading = telemetry.histogram(
            "mail_reading_seconds", "Time to read a mail", buckets=READING
        )
        self.raw_rows = telemetry.gauge("raw_pending_rows", "Raw mails not worked off")
        self.raw_age = telemetry.gauge("raw_pending_age_seconds", "Age of the oldest of them")
        self.letters = telemetry.counter(
            "letters_total", "Mails that left, by kind and outcome", ("kind", "state")
        )

        self.outreach = telemetry.counter(
            "outreach_total", "What others asked us to tell customers", ("service", "state")
        )

    def asked(self, service: str, state: str) -> None:
        self.outreach.labels(service, state).inc()

    def admitted(self, channel: str, status: str, waiting: int) -> None:
        self.contacts.labels(channel, status).inc()
        self.door_queue.set(waiting)

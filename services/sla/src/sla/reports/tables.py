"""Roll-ups: counts written in the transaction that changes a clock, so that reports read no events.

`lane` is the ticket's partition: work that runs side by side never waits for the same row.
"""

from chassis.tenancy import wall


def statements(service: str) -> tuple[str, ...]:
    return (
        """CREATE TABLE attainment_days (
             tenant_id uuid NOT NULL, day date NOT NULL, metric text NOT NULL, state text NOT NULL,
             lane smallint NOT NULL, count integer NOT NULL CHECK (count >= 0),
             PRIMARY KEY (tenant_id, day, metric, state, lane)) WITH (fillfactor = 70)""",
        """CREATE TABLE miss_hours (
             tenant_id uuid NOT NULL, day date NOT NULL, metric text NOT NULL,
             hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 23), language text NOT NULL,
             lane smallint NOT NULL, count integer NOT NULL CHECK (count >= 0),
             PRIMARY KEY (tenant_id, day, metric, hour, language, lane)) WITH (fillfactor = 70)""",
        *wall("attainment_days", service),
        *wall("miss_hours", service),
    )

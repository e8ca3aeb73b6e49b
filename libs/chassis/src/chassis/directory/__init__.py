"""Who is who, as this service may know it: tenants, their people, staff and their rights.

The one shared capability: each service keeps its own copy, fed by two compacted topics.
"""

from chassis.directory.consumers import subscription
from chassis.directory.model import Entry, Person, TenantRecord, decide_rights
from chassis.directory.store import (
    all_staff,
    all_tenants,
    person_by_subject,
    staff,
    tenant,
    tenants,
)
from chassis.directory.tables import statements

__all__ = [
    "Entry",
    "Person",
    "TenantRecord",
    "all_staff",
    "all_tenants",
    "decide_rights",
    "person_by_subject",
    "staff",
    "statements",
    "subscription",
    "tenant",
    "tenants",
]

"""What is asked of remedies, and how they are shown."""

from billing_policy.remedies.api_models.bodies import (
    ApproveBody,
    ChangeBody,
    DryRunBody,
    RefuseBody,
    RemedyBody,
)
from billing_policy.remedies.api_models.explained import explanation_view
from billing_policy.remedies.api_models.shown import dry_run_view, panel_view, remedy_view
from billing_policy.remedies.api_models.views import (
    DryRunView,
    ExplanationView,
    PanelView,
    RemedyView,
)

__all__ = [
    "ApproveBody",
    "ChangeBody",
    "DryRunBody",
    "DryRunView",
    "ExplanationView",
    "PanelView",
    "RefuseBody",
    "RemedyBody",
    "RemedyView",
    "dry_run_view",
    "explanation_view",
    "panel_view",
    "remedy_view",
]

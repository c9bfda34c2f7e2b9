"""The vocabulary of the Statuspage v2 format, and what each of our words is in it. Nothing is mapped anywhere else."""

from collections.abc import Mapping

from status.models import ImpactLevel, Phase, WindowState
from status.standing import Standing

COMPONENT_STATUSES = ("operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
INDICATORS = ("none", "minor", "major", "critical", "maintenance")
INCIDENT_STATUSES = ("investigating", "identified", "monitoring", "resolved")
WORK_STATUSES = ("scheduled", "in_progress", "verifying", "completed")
MAINTENANCE = "maintenance"  # the impact of planned maintenance
RESOLVED = "resolved"

COMPONENT: Mapping[str, str] = {
    Standing.OPERATIONAL: "operational",
    Standing.MAINTENANCE: "under_maintenance",
    Standing.DEGRADED: "degraded_performance",
    Standing.PARTIAL: "partial_outage",
    Standing.MAJOR: "major_outage",
}
INDICATOR: Mapping[str, str] = {
    Standing.OPERATIONAL: "none",
    Standing.MAINTENANCE: "maintenance",
    Standing.DEGRADED: "minor",
    Standing.PARTIAL: "major",  # of its own, never merged with the one above or below it
    Standing.MAJOR: "critical",
}
IMPACT: Mapping[str, str] = {
    ImpactLevel.OPERATIONAL: "none",
    ImpactLevel.DEGRADED: "minor",
    ImpactLevel.PARTIAL: "major",
    ImpactLevel.MAJOR: "critical",
}
# A post-mortem is no status of the format: it is told as the incident's `postmortem_body`.
PHASE: Mapping[str, str] = {
    Phase.INVESTIGATING: "investigating",
    Phase.IDENTIFIED: "identified",
    Phase.MONITORING: "monitoring",
    Phase.RESOLVED: RESOLVED,
}
# The format knows no cancelled work: it is over, and its last update says why.
WORK: Mapping[str, str] = {
    WindowState.SCHEDULED: "scheduled",
    WindowState.IN_PROGRESS: "in_progress",
    WindowState.VERIFYING: "verifying",
    WindowState.COMPLETED: "completed",
    WindowState.CANCELLED: "completed",
}

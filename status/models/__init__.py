"""What the vendor tells of its service: components, incidents, maintenance, probes, surges and uptime."""

from status.models.component import Component, ComponentGroup
from status.models.exclusion import (
    Exclusion,
    ExclusionAudience,
    ExclusionComponent,
    ExclusionDecision,
    TypedReason,
    Verdict,
)
from status.models.impact import IncidentImpact
from status.models.incident import Incident, IncidentAudience, IncidentKind, Phase
from status.models.levels import ImpactLevel
from status.models.maintenance import (
    MaintenanceWindow,
    NoticeKind,
    UsualWindow,
    WindowAnnouncement,
    WindowAudience,
    WindowComponent,
    WindowCorrection,
    WindowNotice,
    WindowState,
)
from status.models.probe import Probe, ProbeHour, ProbeKind, ProbeOutcome, ProbeResult, ProbeRun, ProbeState
from status.models.series import MaintenanceSeries, SeriesAudience, SeriesComponent
from status.models.subscriber import PublicNotice, Subscriber, SubscriberComponent
from status.models.surge import Surge, SurgeState, SurgeTicket
from status.models.template import UpdateTemplate
from status.models.ticket import Answering, AttachedBy, IncidentTicket, ThreadAnswer
from status.models.update import IncidentUpdate
from status.models.uptime import BudgetAlert, UptimeMonth, UptimeTerms

__all__ = [
    "Answering",
    "AttachedBy",
    "BudgetAlert",
    "Component",
    "ComponentGroup",
    "Exclusion",
    "ExclusionAudience",
    "ExclusionComponent",
    "ExclusionDecision",
    "ImpactLevel",
    "Incident",
    "IncidentAudience",
    "IncidentImpact",
    "IncidentKind",
    "IncidentTicket",
    "IncidentUpdate",
    "MaintenanceSeries",
    "MaintenanceWindow",
    "NoticeKind",
    "Phase",
    "Probe",
    "ProbeHour",
    "ProbeKind",
    "ProbeOutcome",
    "ProbeResult",
    "ProbeRun",
    "ProbeState",
    "PublicNotice",
    "SeriesAudience",
    "SeriesComponent",
    "Subscriber",
    "SubscriberComponent",
    "Surge",
    "SurgeState",
    "SurgeTicket",
    "ThreadAnswer",
    "TypedReason",
    "UpdateTemplate",
    "UptimeMonth",
    "UptimeTerms",
    "UsualWindow",
    "Verdict",
    "WindowAnnouncement",
    "WindowAudience",
    "WindowComponent",
    "WindowCorrection",
    "WindowNotice",
    "WindowState",
]

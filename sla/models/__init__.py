"""The SLA's rows: calendars, policies, the escalation matrix, agreements and clocks."""

from sla.models.agreement import Agreement
from sla.models.calendar import (
    Calendar,
    CalendarException,
    CalendarVersion,
    CalendarWeek,
    CalendarYear,
    Holiday,
)
from sla.models.clock import Clock
from sla.models.matrix import MOST_LEVELS, Event, LevelKind, MatrixLevel, MatrixRule, MatrixVersion, QuietHours
from sla.models.planned import PlanKind, PlannedEdit, PlanState
from sla.models.policy import Policy, PolicyVersion, Reading, Severity, Target

__all__ = [
    "MOST_LEVELS",
    "Agreement",
    "Calendar",
    "CalendarException",
    "CalendarVersion",
    "CalendarWeek",
    "CalendarYear",
    "Clock",
    "Event",
    "Holiday",
    "LevelKind",
    "MatrixLevel",
    "MatrixRule",
    "MatrixVersion",
    "PlanKind",
    "PlanState",
    "PlannedEdit",
    "Policy",
    "PolicyVersion",
    "QuietHours",
    "Reading",
    "Severity",
    "Target",
]

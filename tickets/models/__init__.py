"""Tickets: the ticket, its append-only timeline, the rungs of the ladder that it has climbed, its files, its words."""

from tickets.models.attachment import Attachment, AttachmentUse
from tickets.models.bulk import BulkItem, BulkRun, Outcome
from tickets.models.drafts import DraftKind, FormDraft, MessageDraft
from tickets.models.escalation import Escalation
from tickets.models.feedback import Feedback
from tickets.models.fields import FieldDefinition, FieldKind, TicketField
from tickets.models.incoming import MailCanary, MailChannel, MailMessage, MailOutcome, MailState, PolledMailbox, RawMail
from tickets.models.labels import TicketTag
from tickets.models.links import LinkKind, TicketLink
from tickets.models.macros import Macro, MacroThen
from tickets.models.providers import PostKind, PostState, ProviderPost
from tickets.models.replay import ClockDifference, ReplayRun
from tickets.models.saved_view import SavedView
from tickets.models.search import SearchRow
from tickets.models.sweep import SweepRun
from tickets.models.ticket import Channel, Ticket, TicketCounter, TicketState
from tickets.models.timeline import EntryKind, TimelineEntry
from tickets.models.watchers import Watcher

__all__ = [
    "Attachment",
    "AttachmentUse",
    "BulkItem",
    "BulkRun",
    "Channel",
    "ClockDifference",
    "DraftKind",
    "EntryKind",
    "Escalation",
    "Feedback",
    "FieldDefinition",
    "FieldKind",
    "FormDraft",
    "LinkKind",
    "Macro",
    "MacroThen",
    "MailCanary",
    "MailChannel",
    "MailMessage",
    "MailOutcome",
    "MailState",
    "MessageDraft",
    "Outcome",
    "PolledMailbox",
    "PostKind",
    "PostState",
    "ProviderPost",
    "RawMail",
    "ReplayRun",
    "SavedView",
    "SearchRow",
    "SweepRun",
    "Ticket",
    "TicketCounter",
    "TicketField",
    "TicketLink",
    "TicketState",
    "TicketTag",
    "TimelineEntry",
    "Watcher",
]

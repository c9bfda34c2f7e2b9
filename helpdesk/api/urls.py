"""The API's addresses. Each ends with a slash; whatever is not listed is answered with a problem document."""

from django.urls import URLPattern, path, re_path

from helpdesk.api.views import (
    actions,
    attachments,
    calendars,
    clocks,
    conversation,
    document,
    escalations,
    fallback,
    holidays,
    hours,
    invitations,
    me,
    organisations,
    page,
    people,
    policies,
    staff_invitations,
    teams,
    tickets,
    unacknowledged,
)

app_name = "api"
ONE = "v1/tickets/<uuid:public_id>/"

ticket_urls = [
    path("v1/tickets/", tickets.Tickets.as_view(), name="tickets"),
    path(ONE, tickets.OneTicket.as_view(), name="ticket"),
    path(f"{ONE}messages/", conversation.Messages.as_view(), name="messages"),
    path(f"{ONE}messages/<int:pk>/", conversation.OneMessage.as_view(), name="message"),
    path(f"{ONE}timeline/", conversation.Timeline.as_view(), name="timeline"),
    path(f"{ONE}clocks/", clocks.Clocks.as_view(), name="clocks"),
    path(f"{ONE}escalations/", escalations.Escalations.as_view(), name="escalations"),
    path(f"{ONE}escalations/<int:pk>/", escalations.OneEscalation.as_view(), name="escalation"),
    path(f"{ONE}escalations/<int:pk>/acknowledgement/", escalations.Acknowledgement.as_view(), name="acknowledgement"),
    path(f"{ONE}waiting/", actions.Waiting.as_view(), name="waiting"),
    path(f"{ONE}resumption/", actions.Resumption.as_view(), name="resumption"),
    path(f"{ONE}outside/", actions.Outside.as_view(), name="outside"),
    path(f"{ONE}covered/", actions.Covered.as_view(), name="covered"),
    path(f"{ONE}resolution/", actions.Resolution.as_view(), name="resolution"),
    path(f"{ONE}withdrawal/", actions.Withdrawal.as_view(), name="withdrawal"),
    path(f"{ONE}reopening/", actions.Reopening.as_view(), name="reopening"),
    path(f"{ONE}closure/", actions.Closure.as_view(), name="closure"),
    path(f"{ONE}attachments/", attachments.TicketAttachments.as_view(), name="ticket_attachments"),
    path(f"{ONE}attachments/<uuid:file_id>/", attachments.OneTicketAttachment.as_view(), name="ticket_attachment"),
    path(f"{ONE}attachments/<uuid:file_id>/content/", attachments.Content.as_view(), name="content"),
    path("v1/attachments/", attachments.Attachments.as_view(), name="attachments"),
    path("v1/attachments/<uuid:file_id>/", attachments.OneAttachment.as_view(), name="attachment"),
]

people_urls = [
    path("v1/organisations/", organisations.Organisations.as_view(), name="organisations"),
    path("v1/organisations/<slug:key>/", organisations.OneOrganisation.as_view(), name="organisation"),
    path("v1/people/", people.People.as_view(), name="people"),
    path("v1/people/<int:pk>/", people.OnePerson.as_view(), name="person"),
    path("v1/teams/", teams.Teams.as_view(), name="teams"),
    path("v1/teams/<slug:key>/", teams.OneTeam.as_view(), name="team"),
    path("v1/invitations/", invitations.Invitations.as_view(), name="invitations"),
    path("v1/invitations/<int:pk>/", invitations.OneInvitation.as_view(), name="invitation"),
    path("v1/invitations/<int:pk>/resending/", invitations.Resending.as_view(), name="resending"),
    path("v1/staff-invitations/", staff_invitations.StaffInvitations.as_view(), name="staff_invitations"),
    path("v1/staff-invitations/<int:pk>/", staff_invitations.OneStaffInvitation.as_view(), name="staff_invitation"),
    path(
        "v1/staff-invitations/<int:pk>/resending/", staff_invitations.StaffResending.as_view(), name="staff_resending"
    ),
]

CALENDAR = "v1/calendars/<slug:key>/"
POLICY = "v1/policies/<slug:key>/"
policy_urls = [
    path("v1/calendars/", calendars.Calendars.as_view(), name="calendars"),
    path(CALENDAR, calendars.OneCalendar.as_view(), name="calendar"),
    path(f"{CALENDAR}years/<int:year>/confirmation/", calendars.Confirmation.as_view(), name="confirmation"),
    path(f"{CALENDAR}exceptions/", calendars.Exceptions.as_view(), name="exceptions"),
    path(f"{CALENDAR}holidays/", holidays.Holidays.as_view(), name="holidays"),
    path(f"{CALENDAR}holidays/<int:pk>/", holidays.OneHoliday.as_view(), name="holiday"),
    path(f"{CALENDAR}hours/", hours.Hours.as_view(), name="support_hours"),
    path(f"{CALENDAR}hours/<int:pk>/", hours.OneHours.as_view(), name="one_support_hours"),
    path("v1/policies/", policies.Policies.as_view(), name="policies"),
    path(POLICY, policies.OnePolicy.as_view(), name="policy"),
    path(f"{POLICY}versions/", policies.Versions.as_view(), name="policy_versions"),
    path(f"{POLICY}versions/<int:number>/", policies.OneVersion.as_view(), name="policy_version"),
    path("v1/matrix/", policies.Matrix.as_view(), name="matrix"),
]

urlpatterns: list[URLPattern] = [
    path("", page.page, name="page"),
    path("v1/schema/", document.Document.as_view(), name="schema"),
    path("v1/me/", me.Me.as_view(), name="me"),
    *ticket_urls,
    path("v1/escalations/", unacknowledged.Unacknowledged.as_view(), name="unacknowledged"),
    *people_urls,
    *policy_urls,
    re_path(r"", fallback.Nothing.as_view(), name="nothing"),  # last: catches the rest
]

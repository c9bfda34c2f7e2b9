"""The addresses of tickets. Every verb is a POST to the thing that it makes: a reply, a resolution."""

from django.urls import path

from tickets.views import (
    clients,
    clocks,
    composer,
    desk,
    drafting,
    files,
    intake,
    labels,
    macros,
    merging,
    saved_views,
    ticket,
    verbs,
    watching,
)

app_name = "tickets"
ONE = "tickets/<uuid:public_id>/"

urlpatterns = [
    path("tickets/", desk.ticket_list_view, name="list"),
    path("tickets/new/", intake.new_ticket, name="new"),
    path("tickets/new/proposal/", intake.proposal, name="proposal"),
    path("queue/", desk.queue, name="queue"),
    path("queue/counts/", saved_views.counts_of_views, name="queue_counts"),
    path("queue/views/", saved_views.views_page, name="views"),
    path("queue/views/<int:pk>/", saved_views.view, name="view"),
    path("queue/views/<int:pk>/sharing/", saved_views.sharing, name="view_sharing"),
    path("queue/views/<int:pk>/place/", saved_views.place, name="view_place"),
    path("queue/views/<int:pk>/removal/", saved_views.removal, name="view_removal"),
    path("escalations/", desk.escalations, name="escalations"),
    path("clients/", clients.clients, name="clients"),
    path("clients/<slug:key>/", clients.client, name="client"),
    path(ONE, ticket.detail, name="detail"),
    path(f"{ONE}files/<uuid:file_id>/", files.download, name="file"),
    path(f"{ONE}clocks/", clocks.why, name="clocks"),
    path(f"{ONE}reply/", composer.reply_to, name="reply"),
    path(f"{ONE}note/", composer.note, name="note"),
    path(f"{ONE}reply/preview/", composer.reply_preview, name="reply_preview"),
    path(f"{ONE}note/preview/", composer.note_preview, name="note_preview"),
    path(f"{ONE}reply/macro/", composer.put_macro, name="put_macro"),
    path(f"{ONE}reply/draft/", drafting.reply_draft, name="reply_draft"),
    path(f"{ONE}note/draft/", drafting.note_draft, name="note_draft"),
    path(f"{ONE}mentions/", drafting.mentions, name="mentions"),
    path(f"{ONE}files/", drafting.stage_file, name="stage_file"),
    path(f"{ONE}presence/", drafting.presence, name="presence"),
    path(f"{ONE}waiting/", verbs.waiting, name="waiting"),
    path(f"{ONE}resumption/", verbs.resumption, name="resumption"),
    path(f"{ONE}resolution/", verbs.resolution, name="resolution"),
    path(f"{ONE}withdrawal/", verbs.withdrawal, name="withdrawal"),
    path(f"{ONE}reopening/", verbs.reopening, name="reopening"),
    path(f"{ONE}closure/", verbs.closure, name="closure"),
    path(f"{ONE}followers/", watching.following, name="following"),
    path(f"{ONE}followers/out/", watching.unfollowing, name="unfollowing"),
    path(f"{ONE}rating/", verbs.rating, name="rating"),
    path(f"{ONE}assignment/", verbs.assignment, name="assignment"),
    path(f"{ONE}severity/", verbs.severity, name="severity"),
    path(f"{ONE}plan/", verbs.plan_for, name="plan"),
    path(f"{ONE}escalation/", verbs.escalation, name="escalation"),
    path(f"{ONE}merging/", merging.merging, name="merging"),
    path(f"{ONE}tags/", labels.tags, name="tags"),
    path(f"{ONE}tags/removal/", labels.untag, name="untag"),
    path(f"{ONE}escalations/<int:pk>/acknowledgement/", verbs.acknowledgement, name="acknowledgement"),
    path(f"{ONE}escalations/<int:pk>/taking/", clients.taking, name="taking"),
    path(f"{ONE}escalations/<int:pk>/handing/", clients.handing, name="handing"),
]

settings_urls = [
    path("macros/", macros.macros, name="macros"),
    path("macros/new/", macros.new_macro, name="new_macro"),
    path("macros/<int:pk>/", macros.macro, name="macro"),
    path("macros/<int:pk>/removal/", macros.remove, name="macro_removal"),
]

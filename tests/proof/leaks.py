"""Addresses that leak on purpose: what each does wrong is a mistake that somebody could make."""

from uuid import UUID

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.urls import path

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.models import Organisation
from helpdesk.lib.storage import attachment_storage
from helpdesk.lib.tenancy import system_scope
from helpdesk.proof.fixtures import ROUTES
from helpdesk.proof.shapes import PLAIN, Fixture, Of
from helpdesk.urls import handler400, handler403, handler404, handler500
from helpdesk.urls import urlpatterns as product
from tickets.models import Attachment, Ticket
from tickets.operations.conversation import reply

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@member_view("any")
def everything(request: MemberRequest) -> HttpResponse:
    """A list under the system's scope."""
    with system_scope("a leak, planted"):
        return HttpResponse("|".join(Ticket.objects.values_list("subject", flat=True)))


@member_view("any")
def remembered(request: MemberRequest) -> HttpResponse:
    """A cache key without the organisation."""
    text = cache.get("newest-subjects")
    if text is None:
        text = "|".join(Ticket.objects.values_list("subject", flat=True))
        cache.set("newest-subjects", text, 600)
    return HttpResponse(text)


@member_view("any")
def stored(request: MemberRequest, file_id: UUID) -> HttpResponse:
    """A file for whoever knows its id."""
    with system_scope("a leak, planted"):
        found = Attachment.objects.filter(public_id=file_id).first()
    if found is None:
        raise Http404
    with attachment_storage().open(found.storage_name) as content:
        return HttpResponse(content.read())


@member_view("any")
def counted(request: MemberRequest) -> HttpResponse:
    """A count over everybody."""
    with system_scope("a leak, planted"):
        return HttpResponse(f"{Ticket.objects.count()} tickets")


@member_view("any")
def accepted(request: MemberRequest) -> HttpResponse:
    """A foreign id from a body."""
    if request.method == "POST":
        with system_scope("a leak, planted"):
            ticket = Ticket.objects.filter(public_id=request.POST["ticket"]).first()
            if ticket is not None:
                reply(ticket=ticket, actor=request.member.actor, body="Hello.")
    return HttpResponse("Thank you.")


@member_view("any")
def believing(request: MemberRequest) -> HttpResponse:
    """A header that tells whether an organisation exists, next to a query and a form that tell nothing."""
    with system_scope("a leak, planted"):
        known = Organisation.objects.filter(key=request.headers.get("X-Tenant", "")).exists()
    return HttpResponse("Welcome." if known else "Hello.")


@member_view("any")
def knowing(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A process that remembers which ids were ever found, whoever asked, and looks nothing up for those."""
    if public_id in REMEMBERED:
        return HttpResponse("Not yours.", status=403 if request.member.is_staff else 404)
    if not Ticket.objects.filter(public_id=public_id).exists():
        raise Http404
    REMEMBERED.add(public_id)
    return HttpResponse("Here it is.")


@member_view("any")
def unguarded(request: MemberRequest, nobody_knows: str) -> HttpResponse:
    """Nothing is wrong with it but that the proof knows neither it nor its kwarg."""
    return HttpResponse("Hello.")


REMEMBERED: set[UUID] = set()
LEAKS = {
    "leak_scope", "leak_cache", "leak_file", "leak_count", "leak_body", "leak_header", "leak_memory", "leak_unlisted",
    "leak_kwarg", "leak_useless",
}  # fmt: skip
FIXTURES = {
    **ROUTES,
    "leak_scope": PLAIN,
    "leak_cache": PLAIN,
    "leak_file": Fixture(ids={"file_id": "file"}),
    "leak_count": PLAIN,
    "leak_body": Fixture(body={"ticket": Of("ticket")}),
    "leak_header": PLAIN,
    "leak_memory": PLAIN,
    "leak_kwarg": PLAIN,
    "leak_useless": Fixture(ids={"file_id": "ticket"}),  # its own request finds nothing either
}

urlpatterns = [
    path("leak/scope/", everything, name="leak_scope"),
    path("leak/cache/", remembered, name="leak_cache"),
    path("leak/files/<uuid:file_id>/", stored, name="leak_file"),
    path("leak/count/", counted, name="leak_count"),
    path("leak/body/", accepted, name="leak_body"),
    path("leak/header/", believing, name="leak_header"),
    path("leak/memory/<uuid:public_id>/", knowing, name="leak_memory"),
    path("leak/unlisted/", everything, name="leak_unlisted"),
    path("leak/<str:nobody_knows>/", unguarded, name="leak_kwarg"),
    path("leak/useless/<uuid:file_id>/", stored, name="leak_useless"),
    *product,
]

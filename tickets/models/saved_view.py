"""Views of the queue that people keep: filters under a name."""

from django.db import models
from django.db.models.functions import Lower

from helpdesk.accounts.models import StaffMember


class SavedView(models.Model):
    """A staff member's filters of the queue. Shared ones show to every colleague who could see what they name.

    It holds no tickets, only the words of an address. `organisation_key` is the organisation that the filters name,
    empty for none: a shared view of one organisation is for those who serve it.
    """

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="saved_views", db_index=False)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=400, blank=True, help_text="The filters as the queue's address has them.")
    organisation_key = models.CharField(max_length=12, blank=True)
    is_shared = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(help_text="Its place among its owner's.")

    class Meta:
        constraints = (
            models.UniqueConstraint("staff", Lower("name"), name="tickets_view_name_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="tickets_view_has_a_name"),
        )
        indexes = (
            models.Index(fields=("staff", "position"), name="tickets_views_of"),
            models.Index(fields=("name",), condition=models.Q(is_shared=True), name="tickets_views_shared"),
        )

    def __str__(self) -> str:
        return self.name

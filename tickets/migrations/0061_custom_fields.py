import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models
from django.db.migrations import RunSQL

from helpdesk.lib.migrations import composite_key, shared_table, tenant_table

# That a value's definition is for every organisation or for its own: `only_for` is 0 or the organisation, by a check.
DEFINITION = "tickets_ticketfield_definition_of_whom"
OF_WHOM = RunSQL(
    sql=f"ALTER TABLE tickets_ticketfield ADD CONSTRAINT {DEFINITION} FOREIGN KEY (definition_id, only_for) "
    "REFERENCES tickets_fielddefinition (id, only_for) DEFERRABLE INITIALLY DEFERRED",
    reverse_sql=f"ALTER TABLE tickets_ticketfield DROP CONSTRAINT {DEFINITION}",
)


class Migration(migrations.Migration):
    """Custom fields and their values on tickets. Both tables are new: nothing that runs waits for them."""

    dependencies = [
        ("accounts", "0007_names_by_trigrams"),
        ("tickets", "0060_bulk_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="FieldDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "only_for",
                    models.BigIntegerField(default=0, help_text="The organisation's key; 0: every organisation."),
                ),
                ("label", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("choice", "Choice"),
                            ("date", "Date"),
                            ("yes_no", "Yes or no"),
                        ],
                        max_length=10,
                    ),
                ),
                ("choices", models.JSONField(default=list, help_text="What a choice is made from, in order.")),
                ("is_visible", models.BooleanField(default=False, help_text="Clients see its values.")),
                (
                    "is_fillable",
                    models.BooleanField(default=False, help_text="Clients fill it in on the form of a new ticket."),
                ),
                ("is_required", models.BooleanField(default=False)),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, help_text="Fields with a lower one stand first."),
                ),
                ("retired_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TicketField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "only_for",
                    models.BigIntegerField(help_text="Whose the definition is: 0, or the ticket's organisation."),
                ),
                ("value", models.CharField(max_length=500)),
            ],
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.UniqueConstraint(
                models.F("only_for"), django.db.models.functions.text.Lower("label"), name="tickets_field_labelled_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.UniqueConstraint(fields=("id", "only_for"), name="tickets_field_of_whom"),
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("only_for__gte", 0)), name="tickets_field_for_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("label", ""), _negated=True), name="tickets_field_labelled"
            ),
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["text", "number", "choice", "date", "yes_no"])),
                name="tickets_field_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_fillable", False), ("is_visible", True), _connector="OR"),
                name="tickets_field_fillable",
            ),
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_required", False), ("is_fillable", True), _connector="OR"),
                name="tickets_field_required",
            ),
        ),
        migrations.AddField(
            model_name="ticketfield",
            name="definition",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="on_tickets",
                to="tickets.fielddefinition",
            ),
        ),
        migrations.AddField(
            model_name="ticketfield",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="ticketfield",
            name="ticket",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fields",
                to="tickets.ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketfield",
            constraint=models.UniqueConstraint(
                fields=("ticket", "organisation", "definition"), name="tickets_field_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("only_for", 0), ("only_for", models.F("organisation")), _connector="OR"),
                name="tickets_field_own_or_shared",
            ),
        ),
        shared_table("tickets_fielddefinition", column="only_for"),
        tenant_table("tickets_ticketfield"),
        composite_key("tickets_ticketfield", "ticket_id", "tickets_ticket"),
        OF_WHOM,
    ]

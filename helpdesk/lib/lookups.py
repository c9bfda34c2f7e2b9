"""A lookup that compares against one array, so that 500 organisations are one parameter."""

from typing import Any

from django.db.models import BigAutoField, BigIntegerField, ForeignKey, Lookup


class AnyOf(Lookup):
    """`organisation_id__any=[1, 2]` becomes `organisation_id = ANY(array)`."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s::bigint[])", (*params, [int(value) for value in self.rhs])


for field in (BigIntegerField, BigAutoField, ForeignKey):
    field.register_lookup(AnyOf)

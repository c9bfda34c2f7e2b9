"""A big desk: many tickets at once, with the rows that the operations would have written for each.

Some thousands of distinct lives are worked out by the engine; the database then copies each over the organisations.
"""

from helpdesk.demo.bulk.loader import Size, load_desk

__all__ = ["Size", "load_desk"]

#!/usr/bin/env python3
"""Django's management commands. `python3 dev.py manage …` runs them with the embedded servers."""

import os
import sys

# These change or read the schema, which belongs to the owner's role (DATABASE_OWNER_URL).
SCHEMA_COMMANDS = {"migrate", "flush", "sqlmigrate", "showmigrations", "makemigrations", "dbshell"}


def main() -> None:
    """Run the command named on the command line, schema commands under the owner's role."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    if SCHEMA_COMMANDS.intersection(sys.argv[1:2]):
        os.environ["HELPDESK_DB_ROLE"] = "owner"
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - the role is chosen before Django loads

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

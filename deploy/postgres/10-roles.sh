#!/usr/bin/env bash
# Run once by the postgres image, on an empty data volume: the two roles, the database and their privileges.
# The image's own role is a superuser, which row-level security does not bind; the app never connects as it.
set -euo pipefail
: "${HELPDESK_OWNER_PASSWORD:?is not set}" "${HELPDESK_APP_PASSWORD:?is not set}"

as_superuser() { psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"; }

# psql quotes the passwords (:'name'); from the environment, so that no process list shows them.
as_superuser --dbname postgres <<'SQL'
\getenv owner_password HELPDESK_OWNER_PASSWORD
\getenv app_password HELPDESK_APP_PASSWORD
CREATE ROLE helpdesk_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE helpdesk_app LOGIN PASSWORD :'app_password';
SQL

as_superuser --dbname template1 --file /deploy/privileges.sql
as_superuser --dbname postgres --command "CREATE DATABASE helpdesk OWNER helpdesk_owner"

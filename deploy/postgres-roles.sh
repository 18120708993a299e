#!/bin/sh
# Runs once, when the database is new: the roles that the platform's nodes connect as. Migrations grant what each may do.
set -eu

psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
\set password `cat /run/secrets/platform_app_password`
create role platform_app login password :'password';
\set password `cat /run/secrets/platform_projections_password`
create role platform_sequencer login password :'password';
create role platform_projections login password :'password';
create role platform_auditor login password :'password';
SQL

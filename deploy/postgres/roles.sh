#!/bin/sh
# Run once by PostgreSQL's image when its data folder is new: a role for each service, none of which owns a table.
# What each may do is granted by `kentongan db prepare` (services/store/rights.py), which runs as the owner.
set -eu
for role in INGEST TRIAGE NOTIFY CONSOLE OFFICE; do
	eval "password=\$POSTGRES_PASSWORD_$role"
	name="kentongan_$(echo "$role" | tr '[:upper:]' '[:lower:]')"
	psql -v ON_ERROR_STOP=1 -v name="$name" -v password="$password" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<-'SQL'
		CREATE ROLE :"name" LOGIN PASSWORD :'password';
	SQL
done

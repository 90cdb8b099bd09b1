"""Import every module that declares tables: whoever speaks of the whole database imports this one."""

import schemas.office.records
import schemas.records.accounts
import schemas.records.alerts
import schemas.records.answers
import schemas.records.audit_log
import schemas.records.by_hand
import schemas.records.incidents
import schemas.records.people
import schemas.records.reports
import schemas.records.running
import schemas.records.warnings  # noqa: F401 - each registers tables

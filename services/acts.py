"""Do what people do to incidents: acknowledge, report, escalate, verify, override, merge, split, close.

Each act is one function on an open transaction (`Unit`). It decides by the row's present state, writes its
journal line and owes the bus an event through the outbox. Pages, API, reply codes and message buttons all
call these; docs/lifecycle.md draws the states.
"""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from schemas.records import Alert, AnswerToken, Incident, Judgement, Ladder, Outbox, Report, Sitrep, Suggestion
from schemas.vocabulary import AlertState, Duty, IncidentState, Role
from services.auth import Identity
from services.store import Unit

OPEN_STATES = (IncidentState.OPEN, IncidentState.VERIFIED, IncidentState.HANDLED)
ANSWERED = (AlertState.ACKNOWLEDGED, AlertState.REPORTED)

"""Know what came as history: an incident closed from its first row on, of which nobody was ever told. Pure."""

from datetime import datetime

ARCHIVE = "arsip"  # its close_reason: no officer's word


def came_as_history(opened_at: datetime, closed_at: datetime | None, close_reason: str | None) -> bool:
    """Say whether an incident is closed because a report marked `archive` opened it, and not by an officer."""
    return closed_at == opened_at and close_reason == ARCHIVE

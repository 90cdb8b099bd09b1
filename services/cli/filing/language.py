"""Say what became of a file in the language that a command was asked for."""

from services.sheets.cells import UnreadableFile
from services.sheets.limits import OutOfBounds
from services.web.in_english import words_in


def unread(error: UnreadableFile, language: str) -> str:
    """Say why a file was not read, without a full stop."""
    if isinstance(error, OutOfBounds):
        return error.refused.say(language).rstrip(".")
    return words_in(language)(str(error))

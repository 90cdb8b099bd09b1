"""Say what became of a file in the language that a command was asked for."""

import argparse

from services.sheets.cells import UnreadableFile
from services.sheets.limits import OutOfBounds
from services.web.in_english import words_in
from services.web.localised import LANGUAGES


def add_language(parser: argparse.ArgumentParser) -> None:
    """Declare the language in which a command says what became of what it was given."""
    parser.add_argument("--language", default="id", choices=LANGUAGES, help="in which it says what became of it")


def unread(error: UnreadableFile, language: str) -> str:
    """Say why a file was not read, without a full stop."""
    if isinstance(error, OutOfBounds):
        return error.refused.say(language).rstrip(".")
    return words_in(language)(str(error))

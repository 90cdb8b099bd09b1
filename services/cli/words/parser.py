"""Read the words of a command line, and refuse them in the language that was asked for.

Only the standard library is imported here: `up` holds it in memory for as long as it runs.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from schemas.words.languages import LANGUAGES

OPTION = "--language"
SETTING = "KENTONGAN_LANGUAGE"


def language_of(words: Sequence[str]) -> str:
    """Give the language that these words ask for, else that of the setting, else Indonesian.

    >>> language_of(["policy", "check", "--language", "en"]), language_of(["doctor", "--language=en"])
    ('en', 'en')
    """
    asked, _ = _Wish.parser().parse_known_args(list(words))
    return next((one for one in (asked.language, os.environ.get(SETTING)) if one in LANGUAGES), LANGUAGES[0])


class _Wish(argparse.ArgumentParser):
    """What looks for one option alone, and leaves it to others to refuse what is wrong."""

    @classmethod
    def parser(cls) -> "_Wish":
        made = cls(add_help=False, allow_abbrev=False)
        made.add_argument(OPTION, nargs="?")
        return made


class Parser(argparse.ArgumentParser):
    """A command's words; each command and each of its acts takes `--language` as well.

    A command whose own option is called so declares it, and that one counts there.
    """

    spoken = LANGUAGES[0]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **{"conflict_handler": "resolve"} | named)
        about = f"what it says on the terminal ({SETTING}; at first id)"
        self.add_argument(OPTION, dest="language", default=argparse.SUPPRESS, choices=LANGUAGES, help=about)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read them; who asks for no language has what the setting says."""
        options = super().parse_args(args, namespace)
        if "language" not in options:  # said here, not by each parser: an act's own word would hide its command's
            options.language = language_of(())
        return options

    def error(self, message: str) -> NoReturn:
        """End the process with 2, the usage and what is wrong in the language that was asked for."""
        from services.cli.words.in_indonesian import said  # noqa: PLC0415 - only who fails pays for it

        self.print_usage(sys.stderr)
        wrong = "error" if self.spoken == "en" else "salah"
        self.exit(2, f"{self.prog}: {wrong}: {said(message, self.spoken)}\n")


def parser_in(language: str) -> type[Parser]:
    """Give the parsers that refuse in this language, those of acts too."""
    return type("Parser", (Parser,), {"spoken": language})

"""Take parts out of a text and see what is left: nothing of a cell is passed over unseen. Pure."""

import re

_LETTER = re.compile(r"[^\W\d_]")


class Cutting:
    """A text from which parts are taken; what was taken is blank, so that places stay the same."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Take the first part that fits; None when there is none."""
        found = pattern.search(self.text)
        if found is not None:
            self.text = self.text[: found.start()] + " " * (found.end() - found.start()) + self.text[found.end() :]
        return found

    def take_all(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """Take every part that fits, in order.

        >>> cut = Cutting("20/4 atau 21/4")
        >>> [found[0] for found in cut.take_all(re.compile(r"[0-9]+/[0-9]+"))], cut.words()
        (['20/4', '21/4'], ['atau'])
        """
        found = list(pattern.finditer(self.text))
        for one in found:
            self.text = self.text[: one.start()] + " " * (one.end() - one.start()) + self.text[one.end() :]
        return found

    def has_letters(self) -> bool:
        """Say whether anything but numbers and signs is left."""
        return _LETTER.search(self.text) is not None

    def words(self) -> list[str]:
        """Give the words and numbers that are left."""
        return re.findall(r"\w+", self.text)

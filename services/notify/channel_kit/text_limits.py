"""Make words fit what a channel can hold, and never cut the link off. Pure."""

from collections.abc import Callable

MORE = "..."


def fit(texts: tuple[str, ...], link: str | None, fits: Callable[[str], bool]) -> str:
    r"""Give the first text that fits with its link, else the last one cut at a word.

    A link that already stands in a text is not said twice; a text that would lose it in the cut gets it at the end.

    >>> fit(("TINGGI bentrok Semanding",), "https://s.id/4821", lambda text: len(text) < 36)
    'TINGGI bentrok...\nhttps://s.id/4821'
    """
    for text in texts:
        whole = _joined(text, link)
        if fits(whole):
            return whole
    words = texts[-1].replace(link, "").strip() if link else texts[-1]
    least, most = 0, len(words)  # the longest cut that fits
    while least < most:
        middle = (least + most + 1) // 2
        if fits(_joined(words[:middle] + MORE, link)):
            least = middle
        else:
            most = middle - 1
    cut = words[:least]
    at_word = cut.rfind(" ")
    if least < len(words) and not words[least].isspace() and at_word > least // 2:
        cut = cut[:at_word]
    return _joined(cut.rstrip(" ,.;:-") + MORE, link)


def _joined(text: str, link: str | None) -> str:
    return text if not link or link in text else f"{text}\n{link}"


def utf16(text: str) -> int:
    """Count a text as Telegram does: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

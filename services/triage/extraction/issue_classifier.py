"""Say why there is conflict: the issue, a second one where the words name it, and the sub-issue. Pure."""

from collections.abc import Mapping, Sequence

from services.triage.extraction.form_classifier import VIOLENT, Happening
from services.triage.text.assertion import BACKGROUND, DENIED
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain

FIRST_SENTENCE = 1.5
LEAST = 2.0  # below this no word of an issue is meant
SECOND_SHARE = 0.6  # of the first issue's score, from which another is worth naming


# Issues whose words also name places ("depan masjid", "di pasar"), and the words that come before a place.
_NAMES_PLACES = frozenset(["AGM", "AGR", "BTS", "EKO", "IND", "NEL", "UNR"])
_NO_BOMBS = (["molotov"], ["ikan"], ["air"])
_AT = frozenset(["di", "ke", "depan", "dekat", "kawasan", "belakang", "samping", "area", "seputar", "dalam"])


def read(plain: Plain, hits: Sequence[Hit], marks: Sequence[int], happening: Happening) -> tuple[str, str | None]:
    """Give the issue and a second one, or None."""
    scores = _scores(plain, hits, marks)
    _weigh(scores, happening)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < LEAST:
        return _fallback(happening), None
    first, best = ranked[0]
    if not happening.conflict and (best < 3 * LEAST or happening.benign not in {"prevention", None}):
        return "LLN", None
    second = next((code for code, score in ranked[1:] if score >= max(best * SECOND_SHARE, 2 * LEAST)), None)
    return first, second


def _scores(plain: Plain, hits: Sequence[Hit], marks: Sequence[int]) -> dict[str, float]:
    scores: dict[str, float] = {}
    seen: dict[str, set[str]] = {}
    for hit in hits:
        for tag in hit.tags:
            if tag.section != "issue":
                continue
            if plain.tokens[hit.first] == "bom" and plain.tokens[hit.first + 1 : hit.first + 2] in _NO_BOMBS:
                continue
            words = " ".join(plain.tokens[hit.first : hit.last + 1])
            known = seen.setdefault(tag.key, set())
            share = 0.4 if words in known else 1.0
            known.add(words)
            mark = marks[hit.first]
            if mark & DENIED and tag.key != "HKS":
                share *= 0.4
            elif mark & BACKGROUND:
                share *= 0.5
            if hit.first and plain.tokens[hit.first - 1] in _AT and tag.key in _NAMES_PLACES:
                share *= 0.5  # where it happened, not why
            if plain.sentences[hit.first] == 0:
                share *= FIRST_SENTENCE
            scores[tag.key] = scores.get(tag.key, 0.0) + tag.weight * share
    return scores


def _weigh(scores: dict[str, float], happening: Happening) -> None:  # noqa: C901, PLR0912 - cases, in order
    """Apply what is known of how issues go with forms."""
    form = happening.form

    def times(code: str, factor: float) -> None:
        if code in scores:
            scores[code] *= factor

    if form not in {"HOAKS", "AJAKAN", "NIHIL"}:
        times("HKS", 0.3)
    elif form == "HOAKS":
        times("HKS", 2.5)
    elif form == "AJAKAN":
        times("HKS", 1.5)
    if form == "HAKIM-MASSA":
        times("MHS", 2.0)
    elif "MHS" in scores and form not in {"PENGEROYOKAN", "INTIMIDASI", "PERUSAKAN", "PEMBAKARAN", "PEMBUBARAN"}:
        times("MHS", 0.5)
    if form not in {"UNRAS", "KERUSUHAN", "BLOKADE", "NIHIL"}:
        times("UNR", 0.7)
    if scores.get("SLT", 0) >= 4 and form in VIOLENT | {"KONVOI"}:  # noqa: PLR2004
        times("SLT", 1.5)
        times("WRG", 0.5)
    if form not in VIOLENT | {"KETEGANGAN", "AJAKAN", "KONVOI", "INTIMIDASI", "BLOKADE", "NIHIL"}:
        times("WRG", 0.4)
    elif form in {"BENTROK", "PERKELAHIAN", "PENGEROYOKAN"}:
        scores["WRG"] = scores.get("WRG", 0.0) + 2.0
    if form in {"UNRAS", "NIHIL"}:
        times("ORM", 0.5)
    if form == "TEROR":
        times("RAD", 2.0)
    times("ASG", 1.6)
    times("BTS", 1.6)
    if form == "UNRAS":
        scores["UNR"] = scores.get("UNR", 0.0)
    rest = max((score for code, score in scores.items() if code != "UNR"), default=0.0)
    if rest >= 4:  # noqa: PLR2004
        times("UNR", 0.6)


def _fallback(happening: Happening) -> str:  # noqa: PLR0911 - cases, in order
    """Name the issue of a report whose words name none."""
    if not happening.conflict:
        return "LLN"
    if happening.form in {"BENTROK", "PERKELAHIAN", "PENGEROYOKAN", "KONVOI"}:
        return "WRG"
    if happening.form == "HAKIM-MASSA":
        return "MHS"
    if happening.form in {"UNRAS", "KERUSUHAN"}:
        return "UNR"
    if happening.form == "HOAKS":
        return "HKS"
    if happening.form == "TEROR":
        return "RAD"
    return "LLN"


def sub_issue(plain: Plain, words: Mapping[str, Sequence[str]], known: Sequence[str]) -> str | None:
    """Name the narrower issue that has recipients of its own, where its words are there."""
    said = set(plain.tokens)
    return next((sub for sub, names in words.items() if sub in known and not said.isdisjoint(names)), None)

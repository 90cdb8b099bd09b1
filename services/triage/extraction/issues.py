"""Say why there is conflict: the issue, a second one where the words name it, and the sub-issue. Pure.

Each thing that names an issue votes once. A word that says where it was, or that is denied or past, says less; what
stands after "soal", "menolak", "menuntut", "karena" says more: that is what it is about.
"""

from collections.abc import Mapping, Sequence

from schemas.policy.issues import Issue
from services.triage.text.lexicon import HINT, Hit
from services.triage.text.normalise import Plain
from services.triage.text.polarity import BACKGROUND, DENIED

LEAST = 2.0  # below this no word of an issue is meant
NAMED = 4.0  # from here an issue is named
YIELDED = 0.6
SECOND_SHARE = 0.6  # of the first issue's score, from which another is worth naming
AGAIN, IN_A_PLACE, IN_THE_PAST, REFUSED, CAUSE = 0.4, 0.5, 0.5, 0.4, 1.5
CAUSE_REACH = 4  # tokens after "soal" that say what it is about
_AT = frozenset(
    ["di", "ke", "depan", "dekat", "kawasan", "belakang", "samping", "area", "seputar", "dalam", "nang", "ning"]
)
_NOT_IT = frozenset(["bukan", "bukanlah", "dudu", "tanpa", "nihil", "ada", "terjadi"])
ELSE = "*"
OF_THE_THING = 1.0  # what the thing that a deed was done to says of the issue, where no word names one


class Issues:
    """The issues of a district; chooses the one that a report is about."""

    def __init__(self, issues: Mapping[str, Issue]) -> None:
        self._issues = issues
        self.known = frozenset(issues)
        self.other = next(code for code, issue in issues.items() if "other" in issue.traits)

    def scores(self, plain: Plain, hits: Sequence[Hit], marks: Sequence[int]) -> dict[str, float]:
        """Weigh what names each issue; where nothing names one, what goes with it: who, with what, where."""
        found = self._voted("issue", plain, hits, marks)
        if max(found.values(), default=0.0) < NAMED:
            for code, weight in self._voted(HINT, plain, hits, marks).items():
                found[code] = found.get(code, 0.0) + NAMED * weight / (weight + LEAST)  # many hints name nothing
        return found

    def _voted(self, section: str, plain: Plain, hits: Sequence[Hit], marks: Sequence[int]) -> dict[str, float]:
        found: dict[str, float] = {}
        seen: dict[str, set[str]] = {}
        taken: dict[str, int] = {}  # issue -> last token that voted: a word within a phrase has voted with it
        for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last)):
            for tag in hit.tags:
                if tag.section != section or tag.key not in self._issues or taken.get(tag.key, -1) >= hit.last:
                    continue
                taken[tag.key] = hit.last
                share = self._share(tag.key, hit, plain, marks[hit.first], seen.setdefault(tag.key, set()))
                found[tag.key] = found.get(tag.key, 0.0) + tag.weight * share
        return found

    def _share(self, code: str, hit: Hit, plain: Plain, mark: int, seen: set[str]) -> float:
        tokens = plain.tokens
        words = " ".join(tokens[hit.first : hit.last + 1])
        share = AGAIN if words in seen else 1.0
        seen.add(words)
        traits = self._issues[code].traits
        if mark & DENIED and "talk" not in traits and not _NOT_IT.isdisjoint(tokens[max(0, hit.first - 4) : hit.first]):
            share *= REFUSED  # "bukan soal agama"; "jalan tidak diaspal" is about the road
        elif mark & BACKGROUND:
            share *= IN_THE_PAST
        before = tokens[max(0, hit.first - CAUSE_REACH) : hit.first]
        if before and before[-1] in _AT and "place" in traits:
            share *= IN_A_PLACE
        elif not plain.lists.issue_about.isdisjoint(before):
            share *= CAUSE
        return share

    def choose(
        self, weighed: Mapping[str, float], form: str, fallback: str | None, *, conflict: bool, benign: str | None
    ) -> tuple[str, str | None]:
        """Give the issue and a second one, or None; `fallback` is that of the form."""
        scores = {code: weight * self._with(code, form) for code, weight in weighed.items()}
        self._yield_to_causes(scores)
        if conflict and fallback is not None and fallback in self._issues:
            scores[fallback] = scores.get(fallback, 0.0) + self._issues[fallback].benefit
        ranked = sorted(scores.items(), key=lambda item: (-item[1], self._issues[item[0]].code))
        if not ranked or ranked[0][1] < LEAST:
            vague = fallback is None or "manner" in self._issues[fallback].traits
            if conflict and vague and ranked and ranked[0][1] > 0:
                return ranked[0][0], None
            return (fallback or self.other) if conflict else self.other, None
        first, best = ranked[0]
        if not conflict and (best < NAMED or benign not in {"prevention", "drill"}):
            return self.other, None
        second = next((code for code, score in ranked[1:] if score >= max(best * SECOND_SHARE, 2 * LEAST)), None)
        return first, second

    def _yield_to_causes(self, scores: dict[str, float]) -> None:
        """Let an issue that says only how people act count less where a cause is named: "demo" beside "tambang"."""
        manner = [code for code in scores if "manner" in self._issues[code].traits]
        if any(weight >= NAMED for code, weight in scores.items() if code not in manner):
            for code in manner:
                scores[code] *= YIELDED

    def _with(self, code: str, form: str) -> float:
        """Give how an issue goes with a form: the district file's table."""
        fits = self._issues[code].fits
        return fits.get(form, fits.get(ELSE, 1.0))


def sub_issue(plain: Plain, words: Mapping[str, Sequence[str]], known: Sequence[str]) -> str | None:
    """Name the narrower issue that has recipients of its own, where its words are there."""
    said = set(plain.tokens)
    return next((sub for sub, names in words.items() if sub in known and not said.isdisjoint(names)), None)

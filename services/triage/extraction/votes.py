"""Let labelled reports vote on form, issue and level where the rules are not sure. Pure."""

from functools import partial
from math import sqrt

from schemas.vocabulary import Level
from services.triage.deeds.frames import Frames
from services.triage.deeds.peace import NOT_SETTLED
from services.triage.extraction.issues import LEAST, Issues
from services.triage.extraction.learned import LEVEL, Learned, Likely
from services.triage.extraction.reading import Reading
from services.triage.forms.happening import Forms, Happening

CEREMONY = frozenset(["ceremony"])  # in which people fight too: it makes what the rules found no less sure
# How much the rules' own answer weighs against what labelled reports say (logarithms of chances): decision 0067 says
# how they were found. On conflict and the issue it counts in a short text alone, the more, the less of it is known.
RULES_VOTE, GUESSED_VOTE = 0.25, 0.125
SHORT_TIMES = 12.0  # as often the rules' form weighs in a text of which nothing is known
SHORT_ISSUE_VOTE = 2.0
HALF_KNOWN = 0.5  # of a text of which less is known, what the rules are sure was violent stays so
# Votes on conflict in a text of which nothing is known: what the rules are sure was violent, what else they found,
# nothing found, and what they explain as a household's or a contest.
SHORT_CERTAIN_VOTE, SHORT_CONFLICT_VOTE, SHORT_QUIET_VOTE, SHORT_EXPLAINED_VOTE = 4.0, 2.0, -1.5, -6.0
# What nothing ties to a place, a crowd, a group or arms ("boikot makan malam", "rapat bentrok sama makan siang"), the
# rules are less sure of: likeness counts by the root of the share of words it knows.
UNTIED_VOTE, UNTIED_CERTAIN_VOTE = 2.0, 0.8
FOUND_VOTE = 0.5  # in every text for any conflict that the rules found
LONG_VOTE = 0.3  # in a long text: among what was learned from is more that is no conflict than among reports
CERTAIN_VOTE = 1.0  # in every text for what the rules are sure was violent, and for a death in violence
# From and up to which chance of a level it is a floor and the one below it a ceiling: decision 0091 says how they were
# found. The shorter a text, the surer likeness must be, of a ceiling more than of a floor.
FLOOR_CHANCE, CEILING_CHANCE = 0.5, 0.25


class Votes:
    """Weighs what the rules of a district found against what labelled reports of such words were."""

    def __init__(self, forms: Forms, issues: Issues, learned: Learned) -> None:
        self._forms = forms
        self._issues = issues
        self.learned = learned

    def form(
        self, rules: Happening, likely: Likely, framed: Frames, *, deadly: bool, explained: bool, tied: bool
    ) -> str:
        """Give the form by what the rules found and what labelled reports of such words were."""
        sure = is_sure(rules, framed)
        chance = conflict_chance(rules, likely, deadly=deadly, sure=sure, explained=explained, tied=tied)
        if chance < 0 or (framed.drill and not rules.conflict):
            return self._forms.nil
        votes = {form: chance for form, chance in likely.forms.items() if form in self._forms.named}
        if sure:  # what a rumour has caused is no rumour
            votes = {form: chance for form, chance in votes.items() if not self._forms.has(form, "rumour")}
        short = sure and likely.known < HALF_KNOWN
        if (short or deadly) and self._forms.has(rules.form, "violent"):  # nor is a death talked away by another form
            votes = {form: chance for form, chance in votes.items() if self._forms.has(form, "violent")}
        if rules.conflict and rules.form not in votes:
            return rules.form  # of which no labelled report tells
        if rules.conflict:
            votes[rules.form] += (GUESSED_VOTE if rules.guessed else RULES_VOTE) * _times(likely)
        return max(votes, key=lambda form: votes[form], default=rules.form)

    def decide_issue(self, reading: Reading, likely: Likely) -> None:
        """Change the issue of a reading where labelled reports outvote it."""
        votes = {code: chance for code, chance in likely.issues.items() if code in self._issues.known}
        if reading.issue not in votes:
            return
        votes[reading.issue] += SHORT_ISSUE_VOTE * (1 - likely.known)
        issue = max(votes, key=lambda code: votes[code], default=reading.issue)
        if issue != reading.issue:
            reading.learned["issue"] = self.learned.words_for(likely, "issue", issue)
            reading.second = reading.issue if reading.issues.get(reading.issue, 0.0) >= LEAST else None
            reading.issue = issue

    def bound_level(self, reading: Reading, likely: Likely) -> None:
        """Note which level readers gave at least, and at most, to reports of such words.

        To KRITIS nothing is raised: that takes facts.
        """
        chances = {Level[name]: chance for name, chance in likely.levels.items()}
        least = [level for level, chance in chances.items() if sqrt(likely.known) * chance >= FLOOR_CHANCE]
        reading.likely = max((level for level in least if level < Level.KRITIS), default=Level.RENDAH)
        lower = (level for level, chance in chances.items() if chance <= CEILING_CHANCE * likely.known)
        above = min((level for level in lower if level > max(least, default=Level.RENDAH)), default=None)
        if above is not None and not (reading.happening.violence and reading.peace in NOT_SETTLED):
            reading.likely_most = Level(above - 1)  # reports that speak of peace are mild, those that lack it are not
        reading.likely_words = partial(self.learned.words_for, likely, LEVEL)


def is_sure(rules: Happening, framed: Frames) -> bool:
    """Say whether the rules are sure of the violence that they found."""
    return rules.violence and not rules.guessed and CEREMONY.issuperset(framed.benign)


def conflict_chance(
    rules: Happening, likely: Likely, *, deadly: bool, sure: bool, explained: bool, tied: bool
) -> float:
    """Give the logit of conflict: what likeness says, and the rules the more, the less of the text is known.

    `deadly`: a death or an explosive in violence; `sure`: violence that the rules are sure of; `tied`: a place, a
    crowd, a group or arms are told of.
    """
    known, short = likely.known, SHORT_QUIET_VOTE
    if rules.conflict:
        short = SHORT_CERTAIN_VOTE if sure else SHORT_CONFLICT_VOTE
        if not (tied or deadly) and (sure or not rules.violence):
            known, short = sqrt(known), UNTIED_CERTAIN_VOTE if sure else UNTIED_VOTE
    elif explained:  # what was done was one household's, or a contest: no less sure than violence
        short = SHORT_EXPLAINED_VOTE
    chance = known * likely.conflict + (1 - known) * short + LONG_VOTE * max(0.0, 2 * likely.known - 1)
    if rules.conflict and (sure or deadly):
        return chance + CERTAIN_VOTE
    if rules.conflict:
        return chance + FOUND_VOTE
    return chance - CERTAIN_VOTE if explained else chance


def _times(likely: Likely) -> float:
    """Say how many times the rules' vote counts: the more, the less of a text labelled reports know."""
    return 1 + (1 - likely.known) * (SHORT_TIMES - 1)

"""Write the message one institution gets about one incident, so that an officer woken at 01.00 knows what to do.

Pure. The first line says level, issue and kecamatan; then why this message comes, what is asked and until when.
A channel that may not carry the text carries level, issue and kecamatan, and the way to the application (rule 9).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.vocabulary import AlertReason, Duty, Level
from services.notify.messages.alert_phrases import LEVELS, REASONS, WORDS
from services.security.redaction import with_placeholders
from services.web.localised import clock_time, day, number

# What has words of its own for what is to be done, or asks for nothing, whether the reader owes an answer or not.
TELLING_ONLY = (
    AlertReason.CLOSED,
    AlertReason.ESCALATED,
    AlertReason.UNREACHABLE,
    AlertReason.LAPSED,
    AlertReason.TAKEN_BACK,
)
SHORT = 160  # one SMS in GSM-7
_TYPOGRAPHY = str.maketrans({"\u2013": "-", "\u2014": "-", "\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"'})
_HOUR, _TWO_HOURS, _TWO_DAYS = timedelta(hours=1), timedelta(hours=2), timedelta(days=2)


@dataclass(frozen=True)
class AlertFacts:
    """What a message may speak of. Instants are aware; `told_at` is when it is written."""

    level: Level
    issue: str  # label in the reader's language
    kecamatan: str | None
    reason: AlertReason
    duty: Duty
    url: str
    told_at: datetime
    form: str = ""  # label in the reader's language
    desa: str | None = None
    lead: str = ""  # name of the leading institution
    ack_due: datetime | None = None
    sitrep_due: datetime | None = None
    needed: bool = False  # the ladder waits for this institution's own answer, besides the lead's
    owes: bool = False  # it has not given the answer that the ladder waits for
    released: bool = False  # it led until now, and has a copy from now on
    reported: bool = False  # it has answered and sent a situation report: what it owes is the next one
    silent: tuple[str, ...] = ()  # names of those whose answer the ladder waits for
    silent_since: datetime | None = None  # since when the first of them owes it
    lapsed: tuple[str, ...] = ()  # names of those who answered, and whose first situation report never came
    lapsed_since: datetime | None = None  # when the first of them answered
    level_before: Level | None = None
    potential: bool = False
    peaceful: bool = False
    life_in_danger: bool = False
    verify: bool = False
    redacted: bool = False
    restricted: bool = False  # issue for named persons only: not even its name goes over an open channel
    exercise: bool = False
    reports: int = 1
    dismissed: bool = False  # it was closed because it was none
    on_the_way: bool = False  # closed: its institution had answered
    closed_at: datetime | None = None
    closed_by: str = ""  # name of the institution that closed it
    asked_again: bool = False  # the reader had handed it over, and nobody else is on duty
    asked_after_all: bool = False  # the reader was told that he need not answer: a colleague had taken it back
    taken_back_by: str = ""  # name of the colleague who has taken back what he had handed over
    only_told: bool = False  # opened again: asked for nothing, told because he was told of the closing
    unreachable: tuple[str, ...] = ()  # names of institutions nobody of which could be reached
    text: str | None = None
    warning: str | None = None  # what early warning says: nobody told it, and it names no person
    reply_code: str | None = None
    emergency: str = "110 / 112"
    zone: ZoneInfo = ZoneInfo("Asia/Jakarta")  # noqa: RUF009 - immutable


@dataclass(frozen=True)
class Wording:
    """A message: `subject` one line, `body` several, `short` for channels that count characters.

    `line` is what stands under the subject where that is a title of its own: in a notification.
    """

    subject: str
    body: str
    short: str
    line: str


def compose(facts: AlertFacts, *, channel_length: int | None, may_carry_text: bool, language: str = "id") -> Wording:
    """Write the message. `channel_length` is the most characters of `short` (160 when None).

    `may_carry_text` says that the recipient's clearance, the institution and the address allow the report's text;
    a redacted recipient never gets it. An unknown language is Indonesian.
    """
    speech = _Speech(language if language in WORDS else "id", facts)
    bare = not may_carry_text
    headline = speech.headline(bare=bare)
    subject = f"{headline} - {speech.reason}"
    return Wording(
        subject=subject,
        body="\n".join(speech.lines(subject, bare=bare)),
        short=_fit(speech.short(headline), facts.url, channel_length or SHORT),
        line=speech.line(),
    )


def button_label(language: str = "id") -> str:
    """Give the word on the button that acknowledges."""
    return WORDS[language if language in WORDS else "id"]["button"]


def told_time(moment: datetime, *, told_at: datetime, zone: ZoneInfo, language: str = "id") -> str:
    """Say an instant in local time; with its day when that is not the day of `told_at`.

    >>> from datetime import UTC
    >>> night = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    >>> told_time(night, told_at=night, zone=ZoneInfo("Asia/Jakarta"))
    'pkl 00.30 WIB'
    >>> told_time(night, told_at=night - timedelta(hours=2), zone=ZoneInfo("Asia/Jakarta"))
    'Rab 25 Nov pkl 00.30 WIB'
    """
    spoken = language if language in WORDS else "id"
    today = moment.astimezone(zone).date() == told_at.astimezone(zone).date()
    facts = {"time": clock_time(moment, zone), "day": "" if today else day(moment, zone, spoken, year=False)}
    return WORDS[spoken]["at" if today else "on"].format(**facts)


@dataclass(frozen=True)
class _Speech:
    language: str
    facts: AlertFacts

    def say(self, key: str, **values: object) -> str:
        said = {
            name: number(value, self.language) if isinstance(value, int) else value for name, value in values.items()
        }
        return WORDS[self.language][key].format(**said)

    def level(self, level: Level) -> str:
        return LEVELS[self.language][level]

    @property
    def reason(self) -> str:
        if self.facts.reason == AlertReason.CLOSED and self.facts.dismissed:
            return self.say("DISMISSED")
        return REASONS[self.language][self.facts.reason]

    @property
    def asks(self) -> bool:
        """Say whether this message wants an answer that the ladder waits for."""
        return self.facts.owes and self.facts.reason not in TELLING_ONLY

    @property
    def _owes_report(self) -> bool:
        """Say whether this message asks for the next situation report, the answer being there."""
        return self.facts.reported and self.facts.duty == Duty.LEAD and self.facts.reason == AlertReason.REMINDER

    @property
    def _in_danger(self) -> bool:
        """Say whether 110 / 112 comes first: not of what is over."""
        facts = self.facts
        return facts.life_in_danger and not facts.exercise and facts.reason != AlertReason.CLOSED

    def headline(self, *, bare: bool) -> str:
        facts = self.facts
        if facts.restricted and bare:
            about = [self.say("restricted")]
        else:
            place = self.say("kecamatan", name=facts.kecamatan) if facts.kecamatan else self.say("no_kecamatan")
            about = [facts.issue, place]
        about = [self.say("warning"), *about] if facts.warning is not None else about
        head = " - ".join([self.level(facts.level), *about])
        return f"{self.say('exercise')} - {head}" if facts.exercise else head

    def lines(self, subject: str, *, bare: bool) -> list[str]:
        facts = self.facts
        first = [subject]
        if self._in_danger:
            first.append(self.say("danger", emergency=facts.emergency))
        if facts.exercise:
            first.append(self.say("exercise_note"))
        what = [] if bare else [self._what()]
        if facts.peaceful:
            what.append(self.say("peaceful"))
        way = [f"{self.say('open')}: {facts.url}"]
        if facts.reply_code and facts.reason != AlertReason.CLOSED:
            way.append(self.say("reply", code=facts.reply_code))
        told = []
        if facts.text and not bare and not facts.redacted:
            told = [self.say("text"), with_placeholders(facts.text)]
        end = [self.say("house_rule")] if facts.ack_due and self.asks else []
        blocks = [first, what, self._ask(), way, told, end]
        return [line for block in blocks if block for line in (*block, "")][:-1]

    def _what(self) -> str:
        facts = self.facts
        if facts.warning is not None:
            return facts.warning
        kind = self.say("potential" if facts.potential else "event")
        place = ", ".join(filter(None, (facts.desa, facts.kecamatan)))
        parts = [f"{kind}: {facts.form}" if facts.form else kind, place]
        if facts.reports > 1:
            parts.append(self.say("reports", count=facts.reports))
        return " - ".join(filter(None, parts)) + "."

    def line(self) -> str:
        """Say in a line what is asked; the subject has said of what."""
        first = [self.say("danger", emergency=self.facts.emergency)] if self._in_danger else []
        return " ".join([*first, *self._ask(), f"{self.say('open')}."])

    def _ask(self) -> list[str]:
        if told := self._only_told():
            return told
        facts, said = self.facts, []
        if facts.reason == AlertReason.RAISED and facts.level_before is not None:
            said.append(self.say("raised", before=self.level(facts.level_before), level=self.level(facts.level)))
        if facts.reason in (AlertReason.CHANGED, AlertReason.REOPENED, AlertReason.HANDED_OVER):
            said.append(self.say(facts.reason.value))
        said += [self.say(why) for why in self._why_again()]
        if facts.reason == AlertReason.ESCALATED:
            said.append(self._silent())
        elif facts.duty == Duty.LEAD:
            said += [self.say("lapsed")] if facts.reason == AlertReason.LAPSED else [self.say("lead"), *self._promise()]
        else:
            said.append(self.say("released" if facts.released else facts.duty.value, lead=facts.lead or "-"))
            if facts.needed:
                said += [self.say("needed"), *self._promise()]
            elif facts.duty == Duty.SUPPORT:
                said.append(self.say("accept_any"))
        if facts.redacted and facts.duty == Duty.LEAD:
            said.append(self.say("redacted"))
        return said

    def _why_again(self) -> list[str]:
        """Give the words by which one reads why he is asked again; none where he is asked as anybody is."""
        said = {"asked_again": self.facts.asked_again, "asked_after_all": self.facts.asked_after_all}
        return [word for word, holds in said.items() if holds and self.asks]

    def _only_told(self) -> list[str]:
        """Say what is not about the reader's duty; empty where the message is."""
        facts = self.facts
        if facts.reason == AlertReason.CLOSED:
            return self._closed()
        if facts.reason == AlertReason.UNREACHABLE:
            return [self.say("unreachable", names=", ".join(facts.unreachable) or "-")]
        if facts.reason == AlertReason.TAKEN_BACK:
            return [self.say("taken_back", name=facts.taken_back_by or "-")]
        return [self.say("reopened_only", lead=facts.lead or "-")] if facts.only_told else []

    def _closed(self) -> list[str]:
        """Say how it was closed, and what that means for whoever is on the way, or was asked and has not answered."""
        facts = self.facts
        said = [self.say("dismissed" if facts.dismissed else "settled")]
        said.append(self.say("turn_back" if facts.on_the_way else "no_answer"))
        if facts.closed_at is not None:
            word = "closed_by" if facts.closed_by else "closed_at"
            said.append(self.say(word, time=self._time(facts.closed_at), name=facts.closed_by))
        return said

    def _promise(self) -> list[str]:
        facts, said = self.facts, []
        if facts.ack_due is None or not self.asks:
            said += [self.say("accept_any")] if self.asks else []
        elif facts.ack_due <= facts.told_at:
            said += [self.say("late", time=self._time(facts.ack_due)), self.say("accept_any")]
        else:
            key = "again" if facts.reason in (AlertReason.RAISED, AlertReason.REOPENED) else "accept"
            left = self._span(facts.ack_due - facts.told_at)
            said.append(self.say(key, time=self._time(facts.ack_due), left=left))
        if facts.duty == Duty.LEAD and facts.sitrep_due is not None:
            said += self._sitrep(facts.sitrep_due)
        if facts.verify:
            said.append(self.say("verify"))
        return said

    def _sitrep(self, due: datetime) -> list[str]:
        """Say by when the first situation report, or the next one, is due of the lead."""
        late = due <= self.facts.told_at
        if self.facts.reported:
            return [self.say("sitrep_late" if late else "sitrep_next", time=self._time(due))]
        return [] if late else [self.say("sitrep", time=self._time(due))]

    def _silent(self) -> str:
        """Say whom the ladder waits for: who has not answered, and who has and then sent no situation report."""
        facts = self.facts
        if not (facts.silent or facts.lapsed):
            return self.say("wished")
        said = [
            self._waited(word, names, since)
            for word, names, since in (
                ("silent", facts.silent, facts.silent_since),
                ("promised", facts.lapsed, facts.lapsed_since),
            )
            if names
        ]
        return " ".join([*said, self.say("reach")])

    def _waited(self, word: str, names: tuple[str, ...], since: datetime | None) -> str:
        if since is None:
            return self.say(f"{word}_bare", names=self._named(names))
        waited = self._span(self.facts.told_at - since)
        return self.say(word, names=self._named(names), since=self._time(since), waited=waited)

    def _named(self, names: tuple[str, ...]) -> str:
        """Name several as one would: "Polres Tuban dan Kodim 0811"."""
        *others, last = names
        return f" {self.say('and')} ".join(filter(None, (", ".join(others), last)))

    def short(self, headline: str) -> list[str]:
        """Give the parts of the short form, the most needed first."""
        facts = self.facts
        parts = [f"{headline.replace(' - ', ', ')}. {self.reason}."]
        if facts.reason == AlertReason.CLOSED:
            parts.append(self.say("turn_back_short" if facts.on_the_way else "no_answer_short"))
        if facts.reason == AlertReason.TAKEN_BACK:
            parts += [self.say("no_answer_short"), self.say("taken_back_short", name=facts.taken_back_by or "-")]
        if facts.released:
            parts.append(self.say("no_answer_short"))
        if self._in_danger:
            parts.append(self.say("danger_short", emergency=facts.emergency.replace(" ", "")))
        if facts.reason == AlertReason.UNREACHABLE and facts.unreachable:
            parts.append(self.say("unreachable_short", names=", ".join(facts.unreachable)))
        elif facts.reason == AlertReason.ESCALATED:
            waited = (("silent_short", facts.silent), ("promised_short", facts.lapsed))
            parts += [self.say(word, names=self._named(names)) for word, names in waited if names]
        elif self._owes_report and facts.sitrep_due is not None:
            word = "sitrep_late_short" if facts.sitrep_due <= facts.told_at else "sitrep_short"
            parts.append(self.say(word, time=self._time(facts.sitrep_due).removeprefix("pkl ")))
        elif self.asks and facts.ack_due is not None and facts.ack_due > facts.told_at:
            parts.append(self.say("accept_short", time=self._time(facts.ack_due).removeprefix("pkl ")))
        if facts.reply_code and facts.reason != AlertReason.CLOSED:
            reports = self._owes_report or facts.reason == AlertReason.LAPSED
            parts.append(self.say("reply_short_sitrep" if reports else "reply_short", code=facts.reply_code))
        parts += [self.say(f"{why}_short") for why in self._why_again()]
        return [plain(part) for part in parts]

    def _time(self, moment: datetime) -> str:
        return told_time(moment, told_at=self.facts.told_at, zone=self.facts.zone, language=self.language)

    def _span(self, span: timedelta) -> str:
        """Say a length of time, rounded down, in the unit a person would use."""
        if span < _TWO_HOURS:
            return self.say("minutes", count=max(0, span // timedelta(minutes=1)))
        if span < _TWO_DAYS:
            return self.say("hours", count=span // _HOUR)
        return self.say("days", count=span.days)


def plain(text: str) -> str:
    """Give the text in ASCII, which every telephone shows and GSM-7 counts as one character each."""
    folded = unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHY))
    return re.sub(r"[^\x20-\x7e]", "", folded)


def _fit(parts: list[str], url: str, length: int) -> str:
    """Join as many parts as fit together with the link; the first part is cut rather than the link lost."""
    way = f" {url}" if len(url) + 1 < length else ""
    said = parts[0][: length - len(way)].rstrip()
    for part in parts[1:]:
        if len(said) + 1 + len(part) + len(way) <= length:
            said = f"{said} {part}"
    return said + way

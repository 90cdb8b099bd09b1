"""Decide what one message asks for and do it: reply codes, STOP and MULAI, codes of verification, reports.

What turns out to be a report is left for after the commit, under an id of its own.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from schemas.messages import InboundMessage, Prepared, ReportFiled, ReportIn, Source
from schemas.records.alerts import Alert
from schemas.records.answers import Answered, ReplyCode
from schemas.records.incidents import Incident
from schemas.records.people import Address, OptOut, Person
from schemas.rows.alerts import DeliveryRow
from schemas.rows.answers import AnsweredRow, ReplyCodeRow
from schemas.vocabulary import ANSWERED, Level
from services.bus import Message
from services.incidents import responses
from services.incidents.accusations import accused_in
from services.incidents.answer_authority import ELSEWHERE, AnswerAuthority, speaker, standing_of
from services.notify.context import NotifyContext
from services.notify.delivery.coordinator_notices import owe_notice
from services.notify.delivery.direct_messages import owe, words_back
from services.notify.delivery.queries import CODES_KNOWN, bundled, is_late, open_codes
from services.notify.messages.alert_message import told_time
from services.notify.messages.notices import Fact, Notice
from services.notify.replies import address_verification as checks
from services.notify.replies import bundle_replies as bundle_answers
from services.notify.replies import queries
from services.notify.replies.parser import EDGES, Accept, Doubt, Escalate, Reply, Sitrep, Unclear, parse
from services.notify.replies.reply_phrases import ask_back, say
from services.notify.replies.senders import Sender, family
from services.security.auth import Identity, report_id
from services.security.refusal import Refused
from services.security.secret import Secret
from services.store.ids import derived
from services.store.transaction import Transaction

STOPS = frozenset({"stop", "berhenti"})
STARTS = frozenset({"mulai", "start"})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUST_NOW = timedelta(minutes=2)  # the photos of an album come one by one, its words with the first
MEDIA_WORDS = {"photo": "foto", "video": "video", "voice": "rekaman suara", "file": "berkas", "sticker": "stiker"}
WRONG_CODES = 5  # within an hour, of one person over one kind of way, until that way is closed for him
CLOSED = timedelta(hours=12)  # a watch; the coordinator is told and can call
WORDS_BACK = 5  # answers of ours to one sender within an hour
ANSWER = "answer"  # reason of these deliveries


@dataclass
class Outcome:
    """What one batch leaves to do after its commit."""

    deliveries: list[DeliveryRow] = field(default_factory=list)
    reports: list[Prepared] = field(default_factory=list)
    early: list[Message] = field(default_factory=list)  # receipts for what is not marked as sent yet


class OneMessage:
    """One message and what is done about it."""

    def __init__(
        self, tx: Transaction, context: NotifyContext, message: InboundMessage, sender: Sender, outcome: Outcome
    ) -> None:
        self.unit, self.desk, self.message, self.sender, self.outcome = tx, context, message, sender, outcome
        words = " ".join(message.text.lower().split())
        self._said = hmac.digest(context.secret.key("said"), words.encode(), "sha256").hex()[:32]

    def decide(self) -> None:
        """Do what the message asks for, and note that it has had its effect."""
        word = self.message.text.strip(EDGES + "\n").lower()
        unproved = list(self.sender.unproved)
        if self.message.media and not self.message.text:
            self._unread()
        elif word in STOPS:
            self._stop()
        elif word in STARTS:
            self._start()
        elif unproved and checks.CODE.fullmatch(word) and checks.answers_check(self.unit, unproved):
            self._prove(unproved, word)
        elif self.sender.officers or (self.sender.people and self._names_code()):
            self._officer()
        elif self.sender.people:
            self._report()
        else:
            self._stranger()

    def _names_code(self) -> bool:
        """Say whether words of who answers for no office are none of a report: empty, or of a code he had once."""
        reply = parse(self.message.text)
        return _answers(reply) or (isinstance(reply, Unclear) and reply.doubt is Doubt.EMPTY)

    # -- officers --------------------------------------------------------------------------------------------------

    def _officer(self) -> None:
        unit, ids = self.unit, [person.id for person, _ in self.sender.people]
        if self._is_closed(ids):
            self._note("closed", person=ids[0])
            return
        rows = {
            code: (row, person, address)
            for person, address in self.sender.people
            for row in open_codes(unit, person.id)
            for code in (*row["spent"], row["code"])
        }
        current = sorted({row["code"] for row, _, _ in rows.values()})
        bundles = bundle_answers.codes_of(unit, ids)
        reply = self._read({*rows, *bundles}, current)
        if isinstance(reply, Unclear) and reply.doubt is Doubt.UNKNOWN and self.message.reports:
            self._report()
        elif isinstance(reply, Unclear):
            self._ask(reply, current, bundles)
        elif reply.code in rows:
            self._act(reply, *rows[reply.code])
        elif reply.code in bundles:
            self._act_on_bundle(reply, bundle_answers.members(unit, ids, reply.code))
        else:
            self._ask(Unclear(Doubt.NOT_OPEN, reply.code), current, bundles)

    def _read(self, codes: set[str], current: list[str]) -> Reply:
        """Read an answer; a bare verb means the only open alert where the channel proves who wrote it, else nothing."""
        reply = parse(self.message.text, codes)
        if not self.message.vouched:
            said = parse(self.message.text)
            return said if isinstance(said, Unclear) and said.doubt is Doubt.NO_CODE else reply
        if isinstance(reply, Unclear) and reply.doubt is Doubt.NO_CODE and len(current) == 1:
            return parse(self.message.text, set(current))
        return reply

    def _is_closed(self, people: list[str]) -> bool:
        """Say whether this kind of way is closed for answers of these people, after too many wrong codes."""
        return self._counted("channel_closed", people, CLOSED) > 0

    def _counted(self, kind: str, people: list[str], within: timedelta) -> int:
        """Count what of this kind came for these people over this kind of way."""
        channels = queries.channels_of(self.unit, people, kind, self.unit.now - within)
        return sum(family(channel) == family(self.message.channel) for channel in channels)

    def _wrong(self, reply: Unclear) -> bool:
        """Count a code that is none; the fifth within the hour closes the way and tells the desk. True: it did."""
        people = [person.id for person, _ in self.sender.people]
        if self._counted("wrong_code", people, HOUR) + 1 < WRONG_CODES:
            return False
        first = self.sender.people[0][0]
        self._note("channel_closed", person=first.id, doubt=reply.doubt.value)
        facts: dict[str, Fact] = {
            "count": WRONG_CODES,
            "hours": CLOSED // HOUR,
            "way": family(self.message.channel),
            **_named(first),
        }
        notice = Notice("codes_tried", facts)
        self.outcome.deliveries += owe_notice(self.unit, self.desk, f"closed:{self.message.id}", notice)
        self._say(say(self.sender.language, "closed_channel"))
        return True

    def _late(self, code: str) -> Doubt | None:
        """Say why a code that was this sender's answers nothing any more; None where it never was his: a guess."""
        ids = [person.id for person, _ in self.sender.people]
        if bundled(self.unit, ids, code, within=CODES_KNOWN):
            return Doubt.EXPIRED
        return Doubt.CLOSED if is_late(self.unit, ids, code) else None

    def _ask(self, reply: Unclear, codes: list[str], bundles: Mapping[str, int]) -> None:
        if reply.doubt is Doubt.NOT_OPEN and (late := self._late(reply.code or "")):
            reply = Unclear(late, reply.code)
        wrong = reply.doubt is Doubt.NOT_OPEN
        if wrong and self._wrong(reply):
            return
        self._note("wrong_code" if wrong else "asked", person=self.sender.people[0][0].id, doubt=reply.doubt.value)
        self._say(ask_back(self.sender.language, reply.doubt, reply.code, codes, bundles), once=True)

    def _act(self, reply: Accept | Escalate | Sitrep, row: ReplyCodeRow, person: Person, address: Address) -> None:
        told = self.unit.session.get(Alert, row["alert_id"])
        standing = standing_of(self.unit.session, told) if told else None
        if told is None or standing is None:
            self._ask(Unclear(Doubt.CLOSED, reply.code), [], {})  # his, and not kept any more
            return
        alert = standing.alert or told
        if alert.state not in ANSWERED and _is_spent(row, reply):
            self._note("spent", person=person.id, incident=alert.incident_id, subject=alert.id)
            self._say(say(person.language, "spent", code=reply.code), person)
            return
        try:
            kind, words = self._do(reply, standing, person)
            self._spend(row, kind)
        except Refused as refused:
            kind, words = "refused", say(person.language, "refused", code=reply.code, why=refused.say(person.language))
            if refused.reason == ELSEWHERE:
                words = self._elsewhere(reply.code, told, standing, person.language)
        merged = {"merged_from": told.incident_id} if standing.merged else {}
        self._note(kind, person=person.id, incident=alert.incident_id, subject=alert.id, address=address.id, **merged)
        self._say(words, person)

    def _spend(self, row: Mapping[str, Any], kind: str) -> None:
        """Mark what a code has done: it does so once."""
        code = self.unit.session.get(ReplyCode, row["id"])
        if code is not None and kind == "accepted":
            code.accepted_at = self.unit.now
        elif code is not None and kind == "escalated":
            code.escalated_at = self.unit.now

    def _elsewhere(self, code: str, told: Alert, standing: AnswerAuthority, language: str) -> str:
        """Say that an incident lives on in one that is not this institution's, and who knows more."""
        district = self.desk.district
        office = district.called(district.overlays.coordinator)
        institution = district.called(told.institution, told.unit or None)
        url = f"{self.desk.base_url}/peristiwa/{standing.incident.id}"
        return say(language, "elsewhere", code=code, institution=institution, office=office, url=url)

    def _act_on_bundle(self, reply: Accept | Escalate | Sitrep, rows: list[DeliveryRow]) -> None:
        """Accept all of a bundle, a journal line for each alert; ask back which one what else is about."""
        language = self.sender.language
        if not isinstance(reply, Accept):
            self._note("asked", person=self.sender.people[0][0].id, doubt=Doubt.SEVERAL_CODES.value)
            self._say(bundle_answers.ask_which(reply, rows, language))
            return
        people = {person.id: person for person, _ in self.sender.people}
        how = family(self.message.channel)
        tally = bundle_answers.accept_all(self.unit, self.desk, rows, people, how=how, note=reply.note)
        first = self.sender.people[0][0]
        self._keep("accepted" if tally.count("accepted") else "refused", first.id, None)
        for kind, alert, who in tally.lines:
            facts = {"channel": self.message.channel, "bundle": rows[0]["bundle_id"], "came_to": kind}
            done = "answer.accepted" if kind in ("accepted", "before") else "answer.refused"
            self.unit.audit(done, who or first.id, incident=alert.incident_id, subject=alert.id, **facts)
        self._say(bundle_answers.confirmation(tally, reply.code, language, self.unit.now, self._time), first)

    def _do(self, reply: Accept | Escalate | Sitrep, standing: AnswerAuthority, person: Person) -> tuple[str, str]:
        """Do what the reply asks; gives its kind and the words that confirm it. Raises Refused."""
        alert = standing.alert
        if alert is None:
            raise Refused(ELSEWHERE)
        who = speaker(person, alert, standing.incident, self.desk.district)
        kind, words = self._done(reply, alert, who)
        return kind, say(who.language, "merged", code=reply.code, rest=words) if standing.merged else words

    def _done(self, reply: Accept | Escalate | Sitrep, alert: Alert, who: Identity) -> tuple[str, str]:
        unit, incident, how = self.unit, alert.incident_id, family(self.message.channel)
        facts = {"code": reply.code, "time": self._time(unit.now)}
        if isinstance(reply, Escalate):
            responses.escalate(unit, incident, who, reply.note or f"diminta lewat {how}")
            return "escalated", say(who.language, "escalated", **facts)
        if isinstance(reply, Sitrep):
            counts, office = not self._needs_more(alert), alert.institution
            responses.report_situation(unit, incident, who, reply.text, institution=office, acknowledges=counts)
            if alert.state not in ANSWERED:  # what he reports is kept, and his answer is owed as before
                return "reported", self._claim(alert, who, facts, "LAPJUT", "reported_claimed")
            return "reported", self._until("reported", who.language, alert.sitrep_due, facts)
        if alert.state not in ANSWERED and self._needs_more(alert):
            return "claimed", self._claim(alert, who, facts)
        answer = responses.acknowledge(
            unit, incident, who, institution=alert.institution, how=how, reason=reply.note or None, alert_id=alert.id
        )
        if not answer.first:
            facts["time"] = self._time(alert.acknowledged_at or unit.now)
            return "accepted", say(who.language, "accepted_before", **facts)
        return "accepted", self._until("accepted", who.language, alert.sitrep_due, facts)

    def _needs_more(self, alert: Alert) -> bool:
        """Say whether a message over this channel is not enough to answer for it (docs/decisions/0032)."""
        return not self.message.vouched and alert.level >= Level.KRITIS

    def _claim(
        self, alert: Alert, who: Identity, facts: Mapping[str, str], what: str = "TERIMA", words: str = "claimed"
    ) -> str:
        """Let the coordinator confirm by a call what came over a channel that can be forged; the ladder goes on."""
        way, called = family(self.message.channel), self.desk.district.called(alert.institution, alert.unit or None)
        page = f"{self.desk.base_url}/peristiwa/{alert.incident_id}"
        said = {"name": who.name, "called": called, "what": what, "way": way, "WAY": way.upper(), "page": page}
        key = f"claimed:{alert.id}:{alert.round}:{who.id}"
        incident = self.unit.session.get(Incident, alert.incident_id)
        accused = tuple(sorted(accused_in(incident))) if incident else ()
        self.outcome.deliveries += owe_notice(self.unit, self.desk, key, Notice("claimed", said), accused=accused)
        return say(who.language, words, **facts)

    def _until(self, key: str, language: str, due: datetime | None, facts: dict[str, str]) -> str:
        if due is None:
            return say(language, key, **facts)
        return say(language, f"{key}_until", **facts, due=self._time(due))

    def _time(self, moment: datetime) -> str:
        """Say an instant as short as it can be said: the label of the zone once is enough."""
        return told_time(moment, told_at=self.unit.now, zone=self.desk.zone).removeprefix("pkl ")

    # -- everybody else --------------------------------------------------------------------------------------------

    def _stranger(self) -> None:
        reply = parse(self.message.text)
        if _answers(reply):
            self._refuse()
        elif self.message.reports or (self.desk.district.intake.anonymous and self._has_room()):
            self._report()
        else:
            self._refuse("crowded" if self.desk.district.intake.anonymous else "unknown")

    def _refuse(self, why: str = "unknown") -> None:
        """Say politely, once an hour, that this is not for them, or that it is too much; every try is journalled."""
        told = self._lately(why)
        self._note(why)
        if not told:
            words = "stranger" if why == "unknown" else why
            self._say(say("id", words, emergency=self.desk.district.emergency))

    def _unread(self) -> None:
        """Say once an hour that a photo or a recording without words cannot be read; not beside words just told."""
        told = self._lately("unread") or self._lately("report", within=JUST_NOW)
        self._note("unread", media=self.message.media)
        if not told:
            self._say(say(self.sender.language, "unread", emergency=self.desk.district.emergency))

    def _has_room(self) -> bool:
        return self._lately("report") < max(1, self.desk.district.intake.anonymous_per_hour)

    def _lately(self, kind: str, within: timedelta = HOUR) -> int:
        """Count what of this kind this sender has sent lately."""
        return queries.count_answered(self.unit, self.sender.handle, kind, self.unit.now - within)

    def _report(self) -> None:
        self.outcome.reports += prepared(self.message, self.sender, self.desk.secret)
        self._note("report")

    # -- addresses -------------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        """Leave a reporter alone from now on. An officer's wish goes to the coordinator: nothing is silenced."""
        unit, sender, officers = self.unit, self.sender, self.sender.officers
        for person, row in officers:
            unit.audit("address.stop_asked", person.id, subject=row.id, channel=row.channel)
            facts = {"way": family(row.channel), "login": person.login, "channel": row.channel, **_named(person)}
            key = f"stop:{row.id}:{unit.now:%Y-%m-%d}"
            self.outcome.deliveries += owe_notice(unit, self.desk, key, Notice("stop_asked", facts))
        if not officers:
            unit.session.merge(OptOut(id=sender.handle, at=unit.now))
        self._note("stopped", person=sender.people[0][0].id if sender.people else None)
        self._say(say(sender.language, "stop_asked" if officers else "stopped"), once=True)

    def _start(self) -> None:
        unit, sender = self.unit, self.sender
        for person, row in sender.people:
            if row.disabled_at is not None:
                row.disabled_at = None
                unit.audit("address.started", person.id, subject=row.id, channel=row.channel)
        for handle in sender.handles:
            if found := unit.session.get(OptOut, handle):
                unit.session.delete(found)
        self.desk.contacts.forget()
        self._note("started", person=sender.people[0][0].id if sender.people else None)
        self._say(say(sender.language, "started"))

    def _prove(self, unproved: list[Address], word: str) -> None:
        proved = checks.prove(self.unit, unproved, word)
        self.desk.contacts.forget()
        self._note("verified" if proved else "wrong_check", person=unproved[0].person_id)
        self._say(say("id", "verified" if proved else "wrong_check"))

    # -- keeping and telling ---------------------------------------------------------------------------------------

    def _note(
        self,
        kind: str,
        *,
        person: str | None = None,
        incident: str | None = None,
        subject: str | None = None,
        **facts: Any,
    ) -> None:
        """Keep that this message has had its effect, and journal it: who by the verified address, never the words."""
        self._keep(kind, person, incident)
        actor, channel = person or f"sender:{self.sender.handle[:12]}", self.message.channel
        self.unit.audit(f"answer.{kind}", actor, incident=incident, subject=subject, channel=channel, **facts)

    def _keep(self, kind: str, person: str | None, incident: str | None) -> None:
        message = self.message
        row: AnsweredRow = {
            "id": message.id,
            "at": self.unit.now,
            "channel": message.channel,
            "sender": self.sender.handle,
            "kind": kind,
            "person_id": person,
            "incident_id": incident,
            "said": self._said,
        }
        self.unit.add(Answered, [row])

    def _answered_before(self) -> bool:
        """Say whether these very words of this sender have come within a day: a program that answers itself."""
        return queries.was_said(self.unit, self.sender.handle, self._said, self.message.id, self.unit.now - DAY)

    def _has_heard_enough(self) -> bool:
        """Say whether this sender got as many words back within the hour as anybody gets."""
        addresses = {self.sender.address, self.desk.kept_address(self.sender.address)}
        told = queries.count_told(self.unit, addresses, ANSWER, self.unit.now - HOUR)
        return told >= WORDS_BACK

    def _say(self, text: str, person: Person | None = None, *, once: bool = False) -> None:
        """Owe the sender an answer in the same channel, where there is a way back; `once`: to the same words once."""
        if self.sender.channel is None or self._has_heard_enough() or (once and self._answered_before()):
            return
        row = words_back(
            self.unit,
            self.desk,
            (self.message.id,),
            self.sender.channel,
            self.sender.address,
            text,
            reason=ANSWER,
            person=person.id if person else None,
            language=self.sender.language,
        )
        self.outcome.deliveries += owe(self.unit, [row])


def _named(person: Person) -> dict[str, str]:
    """Give by what the coordinator knows an officer: his name and his post."""
    return {"name": person.name, "post": person.post or person.institution or "-"}


def _is_spent(row: Mapping[str, Any], reply: Accept | Escalate | Sitrep) -> bool:
    """Say whether a code has done before what is asked of it now; a situation report may carry it again."""
    if isinstance(reply, Sitrep):
        return False
    done = row["accepted_at"] if isinstance(reply, Accept) else row["escalated_at"]
    return reply.code != row["code"] or done is not None


def _answers(reply: Reply) -> bool:
    """Say whether a stranger's message is meant as an answer: it names a code, and a verb or nothing else."""
    if isinstance(reply, Unclear):
        return reply.code is not None and reply.doubt is not Doubt.UNKNOWN
    return True


def prepared(message: InboundMessage, sender: Sender, secret: Secret) -> list[Prepared]:
    """Make the reports of a message: those its gateway has prepared, or one of its words."""
    if message.reports:
        return list(message.reports)
    reporter, id_ = f"{message.channel}:{sender.address}", report_id(secret, "message", message.id)
    report = ReportIn(id=id_, text=message.text, contact=sender.address, position=message.position)
    person = sender.people[0][0] if sender.people else None
    source = Source(  # reliability F: a number is not a person
        reporter=reporter,
        name=person.name if person else None,
        institution=person.institution if person else None,
        channel=message.channel,
    )
    notes = {"Lampiran": f"{MEDIA_WORDS.get(message.media, message.media)}, tidak disimpan"} if message.media else {}
    notes |= {"Pesan": "disunting oleh pengirimnya"} if message.edited else {}
    filed = ReportFiled(id=id_, filed_at=message.at, report=report, source=source, notes=notes)
    return [Prepared(filed=filed, digest=derived("report", reporter, report.text))]

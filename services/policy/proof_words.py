"""Say what the proof of a policy has found, in Indonesian and in English. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas.words.district_faults import fault_said
from schemas.words.languages import LANGUAGES
from services.policy.routing import Situation

SAID: Final[dict[str, tuple[str, str]]] = {
    "lead": (
        "penanggung jawab {post} tidak punya orang yang dapat dihubungi",
        "the lead {post} has nobody who can be reached",
    ),
    "depth": (
        "penanggung jawab {post} hanya punya {has} dari {least} orang yang diperlukan",
        "the lead {post} has only {has} of the {least} people that are needed",
    ),
    "rung": ("anak tangga tanpa orang: {posts}", "a rung without people: {posts}"),
    "post": (
        "{post} disebut di tangga eskalasi, tetapi tidak punya orang yang dapat dihubungi",
        "{post} stands on the escalation ladder and has nobody who can be reached",
    ),
    "needed": (
        "jawaban {post} diperlukan, tetapi tidak ada orang yang dapat dihubungi di sana",
        "the answer of {post} is needed, and nobody can be reached there",
    ),
    "recipient": (
        "{post} tidak punya orang yang dapat dihubungi sebagai pendukung atau tembusan",
        "{post} has nobody who can be reached, to support or to be informed",
    ),
    "address": (
        "alamat {names} di {post} tidak bisa dipakai: verifikasi lagi",
        "the address of {names} at {post} cannot be used: verify it again",
    ),
    "clearance": (
        "tidak seorang pun di {post} boleh membaca {issue} ({needed})",
        "nobody at {post} may read {issue} ({needed})",
    ),
    "absent": ("semua orang {post} tidak di tempat", "everybody of {post} is away"),
    "gap": (
        "jadwal piket {post} kosong; semua orangnya yang diberi tahu",
        "the rota of {post} is empty; all its people are told instead",
    ),
    # why a folder may not replace what is in force, whoever is in its posts
    "other_district": (
        "kode atau zona waktu kabupaten berubah: hanya dengan `kentongan policy take`, lalu mulai ulang",
        "the kabupaten's code or time zone has changed: only by `kentongan policy take`, then start again",
    ),
    "code_in_use": (
        "{code} dipakai peristiwa terbuka, tetapi tidak ada lagi",
        "{code} is used by open incidents, and is there no more",
    ),
    "not_looked_at": ("mulai pertama: belum diperiksa", "the first start: not looked at yet"),
    "unreadable": ("folder tidak dapat dibaca: {fault}", "the folder cannot be read: {fault}"),
    # what a change of rules alters
    "no_more_told": ("{name} tidak lagi diberi tahu ({duty})", "{name} is told no more ({duty})"),
    "now_told": ("{name} diberi tahu ({duty})", "{name} is told ({duty})"),
    "other_duty": ("{name}: {was} menjadi {duty}", "{name}: {was} becomes {duty}"),
    "answer_needed": ("{name}: jawabannya sekarang diperlukan", "{name}: its answer is needed now"),
    "answer_not_needed": ("{name}: jawabannya tidak lagi diperlukan", "{name}: its answer is needed no more"),
    "names_hidden": ("{name}: sumber dan nama disamarkan", "{name}: source and names are hidden"),
    "names_shown": ("{name}: menerima isi lengkap", "{name}: gets the full text"),
    "other_clock": ("batas waktu atau tangga eskalasi berubah", "deadlines or the escalation ladder change"),
    # lines of who is told, and of what would change
    "told": ("{when} (+{minutes} mnt) {duty}: {name} - {people}", "{when} (+{minutes} min) {duty}: {name} - {people}"),
    "by": (" lewat {channels}", " by {channels}"),
    "hidden": (" [tanpa sumber dan nama]", " [without source and names]"),
    "nobody_there": ("TIDAK ADA ORANG", "NOBODY"),
    "everybody_accused": (
        "tidak ada yang diberi tahu: semua instansi dilaporkan",
        "nobody is told: every institution is accused",
    ),
    "unknown_issue": ("jenis masalah tidak dikenal: {value}", "unknown issue: {value}"),
    "unknown_form": ("bentuk tidak dikenal: {value}", "unknown form: {value}"),
    "unknown_place": ("tempat tidak dikenal: {value}", "unknown place: {value}"),
    "unknown_institution": ("instansi tidak dikenal: {value}", "unknown institution: {value}"),
    "sample_people": (
        "Belum ada orang di instalasi ini: yang diperiksa orang contoh dari people.toml.",
        "There are no people in this installation yet: the sample people of people.toml are looked at.",
    ),
    "cells_change": ("{count} sel akan ditangani lain dari sekarang.", "{count} cells would be handled otherwise."),
    "incidents_change": (
        "{count} peristiwa akan ditangani lain dari sekarang.",
        "{count} incidents would be handled otherwise.",
    ),
    "judged_otherwise": (
        (
            "{moved} dari {incidents} peristiwa ({reports} laporan) akan dinilai lain: {level_up} naik tingkat, "
            "{level_down} turun, {score_only} hanya skor, {issue} jenis masalah, {form} bentuk."
        ),
        (
            "{moved} of {incidents} incidents ({reports} reports) would be judged otherwise: {level_up} go up a level, "
            "{level_down} go down, {score_only} the score only, {issue} the issue, {form} the form."
        ),
    ),
    "named": ("{post} (ditunjuk untuk {issue})", "{post} (named for {issue})"),
    "nobody": ("tidak ada instansi", "no institution"),
    "nowhere": ("lokasi belum pasti", "place not certain yet"),
    "step": ("{cell}, anak tangga {step}", "{cell}, rung {step}"),
}

# What an institution is told for, and when.
CALLED: Final[dict[str, tuple[str, str]]] = {
    "lead": ("penanggung jawab", "lead"),
    "support": ("pendukung", "support"),
    "inform": ("tembusan", "copy"),
    "remind": ("pengingat", "reminder"),
    "rung": ("eskalasi", "escalation"),
    "sitrep": ("lapjut", "sitrep"),
}
DUTIES: Final = ("was", "duty")  # facts that are named by `CALLED`


def called(what: str, language: str) -> str:
    """Name a duty, or a later telling, in this language."""
    return CALLED[what][LANGUAGES.index(language)]


def say(what: str, language: str, **facts: object) -> str:
    """Give a sentence in this language."""
    return SAID[what][LANGUAGES.index(language)].format(**facts)


@dataclass(frozen=True)
class Demanded:
    """A demand on the roster: this institution and unit, for an issue with named persons where it is one."""

    institution: str
    unit: str | None
    issue: str | None

    def called(self, language: str) -> str:
        """Give its name in this language."""
        post = f"{self.institution} {self.unit}" if self.unit else self.institution
        return say("named", language, post=post, issue=self.issue) if self.issue else post


@dataclass(frozen=True)
class Example:
    """A cell of the policy that stands for others, and the rung of its ladder that is meant; "" for none."""

    situation: Situation
    step: str = ""

    def say(self, language: str) -> str:
        """Give it in this language."""
        one = self.situation
        issue = f"{one.issue}/{one.sub_issue}" if one.sub_issue else one.issue
        cell = f"{issue} {one.form} {one.level.name} {one.kecamatan or say('nowhere', language)}"
        return say("step", language, cell=cell, step=self.step) if self.step else cell


@dataclass(frozen=True)
class Sentence:
    """What was found: a code of `SAID`, the posts it is about, and what else fills it."""

    code: str
    posts: tuple[Demanded, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    def say(self, language: str) -> str:
        """Give it in this language."""
        names = ", ".join(sorted(one.called(language) for one in self.posts)) or say("nobody", language)
        facts = {name: _fact(name, value, language) for name, value in self.facts}
        return say(self.code, language, post=names, posts=names, **facts)


def _fact(name: str, value: str, language: str) -> str:
    if name == "fault":
        return fault_said(value, language)
    return called(value, language) if name in DUTIES else value


MOST: Final = 10  # objections that are kept
_KEPT: Final = dict(zip(LANGUAGES, ("said", "said_en"), strict=True))


def kept(objections: Sequence[Sentence]) -> dict[str, Any]:
    """Give objections as they are kept with what is in force: how many there are, and the first in each language."""
    return {
        "count": len(objections),
        **{key: [one.say(spoken) for one in objections[:MOST]] for spoken, key in _KEPT.items()},
    }


def said(kept_as: Mapping[str, Any], language: str) -> list[str]:
    """Give kept objections in this language; those of before they were kept in both are Indonesian."""
    return list(kept_as.get(_KEPT[language]) or kept_as.get(_KEPT[LANGUAGES[0]]) or ())

"""Let an accusation go wherever its report goes: whoever may not read it in one incident may not in another.

A merge moves reports; without this an accused agency could read them in the incident that they were moved to.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.district import District
from schemas.records.incidents import Incident
from schemas.records.reports import Report
from services.incidents import queries
from services.policy.situation import ACCUSED, accused_by, barred
from services.store.transaction import Session


def accused_in(incident: Incident) -> set[str]:
    """Give the codes of the agencies that an incident's reports accuse."""
    return set(accused_by(incident.facts))


def barred_by(facts: Mapping[str, Any], district: District) -> frozenset[str]:
    """Give the institutions that are told nothing of an incident with these facts, because reports accuse them."""
    return barred(accused_by(facts), district)


def accuse(incident: Incident, codes: Iterable[str]) -> None:
    """Keep these as the agencies that an incident's reports accuse."""
    others = {name: value for name, value in incident.facts.items() if name != ACCUSED}
    incident.facts = others | ({ACCUSED: sorted(codes)} if codes else {})


def without(session: Session, incident: Incident, leaving: Incident, staying: Iterable[Report]) -> set[str]:
    """Give whom an incident's reports accuse when another leaves it: whom that one alone accused is accused no more."""
    judgements = queries.judgements_of(session, staying)
    still = {code for one in judgements for code in accused_by(one.data.get("facts", {}))}
    return accused_in(incident) - (accused_in(leaving) - still)

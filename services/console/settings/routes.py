"""Name the addresses of the settings."""

from services.console.dependencies import Deps
from services.console.settings.invitation import InvitationPages
from services.console.settings.keys import PAGE, KeyPages
from services.console.settings.pages import SettingsPages
from services.console.settings.people import LIST, PeoplePages
from services.console.web.page_base import Endpoint, SignedInPages


def settings_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the settings, and of the page behind an invitation."""
    first, people = SettingsPages(deps, counter), PeoplePages(deps, counter)
    keys, invitation = KeyPages(deps, counter), InvitationPages(deps, counter)
    return (
        ("/pengaturan", "GET", first.first_day),
        ("/pengaturan/saluran", "GET", first.channels),
        ("/pengaturan/periksa", "GET", first.proof),
        (LIST, "GET", people.listed),
        (LIST, "POST", people.add),
        ("/pengaturan/orang-tabel", "GET", people.table),
        ("/pengaturan/orang-tabel", "POST", people.take),
        (f"{LIST}/{{id}}", "GET", people.one),
        (f"{LIST}/{{id}}/{{act}}", "POST", people.act),
        ("/pengaturan/alamat/{id}/{act}", "POST", people.address),
        (PAGE, "GET", keys.show),
        (PAGE, "POST", keys.add),
        (f"{PAGE}/{{id}}/cabut", "POST", keys.end),
        ("/undangan/{token}", "GET", invitation.show),
        ("/undangan/{token}", "POST", invitation.accept),
    )

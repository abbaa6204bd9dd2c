"""Tells a person through any service Apprise knows: e-mail, Slack, Teams, ntfy, SMS gateways."""

import logging
from urllib.parse import quote

import apprise

from command_center.domain.people import Person
from command_center.errors import BadInput


class AppriseTeller:
    """One Apprise address; an address without a placeholder reaches the same place for everybody."""

    def __init__(self, template: str) -> None:
        """Check the address; raises ``BadInput`` when Apprise can't read it."""
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it writes whole addresses, passwords and all
        self._template = template
        self.channel = template.split("://", 1)[0] if "://" in template else ""
        if apprise.Apprise.instantiate(self._filled("nobody@example.org", "+491700000000")) is None:
            raise BadInput("notifying.address_unreadable", scheme=self.channel or "?")

    def address(self, person: Person) -> str:
        """Return where this address would reach the person, empty when their own address is missing."""
        if "{email}" in self._template:
            return person.email
        if "{phone}" in self._template:
            return person.phone
        return self.channel

    def tell(self, person: Person, *, title: str, body: str) -> str:
        """Send once; return an empty text when Apprise handed it over, else a short reason without secrets."""
        service = apprise.Apprise.instantiate(self._filled(person.email, person.phone))
        if service is None:
            return "address_unreadable"
        handed_over = service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
        return "" if handed_over else "not_accepted"

    def _filled(self, email: str, phone: str) -> str:
        return self._template.replace("{email}", quote(email, safe="@")).replace("{phone}", quote(phone, safe="+"))

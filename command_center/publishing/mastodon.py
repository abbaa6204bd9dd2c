"""The way out to Mastodon and its relatives; it looks before it posts, for not every server knows a repeated key."""

import re
from datetime import datetime
from typing import Final

from command_center.domain.accounts import Account
from command_center.domain.connections import NetworkRight
from command_center.domain.own_posts import OwnPost
from command_center.errors import NetworkTrouble
from command_center.mastodon_api import MastodonApi, handle_of, id_of, open_api, text_in
from command_center.networks import Access, Message, Outcome
from command_center.publishing.mastodon_limits import limits_of
from command_center.publishing.mastodon_own import (
    own_account,
    own_post_of,
    profile_of,
    standing_parts,
    statuses_since,
)
from command_center.publishing.mastodon_sending import outcome_of, send, standing_outcome
from command_center.safe_web import Web

_GONE: Final = (404, 410)
_ID: Final = re.compile(r"[0-9A-Za-z]{1,64}")
_EMPTY_POST: Final = (400, 422)


class Mastodon:
    """Posts, looks, deletes and reads back with the key of a connection."""

    by_hand = False

    def __init__(self, web: Web) -> None:
        self._web = web

    def publish(self, account: Account, message: Message, access: Access | None) -> Outcome:
        """Send what does not stand there yet, part by part under one another."""
        if access is None:
            return Outcome(state="refused", note="network.signed_out")
        api = open_api(self._web, access)
        try:
            if problem := limits_of(api).problem(message):
                return Outcome(state="refused", note=problem)
            standing = standing_parts(api, message)
            parent = _status_id(api, message.reply_to) if message.reply_to and not standing else ""
        except NetworkTrouble as trouble:
            return outcome_of(trouble, [])
        return send(api, message, standing, parent)

    def find(self, account: Account, message: Message, access: Access) -> Outcome | None:
        """Look whether all parts stand there; None also while some are missing, which a new try adds."""
        standing = standing_parts(open_api(self._web, access), message)
        return standing_outcome("verified", standing) if len(standing) == len(message.parts) else None

    def delete(self, account: Account, native_id: str, access: Access) -> None:
        """Take a status down; one that is gone already is well."""
        api = open_api(self._web, access)
        if not _ID.fullmatch(native_id):
            raise NetworkTrouble("network.refused", network=api.name, why=f"404 {native_id[:80]}")
        api.call("DELETE", f"/api/v1/statuses/{native_id}", fine=_GONE)

    def own_posts(self, account: Account, access: Access, *, since: datetime) -> list[OwnPost]:
        """Return the profile and every status since then, boosts included, newest last."""
        api = open_api(self._web, access)
        owner = own_account(api)
        return [profile_of(owner), *map(own_post_of, statuses_since(api, id_of(owner), since))]

    def check(self, access: Access) -> tuple[str, tuple[NetworkRight, ...]]:
        """Return the account's whole handle and what the key may do."""
        api = open_api(self._web, access)
        owner = own_account(api)
        scopes = _scopes(api, access)
        may_write = bool(scopes & {"write", "write:statuses"}) if scopes else _may_write(api)
        rights = [NetworkRight.READ, *((NetworkRight.POST, NetworkRight.DELETE) if may_write else ())]
        health = self._web.fetch(f"{api.server}/api/v1/streaming/health", network=api.name)
        rights += [NetworkRight.STREAM] if health.status == 200 and health.body.strip() == b"OK" else []
        return handle_of(owner, limits_of(api).domain or api.name), tuple(rights)


def _status_id(api: MastodonApi, reply_to: str) -> str:
    """Return the id this server gives the status that is answered; raises ``NetworkTrouble``."""
    if _ID.fullmatch(reply_to):
        return reply_to
    last = reply_to.rstrip("/").rpartition("/")[2]
    found = [api.call("GET", f"/api/v1/statuses/{last}", fine=_GONE).value] if _ID.fullmatch(last) else []
    for status in (*found, *_resolved(api, reply_to)):
        if isinstance(status, dict) and reply_to in {text_in(status, "uri"), text_in(status, "url")}:
            return id_of(status)
    raise NetworkTrouble("network.refused", network=api.name, why=f"404 {reply_to[:200]}")


def _resolved(api: MastodonApi, address: str) -> list[object]:
    """Let the server fetch a status it doesn't know yet."""
    found = api.object(api.get("/api/v2/search", q=address, type="statuses", resolve="true", limit="5"))
    return api.listed(found.get("statuses"))


def _scopes(api: MastodonApi, access: Access) -> set[str]:
    """Return what the key was given for, as far as anybody says."""
    if said := access.secret.get("scopes", ""):
        return set(said.split())
    app = api.call("GET", "/api/v1/apps/verify_credentials", fine=(401, 403, 404)).value
    scopes = app.get("scopes") if isinstance(app, dict) else None
    return {str(scope) for scope in scopes} if isinstance(scopes, list) else set()


def _may_write(api: MastodonApi) -> bool:
    """Ask with an empty post, which no server takes: it says whether the key would have been enough."""
    reply = api.call("POST", "/api/v1/statuses", json={"status": ""}, fine=(401, 403, *_EMPTY_POST))
    return reply.status in _EMPTY_POST

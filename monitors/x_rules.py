"""The rules of X's filtered stream, kept in step with the topics; rules of other programs are left alone.

A key has one set of rules for everybody who uses it. Ours carry the tag ``one-voice:`` and the topic's id.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from command_center.errors import NetworkTrouble

if TYPE_CHECKING:
    from command_center.x_api.client import XApi

Json = Mapping[str, Any]

TAG: Final = "one-voice:"
_ROUTE: Final = "/2/tweets/search/stream/rules"
_MOST_PAGES: Final = 10


def changes(standing: Iterable[Json], wanted: Mapping[str, str]) -> tuple[list[str], list[dict[str, str]]]:
    """Return the ids of our rules to delete and the rules to add, so that each tag in ``wanted`` has its query."""
    stale = []
    known = set()
    for rule in standing:
        tag, value = str(rule.get("tag") or ""), str(rule.get("value") or "")
        if not tag.startswith(TAG):
            continue
        if wanted.get(tag) == value and tag not in known:
            known.add(tag)
        else:
            stale.append(str(rule.get("id")))
    return stale, [{"value": query, "tag": tag} for tag, query in wanted.items() if tag not in known]


def keep_in_step(api: "XApi", wanted: Mapping[str, str]) -> None:
    """Make the stream's rules what they should be, stale ones first: their number is limited.

    Raises:
        NetworkTrouble: X refuses a rule, or can't be asked.
    """
    stale, missing = changes(_standing(api), wanted)
    if stale:
        api.call("POST", _ROUTE, body={"delete": {"ids": stale}})
    if missing:
        _add(api, missing)


def _standing(api: "XApi") -> list[Json]:
    rules: list[Json] = []
    params: dict[str, object] = {}
    for _ in range(_MOST_PAGES):
        answer = api.call("GET", _ROUTE, params=params)
        rules += [row for row in answer.rows if isinstance(row, dict)]
        token = answer.meta.get("next_token")
        if not isinstance(token, str) or not token or token == params.get("pagination_token"):
            break
        params = {"pagination_token": token}
    return rules


def _add(api: "XApi", missing: list[dict[str, str]]) -> None:
    from command_center.x_api.faults import XTrouble, detail_of

    try:
        body = api.call("POST", _ROUTE, body={"add": missing}).body
    except XTrouble as trouble:
        if trouble.status != 400 or "duplicate" not in trouble.why.lower():
            raise
        body = {}
    errors = body.get("errors")
    # A rule that stands already, in another program's name, brings its posts all the same.
    refused = [
        error
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict) and not str(error.get("type")).endswith("/duplicate-rules")
    ]
    if refused:
        raise NetworkTrouble("network.refused", network="X", why=detail_of({"errors": refused})[:200] or "rule")

"""Which column of a file means what: the usual German and English names, or a person's mapping."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from command_center.domain.folding import fold
from command_center.errors import BadInput

FIELDS: Final = (
    "text",
    "created_at",
    "time",
    "id",
    "author",
    "author_name",
    "url",
    "reach",
    "reposts",
    "reply_to",
    "is_repost",
    "language",
    "sentiment",
    "network",
)
"""``time`` is the time of day where date and time are two columns."""

_DATE_ONLY: Final = ("date", "datum", "tag", "day", "publikationsdatum", "erscheinungsdatum")

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": (
        *("text", "full_text", "tweet_text", "post_text", "body", "content", "message", "tweet", "post"),
        *("comment", "nachricht", "inhalt", "beitrag", "kommentar", "volltext", "mention", "erwaehnung"),
        *("textinhalt", "posttext", "snippet", "hit_sentence", "description", "beschreibung"),
        *("title", "titel", "headline", "ueberschrift"),
    ),
    "created_at": (
        *("created_at", "createdat", "created", "tweet_created", "timestamp", "datetime", "date_time"),
        *("published_at", "published", "posted_at", "posted", "publish_date", "publication_date"),
        *("created_time", "post_created", "erstellt", "erstellt_am", "erstellungsdatum", "veroeffentlicht"),
        *("veroeffentlicht_am", "veroeffentlichungsdatum", "zeitpunkt", "zeitstempel", "datum_uhrzeit"),
        *("datum_zeit", "date_utc", "utc", *_DATE_ONLY, "time", "zeit", "uhrzeit"),
    ),
    "time": ("time", "zeit", "uhrzeit", "hour", "time_of_day"),
    "id": (
        *("id", "id_str", "tweet_id", "status_id", "post_id", "message_id", "mention_id", "native_id"),
        *("comment_id", "article_id", "beitrags_id", "nachrichten_id", "guid", "uuid"),
    ),
    "author": (
        *("screen_name", "handle", "username", "user_name", "user_screen_name", "account", "user", "author"),
        *("autor", "autorin", "verfasser", "verfasserin", "benutzer", "benutzername", "nutzer"),
        *("nutzername", "konto", "from", "von", "absender", "sender", "author_handle", "name", "author_id"),
        *("user_id",),
    ),
    "author_name": (
        *("author_name", "display_name", "displayname", "full_name", "fullname", "real_name", "user_fullname"),
        *("anzeigename", "realname", "klarname", "name"),
    ),
    "url": ("url", "link", "permalink", "post_url", "tweet_url", "source_url", "href", "uri", "adresse"),
    "reach": (
        *("reach", "reichweite", "followers", "followers_count", "follower_count", "follower", "abonnenten"),
        *("user_followers_count", "user_followers", "potential_reach", "anzahl_follower", "audience"),
    ),
    "reposts": (
        *("retweet_count", "retweets", "reposts", "repost_count", "shares", "share_count", "geteilt"),
        *("geteilte", "weiterleitungen"),
    ),
    "reply_to": (
        *("in_reply_to", "reply_to", "in_reply_to_status_id", "in_reply_to_status_id_str", "antwort_auf"),
        *("parent_id", "in_reply_to_id"),
    ),
    "is_repost": ("is_repost", "is_retweet", "isretweet", "is_share"),
    "language": ("lang", "language", "sprache", "language_code", "sprachcode"),
    "sentiment": ("sentiment", "tonality", "tonalitaet", "stimmung", "polarity", "polaritaet", "bewertung"),
    "network": (
        *("network", "netzwerk", "platform", "plattform", "channel", "kanal", "source_type", "media_type"),
        *("quelle", "source"),
    ),
}


def plain_name(column: str) -> str:
    """Return a column's name as the lists above write it: "Veröffentlicht am" → veroeffentlicht_am."""
    return re.sub(r"[^a-z0-9]+", "_", fold(column)).strip("_")


def propose_mapping(columns: Iterable[str]) -> dict[str, str]:
    """Return field → column for every column whose name is one of the usual ones."""
    by_name: dict[str, str] = {}
    for column in columns:
        if plain := plain_name(column):
            by_name.setdefault(plain, column)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for field in ("text", "created_at", "id", "author", *FIELDS):
        if field in found:
            continue
        if field == "time" and plain_name(found.get("created_at", "")) not in _DATE_ONLY:
            continue
        name = next((name for name in NAMES[field] if by_name.get(name, "") not in {*taken, ""}), "")
        if not name and field == "sentiment":
            name = next((name for name in by_name if name.endswith("_sentiment")), "")
        if name:
            found[field] = by_name[name]
            taken.add(by_name[name])
    return found


def settle_mapping(columns: tuple[str, ...], wanted: Mapping[str, str] | None) -> dict[str, str]:
    """Return the proposed mapping with a person's choices in it; a field mapped to "" is left out."""
    wanted = wanted or {}
    for field, column in wanted.items():
        if field not in FIELDS:
            raise BadInput("import.unknown_field", field=field, known=", ".join(FIELDS))
        if column and column not in columns:
            raise BadInput("import.unknown_column", column=column, columns=listed(columns))
    chosen = {column for column in wanted.values() if column}
    mapping = {
        field: column
        for field, column in propose_mapping(c for c in columns if c not in chosen).items()
        if field not in wanted
    }
    mapping.update({field: column for field, column in wanted.items() if column})
    if "text" not in mapping:
        raise BadInput("import.no_text_column", columns=listed(columns))
    return mapping


def listed(columns: Iterable[str], most: int = 30) -> str:
    """Return column names for a sentence, not more than a reader would read."""
    names = [column for column in columns if column]
    more = [f"… (+{len(names) - most})"] if len(names) > most else []
    return ", ".join([*(name[:60] for name in names[:most]), *more])

"""A Mastodon status as a mention."""

from command_center.domain.mentions import RawMention
from command_center.language import plain_tag
from command_center.mastodon_api import (
    Json,
    handle_of,
    id_of,
    moment_of,
    number_in,
    object_in,
    text_in,
    text_of,
)
from monitors.values import clean_text, clean_url


def mention_of(status: object, host: str) -> RawMention | None:
    """Return the mention of a status, None for one without any text; raises ValueError for what is no status.

    A boost is a mention of its own, by who boosted, with the text of the original.
    """
    if not isinstance(status, dict) or not id_of(status) or not isinstance(status.get("account"), dict):
        raise ValueError("no status")
    original = object_in(status, "reblog")
    shown = original or status
    account = object_in(status, "account")
    text = clean_text(text_of(shown) or " ".join(_descriptions(shown)))
    if not text:
        return None
    return RawMention(
        network="mastodon",
        native_id=native_id_of(status, host),
        text=text,
        created_at=moment_of(status),
        url=clean_url(text_in(status, "url") or text_in(shown, "url")),
        author=handle_of(account, host),
        author_name=clean_text(text_in(account, "display_name")),
        reach=number_in(account, "followers_count"),
        reposts=number_in(shown, "reblogs_count"),
        reply_to="" if original else text_in(status, "in_reply_to_id"),
        is_repost=bool(original),
        language=plain_tag(text_in(shown, "language")),
    )


def native_id_of(status: Json, host: str) -> str:
    """Return the address by which every server of the network knows a status."""
    return text_in(status, "uri") or text_in(status, "url") or f"{host}/{id_of(status)}"


def _descriptions(status: Json) -> list[str]:
    attachments = status.get("media_attachments")
    found = attachments if isinstance(attachments, list) else []
    return [text_in(each, "description") for each in found if isinstance(each, dict)]

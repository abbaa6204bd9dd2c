"""A text as it was sent, found again in what X made of it: shortened links, HTML escapes, handles put in front."""

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

Json = Mapping[str, Any]

_LEADING_HANDLES: Final = re.compile(r"^(?:@\w{1,15}\s+)+", re.ASCII)
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_LAST_SLASH: Final = re.compile(r"(?<=[\w-])/(?=[\s.,;:!?)]|$)")
_SPACE: Final = re.compile(r"\s+")


def written(post: Json) -> str:
    """Return the text of a post as its author wrote it: links in full, the picture's own link gone, unescaped."""
    note = post.get("note_tweet") or post.get("note_post")
    source = note if isinstance(note, dict) and isinstance(note.get("text"), str) else post
    text = str(source.get("text") or "")
    for link in _links(source):
        short, full = link.get("url"), link.get("expanded_url") or link.get("unwound_url")
        if not isinstance(short, str) or not short:
            continue
        of_a_picture = bool(link.get("media_key")) or str(link.get("display_url")).startswith("pic.")
        if of_a_picture:
            text = re.sub(rf"\s*{re.escape(short)}\s*$", "", text)
        elif isinstance(full, str) and full:
            text = text.replace(html.escape(short, quote=False), full).replace(short, full)
    return html.unescape(text)


def same(post: Json, sent: str) -> bool:
    """Say whether the post carries exactly this text; a reply may have handles in front that X put there."""
    stands, wanted = _plain(written(post)), _plain(sent)
    return stands == wanted or _LEADING_HANDLES.sub("", stands) == _LEADING_HANDLES.sub("", wanted) != ""


def _plain(text: str) -> str:
    """Leave out what X changes by itself: composed characters, kinds of space, a link's scheme and last slash."""
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return _LAST_SLASH.sub("", _SCHEME.sub("", text))


def _links(post: Json) -> list[Json]:
    entities = post.get("entities")
    urls = entities.get("urls") if isinstance(entities, dict) else None
    return [url for url in urls if isinstance(url, dict)] if isinstance(urls, list) else []

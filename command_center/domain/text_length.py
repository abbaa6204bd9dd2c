"""How long a text is for a network: each counts in its own way.

X's way follows its published twitter-text configuration, version 3: a text is normalised (NFC), a link
counts 23, an emoji sequence 2, letters of most European and Near Eastern scripts 1, all else 2.
Where a network's way is not published we count UTF-16 units, which is never less than what it counts.
"""

import unicodedata
from collections.abc import Callable
from typing import Final

import regex

from command_center.domain.top_level_domains import TOP_LEVEL_DOMAINS

LINK_LENGTH: Final = 23
NETWORK_LIMITS: Final = {
    "x": 280,
    "bluesky": 300,
    "mastodon": 500,
    "linkedin": 3000,
    "instagram": 2200,
    "facebook": 63206,
    "threads": 500,
}

_LIGHT_RANGES: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

_PICTOGRAPH: Final = (
    r"(?:(?![©®])\p{Extended_Pictographic}|[©®](?=\uFE0F))"
    r"(?:\uFE0F|\p{Emoji_Modifier})?[\U000E0020-\U000E007F]*"
)
_EMOJI: Final = regex.compile(
    rf"(?:\p{{Regional_Indicator}}{{2}}|[0-9#*]\uFE0F?\u20E3|{_PICTOGRAPH}(?:\u200D{_PICTOGRAPH})*)"
)
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_PATH_CHARACTER: Final = r"[a-z\u0400-\u04FF0-9À-ÖØ-öø-\u024F!*';:=+,.$/%#\[\]\-–_~@|&]"
_PATH_END: Final = r"[a-z\u0400-\u04FF0-9À-ÖØ-öø-\u024F=_#/+\-]"
_PARENTHESES: Final = rf"\({_PATH_CHARACTER}+\)"
_LINK: Final = regex.compile(
    rf"(?<![a-z0-9@＠$#＃\u202A-\u202E])(?P<scheme>https?://)?"
    rf"(?P<host>(?:{_LABEL}\.){{1,8}}(?P<top>[^\W\d_]{{2,63}}))(?![\w@+-])(?::[0-9]+)?"
    rf"(?:/(?:{_PATH_CHARACTER}*(?:{_PARENTHESES}{_PATH_CHARACTER}*)*(?:{_PATH_END}|{_PARENTHESES}))?)?"
    rf"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?",
    regex.IGNORECASE,
)
_WEB_ADDRESS: Final = regex.compile(r"https?://\S*[\w/#=&-]", regex.IGNORECASE)
_REMOTE_HANDLE: Final = regex.compile(r"(?<![\w/])(@[\w.-]*\w)@[\w.-]*\w")


def x_length(text: str) -> int:
    """Return the length X counts; a link whose ending we do not know counts at least as much as it shows."""
    text = unicodedata.normalize("NFC", text)
    total = 0
    position = 0
    for link in _LINK.finditer(text):
        total += _x_weight(text[position : link.start()]) + _link_weight(text, link)
        position = link.end()
    return total + _x_weight(text[position:])


def graphemes(text: str) -> int:
    """Return the number of characters as people see them."""
    return len(regex.findall(r"\X", text))


def network_length(network: str, text: str) -> int:
    """Return the length of a text as the network counts it, to be compared with ``NETWORK_LIMITS``."""
    return _COUNTS.get(network, _utf16_units)(text)


def mastodon_length(text: str, *, link_length: int = LINK_LENGTH) -> int:
    """Return the length Mastodon counts: each link the same, which a server may set, of a remote handle the name."""
    shortened = _WEB_ADDRESS.sub("x" * link_length, _REMOTE_HANDLE.sub(r"\1", text))
    return graphemes(shortened)


def _link_weight(text: str, link: regex.Match[str]) -> int:
    if link["top"].lower() in TOP_LEVEL_DOMAINS and _is_link(text, link):
        return LINK_LENGTH
    shown = _x_weight(link[0])
    return max(LINK_LENGTH, shown) if link["scheme"] else shown


def _is_link(text: str, link: regex.Match[str]) -> bool:
    before = text[link.start() - 1 : link.start()] if link.start() else ""
    return bool(link["scheme"]) or (before not in {"-", "_", ".", "/"} and link["host"].isascii())


def _x_weight(text: str) -> int:
    emoji = _EMOJI.findall(text)
    rest = _EMOJI.sub("", text) if emoji else text
    return 2 * len(emoji) + sum(1 if _is_light(ord(character)) else 2 for character in rest)


def _is_light(code_point: int) -> bool:
    return any(first <= code_point <= last for first, last in _LIGHT_RANGES)


def _threads_length(text: str) -> int:
    emoji_bytes = sum(len(found.encode()) for found in _EMOJI.findall(text))
    return emoji_bytes + len(_EMOJI.sub("", text))


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


_COUNTS: Final[dict[str, Callable[[str], int]]] = {
    "x": x_length,
    "bluesky": graphemes,
    "mastodon": mastodon_length,
    "threads": _threads_length,
}

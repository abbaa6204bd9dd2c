"""Single values of a mention file: ids, counts, links, networks, sentiment and text, made usable."""

import hashlib
import html
import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from command_center.domain.mentions import Sentiment

_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_ESCAPED: Final = re.compile(r"\\([_\-*#.~()\[\]&=?!+])")
_DAMAGED: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,3}", re.ASCII)
_WHOLE_FLOAT: Final = re.compile(r"(\d+)\.0+", re.ASCII)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+", re.ASCII)
_SHORT_COUNT: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s?([kKmM])", re.ASCII)
_X_PATH: Final = re.compile(r"/(\w{1,30})/status(?:es)?/(\d{5,25})", re.ASCII)
_SPACE: Final = re.compile(r"\s")
_EXACT_FLOAT: Final = 1 << 53
_COUNT_CAP: Final = 10**12
_COUNT_CHARS: Final = 30
_NETWORK_CHARS: Final = 40

_SENTIMENTS: Final = {
    **dict.fromkeys(("negative", "negativ", "neg", "-", "-1", "-1.0", "-1,0", "schlecht"), Sentiment.NEGATIVE),
    **dict.fromkeys(("neutral", "neu", "0", "0.0", "0,0", "none", "gemischt", "mixed"), Sentiment.NEUTRAL),
    **dict.fromkeys(("positive", "positiv", "pos", "+", "1", "+1", "1.0", "1,0", "gut"), Sentiment.POSITIVE),
}
_NETWORK_NAMES: Final = {
    **dict.fromkeys(("twitter", "x.com", "twitter.com", "x (twitter)", "x/twitter", "tweet", "tweets"), "x"),
    **dict.fromkeys(("fb", "facebook.com"), "facebook"),
    **dict.fromkeys(("ig", "insta", "instagram.com"), "instagram"),
    **dict.fromkeys(("yt", "youtube.com"), "youtube"),
    **dict.fromkeys(("nachrichten", "online news", "online-news", "presse", "zeitung"), "news"),
}
_HOSTS: Final = {
    **dict.fromkeys(("twitter.com", "x.com", "t.co"), "x"),
    **dict.fromkeys(("facebook.com", "fb.com", "fb.watch"), "facebook"),
    **dict.fromkeys(("instagram.com",), "instagram"),
    **dict.fromkeys(("youtube.com", "youtu.be"), "youtube"),
    **dict.fromkeys(("linkedin.com", "lnkd.in"), "linkedin"),
    **dict.fromkeys(("tiktok.com",), "tiktok"),
    **dict.fromkeys(("reddit.com", "redd.it"), "reddit"),
    **dict.fromkeys(("threads.net", "threads.com"), "threads"),
    **dict.fromkeys(("bsky.app",), "bluesky"),
    **dict.fromkeys(("xing.com",), "xing"),
    **dict.fromkeys(("plus.google.com",), "google+"),
}
_NEWS: Final = re.compile(
    r"zeitung|nachrichten|tagblatt|anzeiger|presse|news|kurier|tagesschau|rundschau|morgenpost|abendblatt"
    r"|(?:^|\.)(?:spiegel|welt|focus|stern|faz|sueddeutsche|zeit|taz|bild|n-tv|heise|handelsblatt)\.(?:de|net)$"
    r"|(?:^|\.)(?:bbc|reuters|cnn|guardian|theguardian|nytimes|apnews)\.(?:com|co\.uk)$"
)


def clean_text(text: str) -> str:
    """Return a text without what no store takes: NUL, lone halves of characters, outer space."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.strip()


def unescape(text: str) -> str:
    """Turn the HTML escapes of X and of web exports into characters; "&copy=2" is none of them."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def clean_url(url: str) -> str:
    r"""Return a web link without the "\_" of some exports; "" for anything that is not a web link."""
    if "\\" in url:
        url = _ESCAPED.sub(r"\1", url)
    if url.startswith("www."):
        url = f"https://{url}"
    return url if url[:8].casefold().startswith(("http://", "https://")) and not _SPACE.search(url) else ""


@lru_cache(maxsize=256)
def network_named(name: str) -> str:
    """Return a network's name as the command center writes it."""
    plain = " ".join(name.casefold().split())[:_NETWORK_CHARS]
    return _NETWORK_NAMES.get(plain, plain)


def network_of(url: str) -> str:
    """Guess the network of a link: a known one, "news" for a paper's address, else "web"."""
    if not url:
        return "web"
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    except ValueError:
        return "web"
    for known in (host, host.partition(".")[2]):
        if known in _HOSTS:
            return _HOSTS[known]
    return "news" if _NEWS.search(host) else "web"


def x_author_and_id(url: str) -> tuple[str, str]:
    """Return the handle and post id in a link to a post on X, or two empty strings."""
    found = _X_PATH.search(url)
    return (found[1], found[2]) if found else ("", "")


def is_damaged_id(value: str) -> bool:
    """Say whether a spreadsheet has rounded this id: 5.70306E+17, or a float beyond exact numbers."""
    if value.isdigit():
        return False
    if _DAMAGED.fullmatch(value):
        return True
    whole = _WHOLE_FLOAT.fullmatch(value)
    return whole is not None and len(whole[1]) >= 16 and int(whole[1][:25]) >= _EXACT_FLOAT


def is_rounded_id(value: str) -> bool:
    """Say whether an id looks as if only its first fifteen digits had been kept; by chance one in a thousand."""
    return len(value) >= 16 and value.isascii() and value.isdigit() and value.endswith("000")


def plain_id(value: str) -> str:
    """Return an id without the ".0" that tables put behind whole numbers."""
    whole = None if value.isdigit() else _WHOLE_FLOAT.fullmatch(value)
    return whole[1] if whole else value


def content_hash(network: str, author: str, created: str, text: str) -> str:
    """Return an id made of what a mention says, for files without usable ids."""
    content = f"{network}|{author}|{created}|{text}".encode("utf-8", "replace")
    return f"hash:{hashlib.sha256(content).hexdigest()}"


def count_of(value: str) -> int:
    """Return a count written as 1234, 1.234, 1,234, 12.0 or 1,2K; 0 for anything else."""
    value = value.strip()
    if not value or len(value) > _COUNT_CHARS:
        return 0
    if value.isascii() and value.isdigit():
        return min(int(value), _COUNT_CAP)
    if _THOUSANDS.fullmatch(value):
        return min(int(re.sub(r"\D", "", value)), _COUNT_CAP)
    if short := _SHORT_COUNT.fullmatch(value):
        factor = 1_000 if short[2] in "kK" else 1_000_000
        return min(int(float(short[1].replace(",", ".")) * factor), _COUNT_CAP)
    whole = _WHOLE_FLOAT.fullmatch(value)
    return min(int(whole[1]), _COUNT_CAP) if whole else 0


def sentiment_of(value: str) -> Sentiment | None:
    """Return the sentiment a person or tool has written into the file, if it is one of ours."""
    return _SENTIMENTS.get(value.strip().casefold()) if value else None


def is_yes(value: str) -> bool:
    """Say whether a cell means yes."""
    return value.strip().casefold() in {"true", "1", "yes", "y", "ja", "wahr", "retweet", "repost"}

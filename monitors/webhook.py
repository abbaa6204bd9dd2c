"""Mentions that other programs bring: JSON, one or many, each checked alone."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from command_center.domain.mentions import RawMention, Sentiment
from command_center.errors import BadInput
from command_center.networks import Fetched
from monitors.values import clean_text, clean_url, content_hash

MOST_AT_ONCE: Final = 5_000
_WRITTEN: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII
)


def _written_out(given: Any) -> Any:
    """Refuse bare numbers, which pydantic would take for seconds or milliseconds since 1970, as it guesses."""
    if not isinstance(given, str) or not _WRITTEN.fullmatch(given):
        raise ValueError("a date, a time and its zone, such as 2026-03-14T09:26:53+01:00")
    return given


def _whole(given: Any) -> Any:
    """Take 5.0 for 5: JSON knows one kind of number."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


_Count = Annotated[int, Field(ge=0, le=10**12), BeforeValidator(_whole)]
# A moment as RFC 3339 writes it (section 5.6), seconds may be left out.
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_out)]
_Short = Annotated[str, Field(max_length=500)]


class MentionIn(BaseModel):
    """One public post as another program saw it; unknown fields are ignored, so that suites may send more."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, strict=True)

    network: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,40}$", examples=["x", "bluesky", "mastodon", "news"])]
    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    id: Annotated[str, Field(max_length=500, description="The network's own id; without it, equal texts are one.")] = ""
    created_at: Annotated[Moment | None, Field(description="ISO 8601 with its zone.")] = None
    url: Annotated[str, Field(max_length=2_000)] = ""
    author: _Short = ""
    author_name: _Short = ""
    reach: Annotated[_Count, Field(description="The author's followers.")] = 0
    reposts: _Count = 0
    reply_to: _Short = ""
    is_repost: bool = False
    language: Annotated[str, Field(max_length=20)] = ""
    sentiment: Sentiment | None = None


class Delivered(BaseModel):
    """Many at once; a list without the object around it does as well."""

    mentions: Annotated[
        list[MentionIn | Any],
        Field(max_length=MOST_AT_ONCE, description="Each is checked alone; what isn't a mention is named in `faults`."),
    ]


_ANYTHING: Final = TypeAdapter[object](object)


def read_mentions(body: bytes) -> tuple[Fetched, list[dict[str, object]]]:
    """Read a request's mentions and say which could not be read, by place and field.

    Raises:
        BadInput: the body is no JSON, neither one mention nor a list of them, or holds too many.
    """
    try:
        data = _ANYTHING.validate_json(body)
    except (ValidationError, RecursionError) as wrong:
        raise BadInput("webhook.not_json") from wrong
    alone = isinstance(data, dict) and "mentions" not in data
    items = [data] if alone else data["mentions"] if isinstance(data, dict) else data
    if not isinstance(items, list):
        raise BadInput("webhook.not_mentions")
    if len(items) > MOST_AT_ONCE:
        raise BadInput("webhook.too_many", count=len(items), most=MOST_AT_ONCE)
    mentions, faults = [], []
    for place, item in enumerate(items):
        try:
            mentions.append(_raw(MentionIn.model_validate_json(to_json(item))))
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(map(str, first["loc"])) or "mention"
            if alone:
                raise BadInput("client.unreadable", field=field, what=first["msg"]) from wrong
            faults.append({"mention": place, "field": field, "what": first["msg"]})
    return Fetched(mentions=tuple(mentions), rejected=len(faults), seen=len(items)), faults


def _raw(given: MentionIn) -> RawMention:
    text = clean_text(given.text)
    at = given.created_at.astimezone(UTC) if given.created_at and _is_usual(given.created_at) else None
    stamp = at.isoformat() if at else ""
    return RawMention(
        network=given.network,
        native_id=given.id or content_hash(given.network, given.author, stamp, text),
        text=text,
        created_at=at,
        url=clean_url(given.url),
        author=given.author,
        author_name=given.author_name,
        reach=given.reach,
        reposts=given.reposts,
        reply_to=given.reply_to,
        is_repost=given.is_repost,
        language=given.language,
        sentiment=given.sentiment,
    )


def _is_usual(moment: datetime) -> bool:
    # The first and the last year can't be moved into every other zone.
    return MINYEAR < moment.year < MAXYEAR

"""Mentions that other programs bring: JSON, one or many, each checked alone."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from command_center.domain.mentions import RawMention, Sentiment
from command_center.errors import BadInput
from command_center.networks import Fetched
from monitors.values import clean_text, clean_url, content_hash

MOST_AT_ONCE: Final = 5_000
_Short = Annotated[str, Field(max_length=500)]


class MentionIn(BaseModel):
    """One public post as another program saw it; unknown fields are ignored, so that suites may send more."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    network: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,40}$", examples=["x", "bluesky", "mastodon", "news"])]
    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    id: Annotated[str, Field(max_length=500, description="The network's own id; without it, equal texts are one.")] = ""
    created_at: Annotated[AwareDatetime | None, Field(description="ISO 8601 with its zone.")] = None
    url: Annotated[str, Field(max_length=2_000)] = ""
    author: _Short = ""
    author_name: _Short = ""
    reach: Annotated[int, Field(ge=0, le=10**12, description="The author's followers.")] = 0
    reposts: Annotated[int, Field(ge=0, le=10**12)] = 0
    reply_to: _Short = ""
    is_repost: bool = False
    language: Annotated[str, Field(max_length=20)] = ""
    sentiment: Sentiment | None = None


class Delivered(BaseModel):
    """What the whole request may be: one mention, or ``{"mentions": […]}``."""

    mentions: Annotated[list[MentionIn], Field(max_length=MOST_AT_ONCE)]


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
    items = data.get("mentions", [data]) if isinstance(data, dict) else data
    if not isinstance(items, list):
        raise BadInput("webhook.not_mentions")
    if len(items) > MOST_AT_ONCE:
        raise BadInput("webhook.too_many", count=len(items), most=MOST_AT_ONCE)
    mentions, faults = [], []
    for place, item in enumerate(items):
        try:
            mentions.append(_raw(MentionIn.model_validate(item)))
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(map(str, first["loc"])) or "mention"
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

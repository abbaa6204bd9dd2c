"""What other programs send to the gate, checked field by field; the OpenAPI document is made from it."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from command_center.use_cases.ask_gate import MAX_DRAFT
from monitors.webhook import Moment

# Printable ASCII, 1 to 200 signs: what every program and proxy passes on unchanged.
IDEMPOTENCY_KEY: Final = "^[!-~]([ -~]*[!-~])?$"


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("no moment the calendar knows in UTC") from beyond


Due = Annotated[Moment, AfterValidator(_in_utc)]


class Question(BaseModel):
    """A text and the account it would leave from."""

    model_config = ConfigDict(extra="forbid", strict=True)

    account: Annotated[str, Field(min_length=1, max_length=200, description="Its id, handle or name.")]
    text: Annotated[str, Field(max_length=MAX_DRAFT)]


class Wish(Question):
    """A text that shall leave, at once or later; ``reply_to`` is the id of a mention in this house."""

    due_at: Annotated[Due | None, Field(description="ISO 8601 with its zone; left out means now.")] = None
    reply_to: Annotated[str, Field(max_length=100)] = ""

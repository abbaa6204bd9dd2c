"""What other programs send to the gate, checked field by field; the OpenAPI document is made from it."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from command_center.use_cases.ask_gate import MAX_DRAFT


class Question(BaseModel):
    """A text and the account it would leave from."""

    model_config = ConfigDict(extra="forbid")

    account: Annotated[str, Field(max_length=200, description="Its id, handle or name.")]
    text: Annotated[str, Field(max_length=MAX_DRAFT)]


class Wish(Question):
    """A text that shall leave, at once or later; ``reply_to`` is the id of a mention in this house."""

    due_at: Annotated[AwareDatetime | None, Field(description="ISO 8601 with its zone; left out means now.")] = None
    reply_to: Annotated[str, Field(max_length=100)] = ""

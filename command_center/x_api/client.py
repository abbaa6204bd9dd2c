"""What adapters call: one request to X, one JSON object back, or an ``XTrouble``.

It goes through tweepy's ``Client.request``: the methods above it know only the old field names and build objects that
raise where X has renamed a field. ``Words`` keeps which names a server understands.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from command_center.x_api.faults import LEAKS, XTrouble, detail_of, rests_until, trouble_of
from command_center.x_api.line import TWEEPYS_ADDRESS, XLine

Json = Mapping[str, Any]

_USER_FIELDS: Final = "id,name,username,public_metrics"
OLD_WORDS: Final = {
    "tweet.fields": "id,text,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,"
    "lang,note_tweet,public_metrics,referenced_tweets,source",
    "expansions": "author_id,attachments.media_keys,referenced_tweets.id",
    "media.fields": "alt_text,media_key,type",
    "user.fields": _USER_FIELDS,
}
NEW_WORDS: Final = {
    "post.fields": "id,text,conversation_id,created_at,entities,lang,note_post,public_metrics,source",
    "expansions": "attachments.media_keys,author_id,edit_history_post_ids,in_reply_to_user_id,referenced_posts",
    "media.fields": "alt_text,media_key,type",
    "user.fields": _USER_FIELDS,
}


@dataclass(slots=True)
class Words:
    """Which of X's two vocabularies a server speaks: *tweet* (until 2.159) or *post*; found out by asking."""

    fields: Mapping[str, str] = field(default_factory=lambda: OLD_WORDS)

    def others(self) -> Mapping[str, str]:
        """Return the other vocabulary."""
        return NEW_WORDS if self.fields is OLD_WORDS else OLD_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What X answered: its JSON object, and when it may be asked again where that is not at once."""

    body: Json
    rests_until: datetime | None = None
    access_level: str = ""

    @property
    def rows(self) -> list[Any]:
        """The items of ``data``, none where there is none."""
        data = self.body.get("data")
        return data if isinstance(data, list) else []

    @property
    def row(self) -> Json:
        """The one object in ``data``, empty where there is none."""
        data = self.body.get("data")
        return data if isinstance(data, dict) else {}

    @property
    def meta(self) -> Json:
        """What the answer says about itself."""
        meta = self.body.get("meta")
        return meta if isinstance(meta, dict) else {}


class XApi:
    """One key's line to X; made anew for each errand, so that no half-dead connection is used again."""

    def __init__(self, secret: Json, base: str, words: Words | None = None, *, seconds: float = 15) -> None:
        import tweepy  # loads slowly

        for talkative in ("tweepy", "oauthlib", "requests_oauthlib"):  # at DEBUG they log keys
            logging.getLogger(talkative).setLevel(logging.INFO)
        self._secret = secret
        self._words = words or Words()
        self.signs = "consumer_key" in secret
        self.app_only = not self.signs and not secret.get("access")
        self.line = XLine(base or TWEEPYS_ADDRESS, secret if self.signs else None, seconds=seconds)
        self._client = tweepy.Client(
            bearer_token=secret.get("access") or secret.get("bearer"),
            consumer_key=secret.get("consumer_key"),
            consumer_secret=secret.get("consumer_secret"),
            access_token=secret.get("access_token"),
            access_token_secret=secret.get("access_secret"),
        )
        self._client.session.mount(TWEEPYS_ADDRESS, self.line)
        self._client.session.max_redirects = 0

    def __enter__(self) -> "XApi":
        return self

    def __exit__(self, *_raised: object) -> None:
        self._client.session.close()

    def call(self, method: str, route: str, *, params: Json | None = None, body: Json | None = None) -> Answer:
        """Ask X once; raises ``XTrouble``."""
        import tweepy

        try:
            response = self._client.request(method, route, params=params, json=body, user_auth=self.signs)
            answer = response.json()
        except (tweepy.TweepyException, *LEAKS) as raised:
            raise trouble_of(raised, self.line.answered, self.secrets) from raised
        if not isinstance(answer, dict):
            raise XTrouble("network.not_understood", status=response.status_code, why=type(answer).__name__)
        headers = response.headers
        return Answer(body=answer, rests_until=rests_until(headers), access_level=headers.get("x-access-level", ""))

    def posts(self, route: str, params: Json) -> Answer:
        """Ask for posts with all we want to know about them, in the words the server understands."""
        answer = None
        try:
            answer = self.call("GET", route, params={**params, **self._words.fields})
            if _in_words_we_asked_for(answer):
                return answer
        except XTrouble as trouble:
            if trouble.status != 400 or not any(name in trouble.why for name in ("fields", "expansions")):
                raise
        others = self._words.others()
        try:
            better = self.call("GET", route, params={**params, **others})
        except XTrouble:
            if answer is None:
                raise
            return answer
        self._words.fields = others
        return better

    def me(self) -> Json:
        """Return the account the key belongs to, with its profile; raises ``XTrouble``."""
        answer = self.call(
            "GET", "/2/users/me", params={"user.fields": "id,name,username,description,created_at,entities"}
        )
        return self._user(answer)

    def user_named(self, handle: str) -> Json:
        """Return the account of this handle; raises ``XTrouble``."""
        return self._user(self.call("GET", f"/2/users/by/username/{handle.strip().lstrip('@＠')}"))

    @property
    def secrets(self) -> list[str]:
        """What must never be shown."""
        return [value for name, value in self._secret.items() if name not in {"scope", "expires_at", "client_id"}]

    def _user(self, answer: Answer) -> Json:
        if not str(answer.row.get("id", "")).isdigit():
            raise XTrouble("network.refused", why=detail_of(answer.body) or "no such account")
        return answer.row


def _in_words_we_asked_for(answer: Answer) -> bool:
    """Say whether the fields we asked for came; a server with other words for them leaves them out in silence."""
    rows = [row for row in answer.rows if isinstance(row, dict)]
    return not rows or any("created_at" in row or "author_id" in row for row in rows)


def moment(text: object) -> datetime | None:
    """Read X's form of a time (ISO 8601) as aware UTC; None for anything else."""
    try:
        read = datetime.fromisoformat(text) if isinstance(text, str) else None
        return read.astimezone(UTC) if read is not None and read.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def time_text(at: datetime) -> str:
    """Write a time as X reads it, in whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

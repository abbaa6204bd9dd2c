"""What stands on our own little X, and how X shows it: escaped, with shortened links, in old or new names."""

import html
import itertools
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
EPOCH = 1_288_834_974_657
LINK = re.compile(r"https?://[^\s)]+[\w/=&#-]")
OLD_PROBLEMS, NEW_PROBLEMS = "https://api.twitter.com/2/problems/", "https://api.x.com/2/problems/"


@dataclass(kw_only=True)
class Person:
    id: str
    username: str
    name: str
    followers: int = 0
    about: str = ""


@dataclass(kw_only=True)
class Post:
    id: str
    text: str
    author: Person
    at: datetime
    parent: str = ""
    repeats: str = ""
    media: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    raw: Json | None = None


@dataclass
class Posts:
    """Everything that stands, by id, oldest first."""

    people: dict[str, Person]
    standing: dict[str, Post] = field(default_factory=dict)
    _number: Any = field(default_factory=lambda: itertools.count(1))

    def put(self, author: str, text: str, *, at: datetime | None = None, **more: Any) -> Post:
        at = at or datetime.now(UTC)
        milliseconds = int(at.timestamp() * 1000) - EPOCH
        # Later in the same millisecond is a higher number, as with X.
        identity = str((milliseconds << 22) + next(self._number) % (1 << 22))
        post = Post(id=identity, text=text, author=self.people[author], at=at, **more)
        self.standing[identity] = post
        return post

    def newest_first(self) -> list[Post]:
        return sorted(self.standing.values(), key=lambda post: int(post.id), reverse=True)

    def forget(self, since: datetime) -> None:
        """Lose what came since, as a server does that crashed before it wrote."""
        self.standing = {identity: post for identity, post in self.standing.items() if post.at < since}


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def shown_text(post: Post) -> tuple[str, Json]:
    """The text as X hands it out, with the entities that undo it."""
    urls: list[Json] = []

    def shorten(found: re.Match[str]) -> str:
        short = f"https://t.co/{post.id[-6:]}{len(urls):04d}"
        urls.append({"start": 0, "end": 23, "url": short, "expanded_url": found[0], "display_url": found[0][8:30]})
        return short

    text = LINK.sub(shorten, post.text)
    if post.media:
        short = f"https://t.co/{post.id[-6:]}pict"
        text = f"{text} {short}"
        urls.append(
            {
                "start": 0,
                "end": 23,
                "url": short,
                "expanded_url": f"https://x.com/i/status/{post.id}/photo/1",
                "display_url": "pic.x.com/abc",
                "media_key": f"3_{post.media[0]}",
            }
        )
    return html.escape(text, quote=False), {"urls": urls} if urls else {}


@dataclass
class Shown:
    """How posts and people are shown: ``names`` is *tweet* (2.159) or *post* (2.167)."""

    posts: Posts
    names: str

    @property
    def problems(self) -> str:
        return OLD_PROBLEMS if self.names == "tweet" else NEW_PROBLEMS

    def problem(self, kind: str, title: str, detail: str, **more: Any) -> Json:
        return {"type": self.problems + kind, "title": title, "detail": detail, **more}

    def missing(self, identity: str, parameter: str = "ids") -> Json:
        return self.problem(
            "resource-not-found",
            "Not Found Error",
            f"Could not find {self.names} with {parameter}: [{identity}].",
            parameter=parameter,
            resource_id=identity,
            resource_type=self.names,
            value=identity,
        )

    def post(self, post: Post, asked: dict[str, list[str]]) -> Json:
        if post.raw is not None:
            return post.raw
        text, entities = shown_text(post)
        parent = self.posts.standing.get(post.parent)
        if post.parent and parent and parent.author is not post.author and not text.startswith("@"):
            text = f"@{parent.author.username} {text}"
        old = self.names == "tweet"
        history = [*post.history, post.id]
        row: Json = {"id": post.id, "text": text}
        metrics = {"like_count": 3, "quote_count": 0, "reply_count": 1, "bookmark_count": 0, "impression_count": 9}
        rest: Json = {
            "created_at": stamp(post.at),
            "author_id": post.author.id,
            "conversation_id": post.parent or post.id,
            "lang": "de",
            "entities": entities,
            "public_metrics": {**metrics, "retweet_count" if old else "repost_count": 2},
            "edit_history_tweet_ids" if old else "edit_history_post_ids": history,
            "source": "One Voice",
        }
        related = [("replied_to", post.parent), ("retweeted", post.repeats)]
        rest["referenced_tweets" if old else "referenced_posts"] = [
            {"type": kind, "id": identity} for kind, identity in related if identity
        ]
        if parent:
            rest["in_reply_to_user_id"] = parent.author.id
        wanted = {*asked.get(f"{self.names}.fields", []), *asked.get("expansions", [])}
        if old:
            wanted.add("edit_history_tweet_ids")
        return {**row, **{name: value for name, value in rest.items() if name in wanted and value not in ({}, [])}}

    def person(self, person: Person, fields: list[str]) -> Json:
        count = f"{self.names}_count"
        rest: Json = {
            "description": person.about,
            "created_at": "2015-03-01T08:00:00.000Z",
            "public_metrics": {
                "followers_count": person.followers,
                "following_count": 5,
                "listed_count": 1,
                "like_count": 7,
                count: 12,
            },
        }
        row = {"id": person.id, "name": person.name, "username": person.username}
        return {**row, **{name: value for name, value in rest.items() if name in fields}}

    def page(self, found: list[Post], asked: dict[str, list[str]]) -> Json:
        body: Json = {"data": [self.post(post, asked) for post in found]}
        people = {post.author.id: post.author for post in found}
        originals = [self.posts.standing[post.repeats] for post in found if post.repeats in self.posts.standing]
        people.update({post.author.id: post.author for post in originals})
        if "author_id" in asked.get("expansions", []):
            fields = asked.get("user.fields", [])
            body["includes"] = {"users": [self.person(person, fields) for person in people.values()]}
            if originals:
                body["includes"][f"{self.names}s"] = [self.post(post, asked) for post in originals]
        return body


def hours(posts: list[Post], count_name: str, now: datetime) -> list[Json]:
    """The last seven days by the hour; the first and the last are parts of one."""
    begins = now - timedelta(days=7)
    edges = [begins]
    while edges[-1] < now:
        edges.append(min(now, edges[-1].replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)))
    return [
        {
            "start": stamp(start),
            "end": stamp(end),
            count_name: sum(start <= post.at < end for post in posts),
        }
        for start, end in itertools.pairwise(edges)
    ]

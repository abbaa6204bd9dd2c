"""An auditor that knows the promises but none of the rules' code: it reads the log, entry by entry.

Under one voice only an approved, current rendering for this account is intended; every intent has one outcome; an
approval counts for one content and one person who isn't its author; where two people are needed there are two.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from command_center.domain.response_log import LogEntry

ORDER = ("open", "review", "one_voice", "hold")
QUORUM = 2
ENDS = {"sent", "refused_by_network", "failed", "put_off"}
# What each step of a post leaves it in; a step not named leaves it as it was.
STATES = {
    "queued": {"queued", "awaiting_review"},
    "put_off": {"queued"},
    "intended": {"intended"},
    "sent": {"sent", "verified"},
    "refused": {"refused"},
    "refused_by_network": {"refused"},
    "failed": {"failed"},
    "became_unknown": {"unknown"},
    "held": {"held"},
    "quarantined": {"quarantined"},
    "discarded": {"discarded"},
}


@dataclass(frozen=True)
class Wording:
    """What was drafted: a text, perhaps with the gap ``{risk}`` for a confirmed fact, perhaps for one network only."""

    text: str
    network: str = ""
    plane: str = "real"


@dataclass
class Version:
    """A version as its entries tell it."""

    author: str
    content_hash: str
    incident: str
    state: str = "drafted"
    until: str = ""
    approvals: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Post:
    """A post as its entries tell it."""

    account: str
    asked_by: str
    states: set[str] = field(default_factory=set)
    reviewers: set[str] = field(default_factory=set)
    flying: bool = False
    begun: int = 0


@dataclass
class Audit:
    """Everything the log has said so far; ``wordings`` is what was drafted, by version."""

    networks: dict[str, str]
    wordings: dict[str, Wording]
    approvers: frozenset[str]
    locks: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    proposed: dict[str, str] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    facts: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    wishes: set[tuple[str, str, str]] = field(default_factory=set)
    plan_words: dict[str, str] = field(default_factory=dict)
    agreed_plans: set[str] = field(default_factory=set)
    loud: dict[str, bool] = field(default_factory=dict)
    ever_locked: set[tuple[str, str]] = field(default_factory=set)
    read: int = 0

    def take(self, entry: LogEntry) -> None:
        """Read one more entry; raises ``AssertionError`` where it breaks a promise."""
        assert entry.number == self.read + 1
        self.read = entry.number
        kind, _, step = entry.action.value.partition(".")
        detail = {name: str(value) for name, value in entry.details.items()}
        if kind == "publication":
            self._post(entry, step, detail)
        elif kind == "statement":
            self._statement(entry, step, detail)
        elif kind in {"account", "incident"}:
            self._lock(entry, step, detail)
            self._plan(entry, step, detail)
        elif kind == "second" and detail["matter"] == "plan":
            self._agreement(entry, step, detail)
        elif kind == "fact":
            known = self.facts.get(entry.subject, ("", "", ""))
            self.facts[entry.subject] = (entry.incident_id, detail.get("text", known[1]), detail["state"])

    def posture(self, account: str) -> str:
        """Return the strictest posture of the locks that stand."""
        standing = [posture for where, posture in self.locks.values() if where == account]
        return max(standing, key=ORDER.index, default="open")

    def must_be_locked(self, covered: set[str], running: list[str]) -> None:
        """Hold that every account a running crisis covers was locked for it, whenever it came."""
        for incident in running:
            missing = {account for account in covered if (account, incident) not in self.ever_locked}
            assert not missing, "an account came late and speaks freely"

    def _agreement(self, entry: LogEntry, step: str, detail: Mapping[str, str]) -> None:
        """Keep who said yes to which content of a plan."""
        assert entry.actor in self.approvers
        content = detail["content_hash"]
        if step == "asked":
            self.plan_words[content] = entry.actor
        elif step == "agreed":
            assert self.plan_words.get(content) not in {None, entry.actor}, "a plan agreed by one"
            self.agreed_plans.add(content)

    def _plan(self, entry: LogEntry, step: str, detail: Mapping[str, str]) -> None:
        """Hold that a crisis uses what two people agreed on, or says loudly that it doesn't."""
        if step == "activated":
            self.loud[entry.subject] = detail["plan_hash"] in self.agreed_plans
        elif step == "glass_broken":
            self.loud[entry.subject] = True
        elif step != "unlock_asked":
            assert all(self.loud.values()), "a plan nobody agreed on, in silence"

    def _lock(self, entry: LogEntry, step: str, detail: Mapping[str, str]) -> None:
        if step == "locked":
            self.locks[detail["lock"]] = (entry.subject, detail["posture"])
            self.ever_locked.add((entry.subject, entry.incident_id))
        elif step == "unlock_asked":
            self.asked[detail["lock"]] = entry.actor
        elif step == "stand_down_proposed":
            self.proposed[entry.incident_id] = entry.actor
        elif step == "stand_down_withdrawn":
            del self.proposed[entry.incident_id]
        elif step == "stood_down":
            assert self.proposed[entry.incident_id] != entry.actor, "one person ended an incident"
        elif step == "unlocked":
            eyes = {self.asked.get(detail["lock"]), self.proposed.get(entry.incident_id or "-"), entry.actor} - {None}
            assert len(eyes) >= 2, "one person unlocked"
            assert eyes <= self.approvers
            del self.locks[detail["lock"]]
        elif step == "sealed":
            flying = [post for post in self.posts.values() if post.account == entry.subject and post.flying]
            assert not flying, "sealed while something is on its way"

    def _statement(self, entry: LogEntry, step: str, detail: Mapping[str, str]) -> None:
        if step == "drafted":
            self.versions[entry.subject] = Version(entry.actor, detail["content_hash"], entry.incident_id)
            return
        version = self.versions[entry.subject]
        assert version.content_hash == detail["content_hash"], "the content changed"
        if step == "approved":
            assert entry.actor in self.approvers
            version.approvals.append((entry.actor, detail["content_hash"]))
            return
        if step == "became_valid":
            people = {person for person, content in version.approvals if content == version.content_hash}
            assert len(people) == len(version.approvals), "one person counted twice"
            assert version.author not in people, "an author approved"
            assert len(people) >= QUORUM, "too few approved"
            version.until = detail["valid_until"]
        version.state = step

    def _post(self, entry: LogEntry, step: str, detail: Mapping[str, str]) -> None:
        post = self.posts.setdefault(entry.subject, Post(detail["account"], entry.actor))
        post.states = STATES.get(step, post.states)
        if step in {"intended", "refused", "queued"} and entry.actor != "system":
            wish = (json.loads(entry.body)["request"], entry.subject, step)
            assert wish not in self.wishes, "logged twice"
            self.wishes.add(wish)
        if step in {"reviewed", "released"}:
            post.reviewers.add(entry.actor)
        elif step == "intended":
            assert not post.flying, "begun again before it had an outcome"
            post.flying, post.begun = True, post.begun + 1
            self._may_leave(entry, post, detail)
        elif step in ENDS:
            assert post.flying, f"{step} without an intent"
            post.flying = False

    def _may_leave(self, entry: LogEntry, post: Post, detail: Mapping[str, str]) -> None:
        posture = self.posture(post.account)
        assert posture != "hold", "left while on hold"
        if posture == "one_voice":
            assert self._is_approved(entry, post, detail), "left under one voice without approval"
        if posture == "review" and not self._is_approved(entry, post, detail):
            assert post.reviewers - {post.asked_by}, "nobody else looked at it"

    def _is_approved(self, entry: LogEntry, post: Post, detail: Mapping[str, str]) -> bool:
        version = self.versions.get(detail["statement_version"])
        wording = self.wordings.get(detail["statement_version"])
        if version is None or wording is None or version.state != "became_valid" or wording.plane != "real":
            return False
        if version.until not in {"", "None"} and entry.at >= datetime.fromisoformat(version.until):
            return False
        if wording.network not in {"", self.networks[post.account]}:
            return False
        facts = [
            text
            for incident, text, state in self.facts.values()
            if (incident, state) == (version.incident, "confirmed")
        ]
        texts = [wording.text.replace("{risk}", fact) for fact in facts] if "{risk}" in wording.text else [wording.text]
        return detail["text_hash"] in {hashlib.sha256(text.encode()).hexdigest() for text in texts}

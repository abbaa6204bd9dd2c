"""What working processes said they had done, held against the store: nothing lost, forked, half done or done twice."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.post_box import box_of
from bench.wishes import LATER, PLAN, ROWS, Wish, perform
from command_center.domain.accounts import Lock
from command_center.domain.deposits import contradictions
from command_center.domain.incidents import Clock, Incident, Task
from command_center.domain.off_voice import OffVoice
from command_center.domain.publications import OUT, Publication
from command_center.domain.response_log import GENESIS, Action
from command_center.domain.topics import Topic
from command_center.domain.verifying import verify
from command_center.ports import Context, Request
from command_center.use_cases.safe_mode import heads_outside
from command_center.use_cases.send import send_intended

_TURNS = 20


@dataclass
class Bookkeeper:
    """What was told so far, and how far the log was read; ``ctx`` is a house that wishes again and looks."""

    ctx: Context
    told: dict[str, str] = field(default_factory=dict)
    posts: int = 0
    rows: int = 0
    number: int = 0
    hash: str = GENESIS
    wishes: set[str] = field(default_factory=set)

    def check(self, wishes: Sequence[Wish], told: dict[str, str]) -> list[str]:
        """Compare what was wished for and told since the last time with the store; returns what is wrong."""
        self.told |= told
        unheard = [wish for wish in wishes if wish["id"] not in told]
        wrong = [problem for wish in unheard for problem in self._repeat(wish)]
        self.rows += ROWS * sum(wish["kind"] == "import" for wish in wishes)
        self.posts += sum(wish["kind"] in {"publish", "send"} for wish in wishes)
        with self.ctx.store.reading() as store:
            for wish in wishes:
                whole = wish["kind"] != "import"
                kept = store.get(Request, wish["id"] if whole else f"{wish['id']}:close")
                if kept is None or (whole and kept.result != told.get(wish["id"], kept.result)):
                    wrong.append(f"{wish} told {told.get(wish['id'])}, kept {kept}")
            wrong += [*self._log(store), *self._whole(store)]
        wrong += [
            f"{wish} has no log entry" for wish in wishes if not self.wishes & {wish["id"], f"{wish['id']}:close"}
        ]
        return wrong + self._outside()

    def again(self, wishes: Sequence[Wish]) -> list[str]:
        """Wish again for what was told already; returns which gave another result than the first time."""
        given = [(wish, perform(self.ctx, wish)) for wish in wishes if wish["id"] in self.told]
        return [f"{wish} gave {result} now" for wish, result in given if result != self.told[wish["id"]]]

    def _repeat(self, wish: Wish) -> list[str]:
        with self.ctx.store.reading() as store:
            kept = store.get(Request, wish["id"])
        first, second = perform(self.ctx, wish), perform(self.ctx, wish)
        same = first == second and (kept is None or kept.result == first)
        return [] if same else [f"{wish} gave {first}, then {second}, and {kept} was kept"]

    def _log(self, store: Any) -> list[str]:
        """Read on in the log: every number once, every entry on the one before."""
        for entry in store.log(after=self.number):
            if entry.number != self.number + 1 or entry.previous_hash != self.hash:
                return [f"entry {entry.number} doesn't follow {self.number}"]
            self.number, self.hash = entry.number, entry.hash
            self.wishes.add(json.loads(entry.body)["request"])
        return []

    def _whole(self, store: Any) -> list[str]:
        """Look for an activation, an import or a post of which only a part is there."""
        plan = next(plan for plan in self.ctx.plans() if plan.id == PLAN)
        tasks = sum(task.phase.value != "post" for task in plan.tasks)
        opened = store.find(Incident, plan_id=PLAN)
        expected = {Task: tasks * len(opened), Clock: len(plan.clocks) * len(opened)}
        counted = {kind: len(store.find(kind)) for kind in expected}
        wrong = [f"{kind.__name__}: {counted[kind]}, not {n}" for kind, n in expected.items() if counted[kind] != n]
        locks = [lock.incident_id for lock in store.find(Lock, account_id="locked") if lock.incident_id]
        if sorted(locks) != sorted(incident.id for incident in opened):
            wrong.append("an incident without its lock")
        if len(store.find(Publication)) != self.posts:
            wrong.append("posts")
        if sum(store.extent(topic.id).total for topic in store.find(Topic)) != self.rows:
            wrong.append("mentions")
        return wrong

    def _outside(self) -> list[str]:
        """Hold the log against the heads left outside, and what stands on the network against itself."""
        heads = [held.note for held in heads_outside(self.ctx)]
        with self.ctx.store.reading() as store:
            wrong = [f"head of {note.checkpoint.size}" for note in contradictions(store.tree(), heads)]
        twice = [key for key, times in Counter(line.key for line in box_of(self.ctx).lines()).items() if times > 1]
        return wrong + [f"{key} was posted twice" for key in twice]

    def settle(self) -> list[str]:
        """Let the last posts go out, days later; returns what is lost, stands there twice, or nobody explains."""
        for turn in range(1, _TURNS + 1):
            send_intended(_later(self.ctx, turn))
        with self.ctx.store.reading() as store:
            asked = store.find(Publication, account_id="sent")
            wrong = [f"{post.id} is {post.state}" for post in asked if post.state not in OUT]
            wrong += [f"{found.text!r} is nobody's" for found in store.find(OffVoice)]
            if not verify(store.log()).intact:
                wrong.append("the log")
            kept = {wish: store.get(Request, wish) for wish, result in self.told.items() if result}
        wrong += [f"{wish} is lost" for wish, found in kept.items() if found is None or found.result != self.told[wish]]
        if len(box_of(self.ctx).lines()) != len(asked):
            wrong.append(f"{len(asked)} posts, {len(box_of(self.ctx).lines())} stand there")
        return wrong + self._outside()

    def figures(self) -> str:
        """Say what came together."""
        with self.ctx.store.reading() as store:
            torn = len({entry.subject for entry in store.log(action=Action.POST_UNKNOWN)})
        out = len(box_of(self.ctx).lines())
        return (
            f"{len(self.told)} told results all there, {self.number} log entries without gap or fork, {self.rows} "
            f"mentions, {self.posts} posts, {out} of them out once ({torn} were on their way at a death), "
            f"{len(heads_outside(self.ctx))} heads outside"
        )


def _later(ctx: Context, turns: int) -> Context:
    return replace(ctx, now=lambda: ctx.now() + turns * 10 * LATER)

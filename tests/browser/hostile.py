"""A house full of text that wants to be more than text: in mentions, names, accounts, plans, facts and statements."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from command_center.domain.accounts import Account, Posture
from command_center.domain.incidents import FactState
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.people import Person, Role
from command_center.ports import Caller, Context
from command_center.use_cases.activate import activate
from command_center.use_cases.import_mentions import import_mentions
from command_center.use_cases.keep_accounts import add_account, set_link_hosts
from command_center.use_cases.lead import record_decision, record_fact
from command_center.use_cases.lock import lock_account
from command_center.use_cases.outcome import record_posted
from command_center.use_cases.people import add_person
from command_center.use_cases.publish import publish
from command_center.use_cases.replay import advance_replays, start_replay

ELSEWHERE: Final = "evil.example"
# What each piece would become; the word in it is looked for as an element of its own.
PIECES: Final = (
    "**pwnbold**",
    "_pwnem_",
    "`pwncode`",
    "~~pwndel~~",
    ":red[pwnred]",
    ":blue-background[pwnback]",
    ":red-badge[pwnbadge]",
    ":small[pwnsmall]",
    "[pwnlink](https://evil.example/link)",
    "[pwnscript](javascript:alert(1))",
    "![pwnimage](https://evil.example/image.png)",
    "<pwntag>",
    "<b class=pwned>pwnhtml</b>",
    "<script>alert(1)</script>",
    "<img src=https://evil.example/x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>pwnanchor</a>",
    "<iframe src=//evil.example></iframe>",
    "<style>*{display:none}</style>",
    '"><script>alert(1)</script>',
    "' onmouseover=alert(1) x='",
    "</textarea></p></div><h1>pwnhead</h1>",
    "<!--",
    "&lt;b&gt;pwnentity&lt;/b&gt;",
    "$pwnmath^2$",
    "$$\\frac{pwn}{2}$$",
    ":smile:",
    ":material/skull:",
    ":streamlit:",
    "{pwn} ${pwn} {{pwn}} <%= pwn %> #{pwn} %s %(pwn)s",
    "https://evil.example/bare www.evil.example evil@evil.example",
    '=HYPERLINK("https://evil.example";"pwncell")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-1",
    "\u202epwnbidi\u2066",
    "Z\u0335" + "\u0335\u0321\u0489" * 300,
    "\u200b\u200d\ufeff\u2028\u2029",
    "<a href='data:text/html,<script>alert(1)</script>'>pwndata</a>",
    "\n# pwnheading\n> pwnquote\n- pwnitem\n\n---\n| a | pwncolumn |\n|---|---|\n| pwnrow | b |\n",
    "\n```\npwnfence\n```\n",
    "[^1]: pwnnote",
    "<https://evil.example/auto>",
)
LINE: Final = " ".join(PIECES[:34]).replace("\n", " ")
NAME: Final = "**pwnbold** :red[pwnred] :smile: :material/skull: $pwnmath^2$ <b class=pwned>"
_TITLES: Final = (
    '{de: "Produktrückruf", en: "Product recall"}',
    '{de: "Leitung Kommunikation", en: "Head of communications"}',
)
LONG: Final = ("w" * 100_000, "ﷺ" * 10_000, "a " * 30_000)


def fill(ctx: Context, lead: Person) -> str:
    """Fill the house; returns the incident."""
    wish = iter(range(10**6))

    def caller(person: str = lead.id) -> Caller:
        return Caller(person, f"hostile-{next(wish)}")

    people = [
        add_person(ctx, caller(), login=f"p{n}", name=f"{NAME} {n}", roles=[role], password="Der Sturm kommt um acht.")
        for n, role in enumerate((Role.APPROVER, Role.CO_MANAGER))
    ]
    account = Account(
        id="",
        network="x",
        handle=f"@{NAME[:60]}",
        name=NAME,
        tags=("corporate",),
        co_managers=(people[1],),
        primary=True,
    )
    mine = add_account(ctx, caller(), account=account)
    set_link_hosts(ctx, caller(), hosts=("nordwerk.example",))
    report = import_mentions(ctx, caller(), raws=_mentions(ctx), topic_name=NAME, source_name=f"{NAME}.csv")
    start_replay(ctx, caller(), topic_id=report.topic_id, speed=0)
    advance_replays(ctx)
    waiting = publish(ctx, caller(people[1]), account_id=mine, text=LINE[:270], due_at=ctx.now() + timedelta(hours=2))
    sent = publish(ctx, caller(people[1]), account_id=mine, text=NAME)
    record_posted(ctx, caller(people[1]), publication_id=sent.id, posted=True, url="https://posts.example/<b>1")
    assert waiting.id
    incident = activate(ctx, caller(), plan_id="product-recall", plane=Plane.REAL, reason=LINE)
    fact = record_fact(
        ctx, caller(), incident_id=incident, text=NAME, state=FactState.CONFIRMED, source=f"Labor {NAME}"
    )
    assert fact
    record_decision(ctx, caller(), incident_id=incident, text=LINE, reason=LINE)
    publish(ctx, caller(people[1]), account_id=mine, text=LINE[:270])
    lock = Account(id="", network="mastodon", handle="@zweites", name=f"{NAME} zwei", tags=("corporate",))
    lock_account(ctx, caller(), account_id=add_account(ctx, caller(), account=lock), posture=Posture.HOLD, reason=LINE)
    return incident


def _mentions(ctx: Context) -> list[RawMention]:
    """Return a calm past, and an hour in which everybody sends the pieces, one each and all at once."""
    now = ctx.now()
    calm = [
        RawMention(
            network="x", native_id=f"c{n}", text=f"Nordwerk {n}", created_at=now - timedelta(minutes=30 * n + 90)
        )
        for n in range(300)
    ]
    texts = [f"Nordwerk {piece}" for piece in PIECES] + [f"{piece} Nordwerk" for piece in PIECES]
    texts += [f"Nordwerk {LINE}"] * 40 + [f"Nordwerk {long}" for long in LONG]
    storm = [
        RawMention(
            network="<b>x</b>" if n % 9 == 0 else "x",
            native_id=f"s{n}-{text[:40]}",
            text=text,
            created_at=now - timedelta(seconds=n * 7),
            url=f"https://posts.example/{n}/<b class=pwned>?q=[pwnlink](x)" if n % 2 else "",
            author=NAME if n % 3 else f"mara{n}",
            author_name=text[:200],
            reach=n * 1000,
        )
        for n, text in enumerate(texts * 2)
    ]
    return [*calm, *storm]


def hostile_plans(shipped: Path, folder: Path) -> Path:
    """Copy the plans, what people read in them made hostile where a plan may say anything."""
    folder.mkdir()
    for file in shipped.iterdir():
        if file.suffix != ".yml":
            continue
        text = file.read_text(encoding="utf-8")
        for title in _TITLES:
            text = text.replace(title, f"{{de: '{NAME}', en: '{NAME}'}}")
        (folder / file.name).write_text(text, encoding="utf-8")
    return folder

"""Measure matching of a Jetstream against its bare JSON parse: ``python bench/matching.py [--posts N]``.

Matching is what the Bluesky stream does with a frame: parse, fold, match 500 terms of 50 topics, and make a mention
of a find. Parsing is ``json.loads`` of the same bytes. The two alternate, so that a busy machine slows both alike.
The frames are made here, the same every time: posts as Jetstream writes them, in the languages of the network, about
one in a hundred a find. One core, one thread.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a file, Python looks only beside it
    sys.path.insert(0, str(ROOT))

from command_center.domain.matching import Matcher  # noqa: E402
from command_center.domain.topics import Topic  # noqa: E402
from monitors.jetstream import Catch, microseconds  # noqa: E402

SEED: Final = 20260915
POSTS: Final = 20_000
ROUNDS: Final = 5
FINDS: Final = 0.01
TOPICS: Final = 50
TERMS: Final = 10
FIRST: Final = datetime(2026, 9, 15, 12, tzinfo=UTC)
SYLLABLES: Final = (
    "nor",
    "kal",
    "vi",
    "tra",
    "mö",
    "stel",
    "fen",
    "dru",
    "lü",
    "bra",
    "quin",
    "zo",
    "hä",
    "rix",
    "pel",
)
ENDS: Final = ("werk", "gmbh", "tec", "a", "on", "haus", "bahn", "foods")
WORDS: Final = {
    "en": "the a of to and in is it you that was for on are with they be at one have this from or had by hot but some "
    "what there we can out other were all your when up use how said each she which do their time if will way about "
    "many then them would like so these her long make thing see him two has look more day could go come did my no",
    "de": "die der und in zu den das nicht von sie ist des sich mit dem dass er es ein ich auf so eine auch als an "
    "nach wie im für man aber aus durch wenn nur war noch werden bei hat wir was wird sein einen welche sind oder um "
    "haben einer mir über ihm diese einem ihr uns da zum kann doch vor dieser mich ihn du hatte seine mehr am denn",
    "pt": "que não de um para eu se me uma está com você do ele por te os bem em como vou da mas isso ela sim meu no "
    "só muito mais já então aqui vai tem ser fazer minha bom são quando você também nada tudo nós até amanhã",
    "ja": "今日は いい天気 ですね。 新しい ゲーム 楽しい 猫 が 好き です。 おはよう ございます 明日 も 仕事 頑張る",
    "ko": "오늘 날씨가 좋다 새로운 게임 재미있다 고양이 사진 내일 아침 커피 마시고 싶다 정말 감사합니다",
}
SHARES: Final = {"en": 0.52, "ja": 0.16, "de": 0.14, "pt": 0.13, "ko": 0.05}
SIGNS: Final = ("😂", "❤️", "🔥", "#art", "#catsofbluesky", "&", "<3", "…", "— ", "“quote”", "@alice.bsky.social")


def topics(chance: random.Random) -> list[Topic]:
    """Return fifty made-up brands of ten terms: names, phrases, hashtags, handles, and an exclusion each."""
    made = []
    for number in range(TOPICS):
        name = "".join(chance.sample(SYLLABLES, 3)) + chance.choice(ENDS)
        terms = [name, f"{name} GmbH", f"{name}-Rückruf", f"die {name}", *(f"{name}{n} Pro" for n in range(4))]
        topic = Topic(
            id=str(number),
            name=name,
            terms=tuple(term.title() for term in terms),
            exclusions=(f"{name} wetter",),
            hashtags=(f"{name}gate",),
            handles=(f"{name}.example",),
        )
        made.append(topic)
    return made


def frames(number: int, asked: Sequence[Topic], chance: random.Random) -> list[bytes]:
    """Return that many posts as Jetstream sends them: one JSON object each, "<", ">" and "&" escaped as Go does."""
    return [_frame(place, asked, chance) for place in range(number)]


def _frame(place: int, asked: Sequence[Topic], chance: random.Random) -> bytes:
    (language,) = chance.choices(tuple(SHARES), tuple(SHARES.values()))
    words = chance.choices(WORDS[language].split(), k=chance.randint(3, 45))
    words += chance.sample(SIGNS, chance.choice((0, 0, 1, 2)))
    if chance.random() < FINDS:
        words.insert(chance.randrange(len(words)), chance.choice(chance.choice(asked).terms))
    did = f"did:plc:{_code(chance, 24)}"
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "createdAt": f"{FIRST + timedelta(milliseconds=place * 20):%Y-%m-%dT%H:%M:%S.123Z}",
        "langs": [language],
        "text": " ".join(words),
    }
    if chance.random() < 0.5:
        parent = {"cid": f"bafyrei{_code(chance, 52)}", "uri": f"at://{did}/app.bsky.feed.post/3l{_code(chance, 11)}"}
        record["reply"] = {"parent": parent, "root": parent}
    elif chance.random() < 0.4:
        link = f"https://news.example/{_code(chance, 20)}"
        card = {"description": " ".join(words[:20]), "title": " ".join(words[:8]), "uri": link}
        record["embed"] = {"$type": "app.bsky.embed.external", "external": card}
        place_of_link = {"byteEnd": 40, "byteStart": 10}
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": link}
        record["facets"] = [{"features": [feature], "index": place_of_link}]
    commit = {
        "rev": f"3l{_code(chance, 11)}",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": f"3l{_code(chance, 11)}",
        "record": record,
        "cid": f"bafyrei{_code(chance, 52)}",
    }
    event = {"did": did, "time_us": microseconds(FIRST) + place * 20_000, "kind": "commit", "commit": commit}
    plain = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return plain.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e").encode()


def _code(chance: random.Random, length: int) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=length))


def timed(work: Callable[[], object]) -> float:
    """Return the processor seconds a piece of work takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def main(argv: Sequence[str] | None = None) -> int:
    """Print frames a second of both, round by round in turn, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    wanted = parser.parse_args(argv)
    chance = random.Random(SEED)
    asked = topics(chance)
    sent = frames(wanted.posts, asked, chance)
    matches = Matcher(asked).matching
    catch = Catch(newest=0, clock=lambda: FIRST + timedelta(days=1))

    def matched() -> None:
        catch.clear()
        for frame in sent:
            catch.take(frame, matches)

    def parsed() -> None:
        for frame in sent:
            json.loads(frame)

    pairs = [(timed(matched), timed(parsed)) for _ in range(wanted.rounds)]
    size = sum(map(len, sent)) / len(sent)
    print(
        f"{len(sent):,} frames of {size:.0f} bytes, {TOPICS * TERMS} terms in {TOPICS} topics, {wanted.rounds} rounds"
    )
    print(f"found {len(catch.mentions):,} ({len(catch.mentions) / len(sent):.1%}), unreadable {catch.rejected}")
    print(f"{'frame in, mentions out':24}{len(sent) / median(pair[0] for pair in pairs):>12,.0f} frames/s")
    print(f"{'bare JSON parse':24}{len(sent) / median(pair[1] for pair in pairs):>12,.0f} frames/s")
    print(f"{'time matched / parsed':24}{median(a / b for a, b in pairs):>12.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

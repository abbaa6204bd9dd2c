"""How bad it looks and what may come: the level proposed, why, what is missing for the next, and the forecast."""

from collections.abc import Iterator
from typing import Final

import streamlit as st

from command_center.domain.forecast import Forecast
from command_center.domain.levels import Criterion, Floor, Missing
from command_center.domain.people import Act
from command_center.domain.signs import SHARES
from command_center.domain.topics import Topic
from command_center.ui.frame import Page
from command_center.ui.picture import moment_of
from command_center.ui.ways import e
from command_center.use_cases.command import looking
from command_center.use_cases.propose_level import Outlook, outlook

SHOWN: Final = 5
_WHOLE_FROM: Final = 20  # tenths of a hundred voices tell nobody anything


def show_outlook(page: Page, seen: Outlook | None) -> None:
    """Show the proposal with its evidence; people decide, so nothing here can be clicked."""
    if seen is None:
        return
    proposal = seen.proposal
    with st.container(key="card_outlook", gap="small"):
        st.html(f'<div class="cc-heading"><h2>{e(proposed_words(page, seen))}</h2></div>')
        if proposal.uncertain:
            why = " ".join(page.word(doubt) for doubt in proposal.doubts)
            st.warning(f"{page.say('levels.uncertain')} {why}", icon=":material/visibility_off:")
        rows = [*(_floor(page, floor) for floor in proposal.floors), *(_met(page, item) for item in strongest(seen))]
        st.html(f'<ul class="cc-evidence">{"".join(f"<li>✓ {e(row)}</li>" for row in rows)}</ul>')
        st.html("".join(f"<p>{e(sentence)}</p>" for sentence in further(page, seen)))


def show_topic_outlook(page: Page, topic_id: str) -> None:
    """Show the proposal for a topic as of the moment its picture shows."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        topic = store.get(Topic, topic_id)
        moment = moment_of(store, topic_id, store.extent(topic_id))
    if topic and moment.as_of:
        show_outlook(page, outlook(page.ctx, page.person.id, topic=topic, at=moment.as_of, language=page.language))


def proposed_words(page: Page, seen: Outlook) -> str:
    """Name the proposed level."""
    level = seen.proposal.level
    return page.say("levels.proposed", level=level, name=page.say(f"incident.level_{level}"))


def strongest(seen: Outlook) -> list[Criterion]:
    """Return the evidence that weighs most: each sign once, with the highest level it speaks for."""
    best: dict[str, Criterion] = {}
    for item in seen.proposal.evidence:
        if item.met and item.level >= best.get(item.sign.value, item).level:
            best[item.sign.value] = item
    return sorted(best.values(), key=lambda item: -item.level)[:SHOWN]


def further(page: Page, seen: Outlook) -> Iterator[str]:
    """Yield what is missing for the next level and what the next hours may bring."""
    missing = seen.proposal.missing
    if missing:
        yield _missing(page, missing[0])
    for forecast in seen.forecasts[:2]:
        yield _forecast(page, forecast)
    if seen.forecasts:
        yield _hit_rate(page, seen.forecasts[0])


def _met(page: Page, item: Criterion) -> str:
    return page.say(
        "levels.met", sign=page.word(item.sign), value=_value(page, item), needed=_number(page, item, item.needed)
    )


def _floor(page: Page, floor: Floor) -> str:
    if floor.severity is None:
        return page.say("levels.floor_answer", level=floor.level, question=floor.answer)
    return page.say(f"levels.floor_{floor.severity.value}", level=floor.level)


def _missing(page: Page, missing: Missing) -> str:
    signs = ", ".join(
        page.say(
            "levels.unmet", sign=page.word(item.sign), value=_value(page, item), needed=_number(page, item, item.needed)
        )
        for item in missing.criteria
    )
    if missing.more >= len(missing.criteria):
        return page.say("levels.missing_all", level=missing.level, signs=signs)
    code = "levels.missing_one" if missing.more == 1 else "levels.missing_some"
    return page.say(code, level=missing.level, more=missing.more, signs=signs)


def _value(page: Page, item: Criterion) -> str:
    return _number(page, item, item.value)


def _number(page: Page, item: Criterion, number: float) -> str:
    if item.sign in SHARES:
        return f"{page.number(round(100 * number))} %"
    return page.number(round(number, 1 if abs(number) < _WHOLE_FROM else 0))


def _forecast(page: Page, forecast: Forecast) -> str:
    low, high = page.number(forecast.low), page.number(forecast.high)
    if forecast.hours == 1:
        return page.say("forecast.range_one", low=low, high=high)
    return page.say("forecast.range", hours=forecast.hours, low=low, high=high)


def _hit_rate(page: Page, forecast: Forecast) -> str:
    if forecast.hit_rate is None:
        return page.say("forecast.untried")
    return page.say(
        "forecast.held_surging" if forecast.surging else "forecast.held",
        held=page.number(forecast.held),
        tried=page.number(forecast.tried),
        share=f"{page.number(round(100 * forecast.hit_rate))} %",
    )

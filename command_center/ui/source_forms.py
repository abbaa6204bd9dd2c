"""The form of a source: only what its kind needs, and a try before it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from command_center.domain.connections import Connection
from command_center.domain.mentions import Plane
from command_center.domain.source_kinds import KINDS, Need, SourceKind
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import BadInput, NetworkTrouble
from command_center.ports import Caller, Context
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import note
from command_center.ui.settings_words import stamp
from command_center.ui.source_words import key_label
from command_center.ui.ways import e
from command_center.use_cases.ask_source import Trial, try_source
from command_center.use_cases.keep_sources import add_source, change_source
from command_center.use_cases.keep_topics import add_topic

_FIELDS: Final = ("name", "topic_id", "address", "query", "connection_id", "limit")
_TRIAL: Final = "source.trial."
_FEW: Final = 10
_MOST_READ: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the forms offer: topics by id, and the keys to networks."""

    topics: Mapping[str, str]
    connections: Sequence[Connection]

    def keys(self, network: str) -> dict[str, Connection]:
        """Return the connections to a network by id."""
        return {each.id: each for each in self.connections if each.network == network}


def show_form(page: Page, source: Source, choices: Choices) -> None:
    """Ask for what the source's kind needs; a new one is tried first, then kept."""
    kind = KINDS[source.kind]
    form = f"source_{source.id or source.kind}"
    mark = stamp(replace(source, created_at=page.now.min)) if not source.id else stamp(_asked_for(source))
    keys = {name: f"set_{form}_{name}_{mark}" for name in _FIELDS}
    given: dict[str, object] = {
        name: typed(key, getattr(source, name, source.quota.get("limit", 0))) for name, key in keys.items()
    }
    common: dict[str, Any] = {"source": source, "form": form, **given}
    with st.form(f"set_{form}", border=False):
        _fields(page, kind, source, choices, keys)
        page.trouble(form)
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                page.say("sources.try"),
                key=f"set_{form}_try",
                icon=":material/hearing:",
                on_click=page.act(form, hear_first, **common),
            )
            st.form_submit_button(
                page.say("sources.save" if source.id else "sources.add_submit"),
                key=f"set_{form}_save",
                type="primary",
                on_click=page.act(form, save_source, done="sources.saved", **common),
            )
    show_trial(page, form)


def _asked_for(source: Source) -> tuple[object, ...]:
    # The figures of a source change all the time; its form must not begin anew each time.
    return tuple(source.quota.get("limit", 0) if name == "limit" else getattr(source, name) for name in _FIELDS)


def _fields(page: Page, kind: SourceKind, source: Source, choices: Choices, keys: Mapping[str, str]) -> None:
    with st.grid(2, min_column_width=260):
        st.text_input(
            page.say("sources.name"),
            source.name or page.say(f"sources.kind_{kind.code}"),
            key=keys["name"],
            max_chars=80,
        )
        ids = ["", *choices.topics]
        st.selectbox(
            page.say("sources.topic"),
            ids,
            index=ids.index(source.topic_id) if source.topic_id in ids else 0,
            format_func=lambda identity: choices.topics.get(identity, page.say("sources.all_topics")),
            key=keys["topic_id"],
            help=page.say("sources.topic_help"),
        )
        if kind.address is not Need.NO:
            st.text_input(
                page.say(f"sources.address_{kind.code}"),
                source.address,
                key=keys["address"],
                placeholder=page.say(f"sources.address_{kind.code}_hint"),
            )
        if kind.words is not Need.NO:
            st.text_input(
                page.say(f"sources.query_{kind.code}"),
                source.query,
                key=keys["query"],
                help=page.say(f"sources.query_{kind.code}_help"),
            )
        if kind.key is not Need.NO:
            _key_field(page, kind, source, choices, keys["connection_id"])
        if kind.network == "x":
            st.number_input(
                page.say("sources.limit"),
                min_value=0,
                max_value=_MOST_READ,
                value=int(source.quota.get("limit", 0)),
                key=keys["limit"],
                help=page.say("sources.limit_help"),
            )


def _key_field(page: Page, kind: SourceKind, source: Source, choices: Choices, key: str) -> None:
    known = choices.keys(kind.network)
    ids = [*([""] if kind.key is Need.MAYBE or not known else []), *known]
    st.selectbox(
        page.say("sources.key"),
        ids,
        index=ids.index(source.connection_id) if source.connection_id in ids else 0,
        format_func=lambda identity: (
            key_label(page, kind.network, known[identity].handle) if identity in known else page.say("sources.no_key")
        ),
        key=key,
        help=page.say("sources.key_help"),
    )


def show_trial(page: Page, form: str) -> bool:
    """Show what a try has brought; true when there was one."""
    if _TRIAL + form not in st.session_state:
        return False
    trial = st.session_state[_TRIAL + form]
    if not isinstance(trial, Trial):
        note(page.say("sources.trial_failed"), "!", "warn")
        return True
    volume = page.say("sources.trial_unknown")
    if trial.an_hour is not None:
        volume = page.say(
            "sources.trial_volume", number=page.number(round(trial.an_hour, 1 if trial.an_hour < 10 else 0))
        )
    code = "sources.trial_counted" if trial.counted else "sources.trial_seen"
    seen = page.say(code, seen=page.number(trial.seen), kept=page.number(trial.kept))
    note(f"{seen} {volume}", "◌")
    if trial.too_much:
        note(page.say("sources.trial_too_much"), "!", "warn")
    for raw in trial.samples:
        st.html(
            f'<article class="cc-mention"><header><b>{e(raw.author_name or raw.author)}</b></header>'
            f"<p>{e(raw.text[:300])}</p></article>"
        )
    return True


def _draft(source: Source, given: Mapping[str, Any]) -> Source:
    texts: dict[str, Any] = {name: str(given[name] or "") for name in _FIELDS if name != "limit"}
    return replace(source, quota={**source.quota, "limit": int(given["limit"] or 0)}, **texts)


def hear_first(ctx: Context, caller: Caller, *, source: Source, form: str, **given: Any) -> str:
    """Try a source as it stands in the form."""
    st.session_state[_TRIAL + form] = try_source(ctx, caller.person_id, source=_draft(source, given))
    return source.id


def save_source(ctx: Context, caller: Caller, *, source: Source, form: str, **given: Any) -> str:
    """Keep a source as it stands in the form; a new one is tried first, and kept at the second click if it must be."""
    draft = _draft(source, given)
    if source.id:
        identity = change_source(ctx, caller, source=draft)
    else:
        _try_once(ctx, caller, draft, form)
        identity = add_source(ctx, caller, source=draft)
    st.session_state.pop(_TRIAL + form, None)
    return identity


def _try_once(ctx: Context, caller: Caller, source: Source, form: str) -> None:
    """Warn once before a source is kept that brings too much or can't be reached now."""
    if _TRIAL + form in st.session_state:
        return
    try:
        trial = try_source(ctx, caller.person_id, source=source)
    except NetworkTrouble:
        st.session_state[_TRIAL + form] = None
        raise
    if trial.too_much:
        st.session_state[_TRIAL + form] = trial
        raise BadInput("source.too_much")


def listen_to_bluesky(ctx: Context, caller: Caller, *, topic: str, name: str, plane: Plane) -> str:
    """Listen to Bluesky for every topic; one that is named here is made first."""
    if topic.strip():
        mine = Caller(caller.person_id, f"{caller.request_id}:topic")
        add_topic(ctx, mine, topic=Topic(id="", name=topic, plane=plane, terms=(topic,)))
    source = Source(id="", name=name, kind="bluesky_stream", plane=plane, topic_id="", created_at=ctx.now())
    _try_once(ctx, caller, source, "quick")
    identity = add_source(ctx, caller, source=source)
    st.session_state.pop(_TRIAL + "quick", None)
    return identity

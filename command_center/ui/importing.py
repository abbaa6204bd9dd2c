"""What an import asks before it begins: which file, what its columns mean, zone, date order, network, topic."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

import streamlit as st

from command_center import texts
from command_center.domain.mentions import Plane
from command_center.domain.topics import Topic
from command_center.errors import CommandCenterError
from command_center.ui.files import DEMO, ENDINGS, FIELDS, FileLook, demo_files, is_x_export, kept, look_into
from command_center.ui.page import Page
from command_center.ui.ways import e, heading, warn

NEW_TOPIC: Final = ""
_LOOK: Final = "import.look"
_UPLOAD: Final = "upload"
_USUAL_ZONES: Final = ("Europe/Berlin", "UTC", "Europe/Vienna", "Europe/Zurich", "Europe/London", "America/New_York")
_NETWORKS: Final = (
    *("x", "facebook", "instagram", "linkedin", "youtube", "tiktok", "reddit", "mastodon", "bluesky", "news"),
)
_X_SAMPLE: Final = frozenset({"created_at", "text", "id", "id_str", "lang", "user.screen_name"})
_SHOWN_CHARS: Final = 90
_ASKED: Final = frozenset({"import.zone_needed", "import.date_order"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The file somebody chose: an upload in memory, or one that comes with the house."""

    id: str
    name: str
    plane: Plane
    content: memoryview | None = None
    path: Path | None = None

    @contextmanager
    def as_file(self) -> Iterator[Path]:
        """Give the file's path for as long as it is read."""
        if self.path is not None:
            yield self.path
        else:
            with kept(self.content or b"", self.name) as path:
                yield path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Everything an import needs to know besides the file."""

    mapping: Mapping[str, str]
    zone: str
    date_order: str
    network: str
    topic_name: str
    only_matching: bool
    complete: bool


def pick_file(page: Page) -> Picked | None:
    """Let somebody upload a file or take one that comes with the house."""
    heading(page.say("importing.step_file"))
    way = st.segmented_control(
        page.say("importing.way"),
        ["upload", "demo"],
        format_func=lambda code: page.say(f"importing.way_{code}"),
        default="upload",
        required=True,
        key="import_way",
        label_visibility="collapsed",
    )
    if way == "demo":
        return _pick_demo(page)
    given = st.file_uploader(page.say("importing.upload"), type=list(ENDINGS), key=_UPLOAD)
    st.caption(page.say("importing.upload_lead"))
    if given is None:
        return None
    return Picked(id=given.file_id, name=given.name, plane=page.plane, content=given.getbuffer())


def _pick_demo(page: Page) -> Picked | None:
    files = {str(path.relative_to(DEMO)): path for path in demo_files()}
    st.caption(page.say("importing.demo_lead"))
    name = st.selectbox(page.say("importing.demo"), list(files), key="import_demo")
    if not name:
        return None
    return Picked(id=f"demo:{name}", name=name, plane=Plane.PRACTICE, path=files[name])


def look_at_file(page: Page, picked: Picked, mapping: Mapping[str, str]) -> FileLook | None:
    """Look into the file, once per mapping; says what is wrong when it can't be used."""
    key = (picked.id, tuple(sorted(mapping.items())))
    seen = st.session_state.get(_LOOK, {})
    if key in seen:
        return seen[key]  # type: ignore[no-any-return]
    try:
        with picked.as_file() as path:
            look = look_into(path, mapping or None)
    except CommandCenterError as problem:
        st.error(problem_words(page, problem, picked), icon=":material/error:")
        if problem.code == "import.no_text_column" and not st.session_state.get(text_asked(picked)):
            st.session_state[text_asked(picked)] = True
            st.rerun()
        return None
    kept_looks = {known: value for known, value in seen.items() if known[0] == picked.id}
    st.session_state[_LOOK] = {**kept_looks, key: look}
    return look


def text_asked(picked: Picked) -> str:
    """Name the note that this file's text column has to be asked for."""
    return f"import.no_text.{picked.id}"


def problem_words(page: Page, problem: CommandCenterError, picked: Picked) -> str:
    """Say what is wrong with a file by the name its owner knows, never by where we kept it."""
    values = {**problem.values}
    if "path" in values:
        values["path"] = picked.name
    return texts.say_error(page.language, type(problem)(problem.code, **values))


def ask_text_column(page: Page, picked: Picked) -> dict[str, str]:
    """Ask which column holds the text when none of the usual names is there."""
    name = st.text_input(page.say("importing.text_column"), key=f"text_column_{picked.id}").strip()
    return {"text": name} if name else {}


def ask_mapping(page: Page, picked: Picked, look: FileLook) -> dict[str, str]:
    """Let somebody say what each column means; returns what differs from the proposal."""
    if is_x_export(look):
        st.caption(page.say("importing.x_export"))
        return {}
    chosen: dict[str, str] = {}
    columns = ["", *dict.fromkeys(column for column in look.columns if column)]
    with (
        st.expander(
            page.say("importing.mapping", count=len(look.mapping)), icon=":material/view_column:", key="mapping"
        ),
        st.grid(3, min_column_width=220, gap="small"),
    ):
        for field in FIELDS:
            proposed = look.mapping.get(field, "")
            column = st.selectbox(
                page.say(f"importing.field_{field}"),
                columns,
                index=columns.index(proposed) if proposed in columns else 0,
                format_func=lambda column: column or page.say("importing.no_column"),
                key=f"map_{field}_{picked.id}",
            )
            if (column or "") != proposed:
                chosen[field] = column or ""
    return chosen


def show_look(page: Page, picked: Picked, look: FileLook) -> None:
    """Show what kind of file it is, what is odd about it, and its first rows."""
    delimiter = {"\t": "Tab"}.get(look.delimiter, look.delimiter)
    facts = [look.format.value.upper(), look.encoding.upper()]
    facts += [page.say("importing.delimiter", sign=delimiter)] if delimiter else []
    facts += [page.say("importing.packed")] if look.compressed else []
    heading(page.say("importing.step_look"), " · ".join(facts))
    for code in look.warnings:
        if code not in _ASKED:
            warn(page.say(code.replace("import.", "importing.warn_"), encoding=look.encoding.upper()))
    st.html(sample_html(page, look))


def sample_html(page: Page, look: FileLook) -> str:
    """Return the first rows under the names they will be stored under."""
    fields = [field for field in FIELDS if look.mapping.get(field)]
    if is_x_export(look):
        head = [(column, column) for column in look.columns if column in _X_SAMPLE]
    else:
        head = [(page.say(f"importing.field_{field}"), look.mapping[field]) for field in fields]
    rows = []
    for row in look.sample:
        cells = "".join(f"<td>{e(_cut(row.get(column, '')))}</td>" for _, column in head)
        rows.append(f"<tr>{cells}</tr>")
    names = "".join(f"<th>{e(name)}</th>" for name, _ in head)
    table = f"<table><thead><tr>{names}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f'<div class="pic-table pic-sample">{table}</div>'


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"


def ask_answers(
    page: Page, picked: Picked, look: FileLook, topics: Sequence[Topic], mapping: Mapping[str, str]
) -> Answers:
    """Ask what the file leaves open, and under which topic its mentions belong."""
    heading(page.say("importing.step_questions"))
    with st.grid(2, min_column_width=260, gap="small"):
        zone = _ask_zone(page, look)
        order = _ask_order(page, look)
        network = _ask_network(page, look)
        topic = _ask_topic(page, picked, topics)
    only_matching = st.toggle(
        page.say("importing.only_matching"), key="import_matching", help=page.say("importing.only_matching_lead")
    )
    answered = bool(topic.strip()) and not ("import.date_order" in look.warnings and not order)
    return Answers(
        mapping=mapping,
        zone=zone,
        date_order=order,
        network=network,
        topic_name=topic,
        only_matching=only_matching,
        complete=answered,
    )


def _ask_zone(page: Page, look: FileLook) -> str:
    if "import.zone_needed" not in look.warnings:
        return ""
    zones = list(dict.fromkeys([page.zone, *_USUAL_ZONES, *sorted(available_timezones())]))
    return str(st.selectbox(page.say("importing.zone"), zones, key="import_zone", help=page.say("importing.zone_lead")))


def _ask_order(page: Page, look: FileLook) -> str:
    if "import.date_order" not in look.warnings:
        return ""
    example = next((row.get(look.mapping.get("created_at", ""), "") for row in look.sample), "")
    order = st.radio(
        page.say("importing.order", example=_cut(example)),
        ["day", "month"],
        index=None,
        format_func=lambda code: page.say(f"importing.order_{code}"),
        key="import_order",
        horizontal=True,
    )
    return order or ""


def _ask_network(page: Page, look: FileLook) -> str:
    if "network" in look.mapping or is_x_export(look):
        return ""
    network = st.selectbox(
        page.say("importing.network"),
        list(_NETWORKS),
        index=None,
        placeholder=page.say("importing.network_hint"),
        accept_new_options=True,
        key="import_network",
    )
    return network or ""


def _ask_topic(page: Page, picked: Picked, topics: Sequence[Topic]) -> str:
    names = [topic.name for topic in topics]
    chosen = NEW_TOPIC
    if names:
        chosen = st.selectbox(
            page.say("importing.topic"),
            [*names, NEW_TOPIC],
            format_func=lambda name: name or page.say("importing.new_topic"),
            key=f"import_topic_{picked.plane.value}",
        )
    if chosen:
        return chosen
    return st.text_input(
        page.say("importing.topic_name"),
        key="import_topic_name",
        max_chars=120,
        placeholder=page.say("importing.topic_hint"),
    )

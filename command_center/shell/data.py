"""``import``, ``replay`` and ``judge``: bring mentions in, play them, run the detector over a curve."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from command_center.alert_texts import alert_title
from command_center.domain.alerts import Alert, Replay
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.response_log import utc_text
from command_center.domain.spikes import SHIPPED, SpikeConfig
from command_center.domain.topics import Topic
from command_center.errors import BadInput, NotFound
from command_center.ports import Caller, Context
from command_center.shell.frame import AsJson, answer, failing_clearly, house, language, tell
from command_center.texts import say
from command_center.use_cases.command import SHELL
from command_center.use_cases.import_mentions import ImportReport, import_mentions
from command_center.use_cases.judge import judge_rows, read_rows
from command_center.use_cases.replay import TO_THE_END, advance, start_replay
from monitors.files import read_file
from monitors.reading import DateOrder, Notice, Rejected

LISTED = 50


class Sorter:
    """Lets mentions through and keeps what else a file says: rejected rows and notices."""

    def __init__(self, found: Iterator[RawMention | Rejected | Notice], keep: int = LISTED) -> None:
        """Sort what ``read_file`` yields."""
        self._found, self._keep = found, keep
        self.count = 0
        self.rejected: list[Rejected] = []
        self.notices: list[Notice] = []

    def __iter__(self) -> Iterator[RawMention]:
        """Yield the mentions."""
        for item in self._found:
            if isinstance(item, RawMention):
                yield item
            elif isinstance(item, Rejected):
                self.count += 1
                if len(self.rejected) < self._keep:
                    self.rejected.append(item)
            else:
                self.notices.append(item)


def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSON or NDJSON, also .gz; also X's own JSON.")],
    topic: Annotated[str, typer.Option(help="The topic the mentions belong to; made when it is new.")],
    map_: Annotated[list[str] | None, typer.Option("--map", help="field=column, such as text=body.")] = None,
    zone: Annotated[str, typer.Option(help="Time zone of dates that name none, such as Europe/Berlin.")] = "",
    date_order: Annotated[DateOrder | None, typer.Option(help="What comes first in 03/04/2026.")] = None,
    network: Annotated[str, typer.Option(help="The network of all rows.")] = "",
    only_matching: Annotated[bool, typer.Option(help="Leave out what the topic's words don't match.")] = False,
    practice: Annotated[bool, typer.Option(help="Import into the practice plane.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a file of mentions under a topic; importing it again adds nothing."""
    with house(as_json) as ctx, _progress(as_json) as bar:
        task = bar.add_task(file.name, total=None)
        options: dict[str, Any] = {
            "now": ctx.now(),
            "mapping": _mapping(map_ or []),
            "network": network or None,
            "date_order": date_order,
            "on_progress": lambda done, total: bar.update(task, completed=done, total=total),
        }
        rows = Sorter(_asking_for_zone(file, zone, options, as_json))
        report = import_mentions(
            ctx,
            Caller(SHELL, ctx.new_id()),
            raws=rows,
            topic_name=topic,
            source_name=file.name,
            plane=Plane.PRACTICE if practice else Plane.REAL,
            only_matching=only_matching,
            rejected=lambda: rows.count,
        )
    _report(rows, report, file, topic, as_json)


def _progress(as_json: bool) -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=as_json or not console.is_terminal,
        transient=True,
    )


def _mapping(pairs: list[str]) -> dict[str, str] | None:
    for pair in pairs:
        if "=" not in pair:
            raise BadInput("import.map_form", given=pair)
    return dict(pair.split("=", 1) for pair in pairs) if pairs else None


def _asking_for_zone(
    file: Path, zone: str, options: dict[str, Any], as_json: bool
) -> Iterator[RawMention | Rejected | Notice]:
    try:
        return read_file(file, zone=zone or None, **options)
    except BadInput as error:
        if error.code != "import.zone_needed" or as_json or not sys.stdin.isatty():
            raise
        asked = typer.prompt(say(language(), error.code, **error.values))
        return read_file(file, zone=asked, **options)


def _report(rows: Sorter, report: ImportReport, file: Path, topic: str, as_json: bool) -> None:
    if as_json:
        said = {
            **asdict(report),
            "notices": [{"code": notice.code, **notice.values} for notice in rows.notices],
            "rejects": [{"line": row.line, "code": row.code, "excerpt": row.excerpt} for row in rows.rejected],
        }
        print(json.dumps(said, ensure_ascii=False, sort_keys=True, default=str))
        return
    for notice in rows.notices:
        tell(notice.code, **notice.values)
    for row in rows.rejected:
        reason = say(language(), row.code, **row.values)
        tell("import.rejected_row", reason=reason, excerpt=row.excerpt)
    if rows.count > len(rows.rejected):
        tell("import.more_rejected", more=rows.count - len(rows.rejected))
    figures = {name: value for name, value in asdict(report).items() if isinstance(value, int)}
    tell("import.report", file=file.name, topic=topic, **figures)
    if report.undated:
        tell("import.report_undated", undated=report.undated)


def replay(
    topic: Annotated[str, typer.Argument(help="The topic whose imported history is played.")],
    practice: Annotated[bool, typer.Option(help="Look in the practice plane.")] = False,
    as_json: AsJson = False,
) -> None:
    """Play a topic's history to the end at once and list the alerts it raises."""
    with house(as_json) as ctx:
        plane = Plane.PRACTICE if practice else Plane.REAL
        for alert in play_to_the_end(ctx, topic, plane):
            shown = alert_title(alert, Topic(id=alert.topic_id, name=topic), language())
            answer(
                as_json,
                {"id": alert.id, "at": utc_text(alert.at), **alert.evidence},
                "replay.alert",
                at=utc_text(alert.at),
                title=shown,
            )


def play_to_the_end(ctx: Context, topic_name: str, plane: Plane) -> list[Alert]:
    """Replay a topic's whole history and return the alerts it raised, in order."""
    with ctx.store.reading() as store:
        topics = store.find(Topic, plane=plane, name=topic_name)
    if not topics:
        raise NotFound("topic.not_found", topic=topic_name)
    identity = start_replay(ctx, Caller(SHELL, ctx.new_id()), topic_id=topics[0].id, speed=TO_THE_END)
    with ctx.store.reading() as store:
        running = store.get(Replay, identity)
    if running is None:
        raise NotFound("store.not_found", kind="Replay", id=identity)
    advance(ctx, running)
    with ctx.store.reading() as store:
        alerts = store.find(Alert, topic_id=topics[0].id, order="at")
    return [alert for alert in alerts if alert.evidence.get("run") == identity]


def judge(
    file: Annotated[Path, typer.Argument(help="CSV with the header timestamp,value, oldest row first; - for stdin.")],
    budget: Annotated[float, typer.Option(help="Alarms a week to expect in quiet times.")] = SHIPPED.alerts_a_week,
    as_json: AsJson = False,
) -> None:
    """Run the spike detector over a curve and print ``timestamp,value,score,alert`` row by row."""
    with failing_clearly(as_json):
        try:
            with sys.stdin if str(file) == "-" else file.open(encoding="utf-8-sig", newline="") as lines:
                _judge(lines, replace(SHIPPED, alerts_a_week=budget), as_json)
        except BrokenPipeError:  # whoever reads our output has gone; the file is fine
            raise
        except OSError as error:
            raise BadInput("judge.unreadable", file=str(file), reason=error.strerror or str(error)) from error
        except UnicodeDecodeError as error:
            raise BadInput("judge.not_utf8", file=str(file)) from error


def _judge(lines: Iterable[str], config: SpikeConfig, as_json: bool) -> None:
    if not as_json:
        print("timestamp,value,score,alert")
    newest = [""]

    def remembered() -> Iterator[str]:
        for line in lines:
            newest[0] = line
            yield line

    for _at, _count, score, alert in judge_rows(read_rows(remembered()), config):
        # The row is given back as it was written, so that it can be joined with its source.
        timestamp, value = (field.strip() for field in next(csv.reader([newest[0]])))
        if as_json:
            print(json.dumps({"timestamp": timestamp, "value": value, "score": round(score, 6), "alert": int(alert)}))
        else:
            print(f"{timestamp},{value},{score:.6f},{int(alert)}")

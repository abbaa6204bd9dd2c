"""``python -m command_center``: everything the screens can't or needn't do."""

import logging
import sys
import tempfile
import traceback
import uuid
from pathlib import Path

import typer

from command_center.shell import data, evidence, gate, keeping, people, privacy
from command_center.shell.frame import language
from command_center.texts import say

logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")

app = typer.Typer(
    name="command_center",
    help="One Voice: notice the storm, switch on the plan, speak with one voice, and be able to prove it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("import")(data.import_)
app.command("replay")(data.replay)
app.command("judge")(data.judge)
app.command("check-plans")(keeping.check_plans)
app.command("check-text")(gate.check_text)
app.command("verify-log")(evidence.verify)
app.command("export-case")(evidence.export_case)
app.command("evidence-pack")(evidence.pack_case)
app.command("migrate")(keeping.migrate)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.add_typer(people.user, name="user")
app.command("worker")(keeping.work)
app.command("new-key")(keeping.make_key)
app.command("rotate-keys")(keeping.rotate)
app.command("rotate-log-key")(keeping.rotate_log)
app.command("doctor")(keeping.doctor)
app.command("processing-record")(privacy.record)
app.command("works-agreement")(privacy.agreement)


def main() -> None:
    """Run a command; a fault nobody expected becomes one sentence and a file for whoever mends it."""
    try:
        app()
    except Exception as fault:
        # The last resort of the shell: nobody is shown a traceback.
        path = Path(tempfile.gettempdir()) / f"one-voice-fault-{uuid.uuid4().hex[:8]}.txt"
        path.write_text("".join(traceback.format_exception(fault)), encoding="utf-8")
        sentence = say(language(), "shell.unexpected", kind=type(fault).__name__, file=path)
        sys.stderr.write(f"{sentence}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()

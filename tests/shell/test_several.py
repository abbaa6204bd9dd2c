"""Several processors find what one finds, in the same order."""

import json

from bench.checking import sealed
from command_center.domain.log_texts import as_data
from command_center.domain.verifying import verify_lines
from command_center.shell.several import several


def exported(count: int) -> list[str]:
    return [
        json.dumps({"number": e.number, "previous": e.previous_hash, "hash": e.hash, "body": e.body})
        if not e.texts
        else json.dumps(
            {"number": e.number, "previous": e.previous_hash, "hash": e.hash, "body": e.body, "texts": as_data(e.texts)}
        )
        for e in sealed(count)
    ]


def test_the_whole_and_the_first_fault_are_the_same_on_several_processors() -> None:
    lines = exported(5_000)
    broken = [*lines[:4_000], lines[4_000].replace("anna", "otto"), *lines[4_001:]]
    text = [*lines[:3_999], lines[3_999].replace("dreimal", "niemals"), *lines[4_000:]]
    for given, reason in ((lines, ""), (broken, "log.body_changed"), (text, "log.text_changed"), ([], "")):
        with several() as spread:
            found = verify_lines(given, sizes={5_000}, spread=spread)
        assert found == verify_lines(given, sizes={5_000})
        assert found.reason == reason

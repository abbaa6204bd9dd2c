"""A certified OpenID Connect provider (``make peers`` installs it), started for one house; on this machine only."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / ".peers" / "oidc"
SERVER = Path(__file__).with_name("oidc_provider") / "serve.mjs"
CLIENT_ID, CLIENT_SECRET = "one-voice", "made for one test run"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningProvider:
    """A provider that signs anybody in by the name they type; ``tell`` decides what it says about them."""

    issuer: str
    into: IO[str]
    out: IO[str]

    def tell(self, sub: str, **claims: object) -> None:
        self.into.write(json.dumps({"sub": sub, "claims": claims}) + "\n")
        self.into.flush()
        assert json.loads(self.out.readline()) == {"known": True}


def is_installed() -> bool:
    """Tell whether the provider can be started here."""
    return shutil.which("node") is not None and (INSTALLED / "node_modules" / "oidc-provider").exists()


@contextmanager
def running_provider(port: int, redirect_uri: str, algorithm: str = "RS256") -> Iterator[RunningProvider]:
    """Start the provider; skips the test where it isn't installed."""
    node = shutil.which("node")
    if node is None or not is_installed():
        pytest.skip("the OpenID Connect provider isn't installed: make peers (needs Node 20 and npm)")
    process = subprocess.Popen(
        [node, str(SERVER), str(INSTALLED), str(port), redirect_uri, algorithm],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin"},
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline()) == {"ready": True}
        yield RunningProvider(issuer=f"http://127.0.0.1:{port}", into=process.stdin, out=process.stdout)
    finally:
        process.terminate()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()

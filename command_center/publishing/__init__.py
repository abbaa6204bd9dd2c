"""Ways out of the house, by the name an account carries. An explicit dict: what isn't here can't send."""

from collections.abc import Mapping
from typing import Final

from command_center.ports import Publisher
from command_center.publishing.manual import Manual
from command_center.publishing.rehearsal import Rehearsal

PUBLISHERS: Final[Mapping[str, Publisher]] = {"manual": Manual(), "rehearsal": Rehearsal()}

"""Source health: what listens, when it last heard something, what it lacks, and what came of all it brought."""

from command_center.domain.people import Act
from command_center.ui.frame import open_page
from command_center.ui.incident_look import wear
from command_center.ui.source_health import show_health

page = open_page("sources", Act.WRITE_TOPIC)
wear()
show_health(page)

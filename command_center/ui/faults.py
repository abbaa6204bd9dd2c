"""What people see when a page fails: an expected error as its sentence, anything else as a number to quote."""

import logging
import uuid

import streamlit as st

from command_center import texts
from command_center.errors import CommandCenterError
from command_center.ui import visitor

_log = logging.getLogger(__name__)


def show_fault(fault: Exception) -> bool:
    """Show a sentence instead of a stack; the stack goes to the log under the number people quote."""
    language = visitor.language_of(None)
    if isinstance(fault, CommandCenterError):
        st.error(texts.say_error(language, fault), icon=":material/error:")
        return True
    number = uuid.uuid4().hex[:8]
    _log.error("fault %s", number, exc_info=fault)
    st.error(texts.say(language, "frame.fault", number=number), icon=":material/error:")
    return True

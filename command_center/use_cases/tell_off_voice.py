"""Tell those who can delete it that one of our accounts says something the gate did not let out; each of them once.

As with alerts, telling and keeping are two things: a crash in between may tell somebody twice, but loses nothing.
"""

from collections.abc import Mapping, Sequence

from command_center.domain.accounts import Account
from command_center.domain.alerts import Notice
from command_center.domain.off_voice import OffVoice, OffVoiceState
from command_center.domain.people import DRILL_PARTNER, Person, Role
from command_center.ports import Context
from command_center.use_cases.reach import reach


def tell_off_voice(ctx: Context) -> int:
    """Tell co-managers and crisis leads about open off-voice alarms they have not heard of; returns how many people.

    What one account says is one message, however much it is. Quiet hours don't count: it stands there now.
    """
    with ctx.store.reading() as store:
        alarms = store.find(OffVoice, state=OffVoiceState.OPEN, alarm=True, order="found_at")
        notices = store.find(Notice, alert_id=tuple(item.id for item in alarms)) if alarms else []
        accounts = {item.id: item for item in store.find(Account)} if alarms else {}
        people = store.find(Person, active=True, order="name") if alarms else []
    heard = {(notice.alert_id, notice.person_id) for notice in notices}
    told = 0
    for account_id, found in _by_account(alarms).items():
        for person in _concerned(accounts[account_id], people):
            news = [item for item in found if (item.id, person.id) not in heard]
            if news:
                title, body = ctx.alert_words.off_voice(news, accounts[account_id], person.language)
                reach(ctx, person, {item.id: item.plane for item in news}, title=title, body=body)
                told += 1
    return told


def _by_account(alarms: Sequence[OffVoice]) -> Mapping[str, list[OffVoice]]:
    found: dict[str, list[OffVoice]] = {}
    for item in alarms:
        found.setdefault(item.account_id, []).append(item)
    return found


def _concerned(account: Account, people: Sequence[Person]) -> list[Person]:
    return [
        person
        for person in people
        if person.id != DRILL_PARTNER and (person.id in account.co_managers or Role.CRISIS_LEAD in person.roles)
    ]

"""A person copies the approved text, posts it by hand on any network, and records the link."""

from command_center.domain.accounts import Account
from command_center.errors import CommandCenterError
from command_center.networks import Access, Message, Outcome


class Manual:
    """The way out that is a person; the house itself sends nothing."""

    by_hand = True

    def publish(self, account: Account, message: Message, access: Access | None) -> Outcome:
        """Refuse: only the co-manager's own word ends a post made by hand."""
        raise CommandCenterError("publishing.by_hand_only", account=account.handle, publication=message.key)

"""The sealed way out of a drill: marks a post as out and reaches nothing."""

from command_center.domain.accounts import Account
from command_center.networks import Access, Message, Outcome


class Rehearsal:
    """Holds no address, token or connection, so there is nothing it could reach."""

    by_hand = False

    def publish(self, account: Account, message: Message, access: Access | None) -> Outcome:
        """Answer as a network would that accepted the post."""
        return Outcome(state="sent", url="", note=f"rehearsal:{account.network}:{message.key}")

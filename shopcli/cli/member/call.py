"""The context of a member's command line: their rights, and words that are for them."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from shopcli.cli.call import Call
from shopcli.cli.formats import wants_json
from shopcli.domain.errors import Internal, ShopError, TryLater, UnknownUser

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shopcli import Shop
    from shopcli.cli.configuration import Configuration
    from shopcli.cli.problems import Problem


class MemberCall(Call):
    """A line of a member: done with their rights, told without what is the operator's.

    Args:
        argv: The words of the line.
        settings: Configuration that names the database and the member.
        user: Name of the member.
        delivers: Whether events of orders are sent at once; else a relay sends them.
    """

    def __init__(
        self, argv: Sequence[str], settings: Configuration, user: str, *, delivers: bool
    ) -> None:
        super().__init__(list(argv), settings, as_json=wants_json(argv), lend=None)
        self.delivers = delivers
        self._member = user

    def bound(self, shop: Shop) -> Shop:
        """The shop with the member's rights.

        Raises:
            UnknownUser: There is no such member.
        """
        return shop.as_member(self._member)

    def pasted_elsewhere(self, shop: Shop) -> Callable[[str], str]:  # noqa: ARG002  # a member's commands name no shop
        """What makes the commands in a text such as a member types."""
        return self.pasted

    def pasted(self, text: str) -> str:
        """The text with commands as a member types them."""
        from shopcli.cli.member.advice import without_user  # only where something is said

        return without_user(text)

    def remark(self, text: str) -> None:
        """Print a remark without the sentences that advise an operator's command."""
        from shopcli.cli.member.advice import without_others  # as above

        if told := without_others(text):
            super().remark(told)

    def remark_to_operator(self, text: str) -> None:
        """Tell nothing: it is about how the shop is set up."""

    def worded(self, error: ShopError) -> Problem:
        """Put an error into words that are a member's to know."""
        return super().worded(_told(error))

    def advice(self, error: ShopError) -> str:
        """What a member can do about an error; else whom to ask."""
        from shopcli.cli.member.advice import names_others  # only where something went wrong
        from shopcli.wording.advice import worded

        if isinstance(error, TryLater):
            return worded("busy", {"reason": "locks"}, self.catalogue)
        if error.details.get("reason") == "example_and_more":
            return worded(
                error.code, {**error.details, "reason": "example_over_ssh"}, self.catalogue
            )
        text = super().advice(error)
        return worded("not_allowed", {}, self.catalogue) if names_others(text) else text


def _told(error: ShopError) -> ShopError:
    """The error without what a member is not told: where the shop is, and who else there is."""
    from shopcli.wording.members import fact, is_of_the_set_up  # only where something went wrong

    told = copy(error)
    told.__cause__ = error.__cause__
    if isinstance(error.__cause__, ShopError):
        told.__cause__ = _told(error.__cause__)
    if is_of_the_set_up(error):
        told.fact = fact(error, str)
        told.details = {"key": error.details["key"]} if "key" in error.details else {}
        if isinstance(error, Internal):
            with_key = "key" in told.details
            told.details["reason"] = "kept_report_with_key" if with_key else "kept_report"
    elif isinstance(error, UnknownUser):
        told.details = {**error.details, "suggestions": []}
    return told

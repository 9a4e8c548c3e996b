"""Which tickets a review is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Tickets of these product areas and these assignees (Slack ids); what is empty narrows nothing."""

    areas: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it narrows anything."""
        return bool(self.areas or self.people)


EVERYTHING = Scope()

"""Who may do what: one table of every command's form, every button and every window.

A new form, button or window gets its line here: without one it is done for nobody, and
`tests/bot/test_roles.py` says so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.refusal import NotAllowed


class Who(StrEnum):
    """Somebody of the workspace, by what they are to the team or to the thing; the value is how they are called."""

    ANYONE = "anyone"
    LEADS = "a lead"
    REVIEWERS = "a reviewer"
    INVITED = "who was invited"
    REVIEWED = "whose work was reviewed"
    REVIEWER = "who reviewed it"


ABOUT_THE_THING = frozenset({Who.INVITED, Who.REVIEWED, Who.REVIEWER})  # not known before the thing is read


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may, any of them, and what it is that others may not: "post a digest"."""

    who: tuple[Who, ...] = (Who.ANYONE,)
    what: str = ""

    @property
    def is_about_the_thing(self) -> bool:
        """Whether it can only be judged by whoever has read what it is about."""
        return not ABOUT_THE_THING.isdisjoint(self.who)


@dataclass(frozen=True, slots=True)
class Team:
    """Whom the settings name."""

    leads: Collection[str]
    reviewers: Collection[str]


ANYONE = Rule()


def leads(what: str) -> Rule:
    """Leads alone may do this."""
    return Rule((Who.LEADS,), what)


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(
        (
            *("/ticket", "/ticket help", "/ticket new", "/ticket show", "/ticket list", "/ticket take"),
            *("/ticket assign", "/ticket reply", "/ticket customer", "/ticket pending", "/ticket open"),
            *("/ticket solve", "/ticket close", "/ticket reopen", "/ticket priority", "/ticket csat", "/ticket undo"),
            *("/tag help", "/tag T-12", "/tag report"),
            *("/escalate", "/escalate help", "/escalate T-12", "/escalate list", "/escalate history"),
            *("/sla", "/sla help", "/sla T-12", "/sla policy"),
            *("/digest help", "/digest weekly", "/digest schedule"),
            *("/calibrate help", "/calibrate status", "/calibrate history"),
            "/review help",
        ),
        ANYONE,
    ),
    "/digest weekly post": leads("post a digest"),
    "/calibrate start": leads("start a calibration"),
    "/calibrate close": leads("close a calibration"),
    **dict.fromkeys(
        (
            *("button ticket_show", "button ticket_list_previous", "button ticket_list_next", "button ticket_take"),
            *("button ticket_reply", "button ticket_pending", "button ticket_open", "button ticket_solved"),
            *("button ticket_closed", "button ticket_undo", "button ticket_escalate"),
            *("button tag_meant_*", "button tag_choose", "button tag_report_*"),
            *("button sla_mine", "button sla_snooze", "button sla_replied", "button sla_no_reply"),
            *("button sla_assign", "button sla_cause_*"),
            *("button escalation_add_row", "button escalation_remove_row"),
            *("button escalation_offer_taken", "button escalation_offer_dismissed"),
            *("button escalation_acknowledge", "button escalation_decline"),
            *("button escalation_hand_back", "button escalation_resolve"),
            *("button digest_avoidable", "button digest_unavoidable", "button digest_claim", "button digest_done"),
        ),
        ANYONE,
    ),
    "button sla_waive": leads("excuse a breach"),
    **dict.fromkeys(
        ("button calibration_post", "button calibration_change", "button calibration_cancel"),
        leads("start a calibration"),
    ),
    **dict.fromkeys(
        ("button calibration_score", "button calibration_save_draft", "window calibration_score"),
        Rule((Who.INVITED,), "score in a calibration"),
    ),
    **dict.fromkeys(
        (
            *("button calibration_agree", "window calibration_agree"),
            *("button calibration_note", "window calibration_note"),
        ),
        Rule((Who.LEADS, Who.INVITED), "say what was agreed on"),
    ),
    "window calibration_change": leads("start a calibration"),
    **dict.fromkeys(
        (
            *("/review T-12", "/review queue"),
            *("button review_score", "button review_save_draft", "window review_scorecard"),
        ),
        Rule((Who.REVIEWERS,), "review tickets"),
    ),
    "/review show": Rule((Who.LEADS, Who.REVIEWED, Who.REVIEWER), "read a review"),
    **dict.fromkeys(
        ("button review_reply", "window review_reply"),
        Rule((Who.REVIEWED,), "reply to a review"),
    ),
    **dict.fromkeys(
        (
            *("window ticket_new", "window ticket_solve", "window ticket_missing", "window tag_window"),
            *("window sla_assign", "window escalation_open", "window escalation_which"),
            *("window escalation_declined", "window escalation_handed_back", "window escalation_resolved"),
        ),
        ANYONE,
    ),
    "window sla_waive": leads("excuse a breach"),
    "home": ANYONE,
}


def rule_of(name: str) -> Rule:
    """The rule for `/word form`, `button ID`, `window ID` or `home`; raises LookupError where there is none.

    A line that ends in `*` holds for a numbered or named family, such as `button tag_meant_*`.
    """
    found = RULES.get(name) or RULES.get(f"{name.rpartition('_')[0]}_*")
    if found is None:
        raise LookupError(f"domain/roles.py has no line for {name!r}, so nobody may do it")
    return found


def is_allowed(name: str, person: str, team: Team, concerned: Collection[str] = ()) -> bool:
    """Whether the person may. `concerned` has those of the thing whom the line speaks of, such as who was invited."""
    belongs = {
        Who.ANYONE: True,
        Who.LEADS: person in team.leads,
        Who.REVIEWERS: person in team.reviewers,
        **dict.fromkeys(ABOUT_THE_THING, person in concerned),
    }
    return any(belongs[one] for one in rule_of(name).who)


def must_be_allowed(name: str, person: str, team: Team, concerned: Collection[str] = ()) -> None:
    """Raise NotAllowed unless the person may, as `is_allowed` has it."""
    if not is_allowed(name, person, team, concerned):
        rule = rule_of(name)
        raise NotAllowed(" or ".join(rule.who), rule.what)

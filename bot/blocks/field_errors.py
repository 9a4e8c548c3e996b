"""What is wrong at a field of a window, and what to do about it."""

NO_SUBJECT = "A ticket needs a subject."
NO_LINK = "A link starts with https:// and has no spaces."
NO_CATEGORY = "A tag starts with a category."
OLD_CATEGORY = "That category is used no longer. Please choose another."
NO_PERSON = "Choose a person."
NO_REASON = "A reason is needed: it is shown wherever the figures are."
NO_ANSWER = "Those who asked read this: a line at least."
NOT_SAID_BY_WHAT = "Choose what would have avoided it."
NO_DIMENSION = "Choose the dimension it is about."
NO_NOTE = "Say what was agreed, in a sentence."
NO_REPLY = "Say in a line what you want them to know."
RESULT_ALONE = "Say what was done, to come to that result."
HANDOFF_NEEDS = {
    "trigger": "Choose why it is escalated.",
    "summary": "Say in a line what the issue is.",
    "needed": "Say what you need from them.",
    "expected": "Say what the customer expects.",
}

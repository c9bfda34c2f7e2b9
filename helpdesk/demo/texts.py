"""What the demo's people write to each other."""

PROBLEMS = [
    (
        "Invoices fail with an error",
        "Every invoice we send since this morning ends with 'Something went wrong'.",
    ),
    ("Contacts import stops half-way", "The CSV import stops at row 1,200 of 3,500 and says nothing."),
    ("Dashboard shows last month's figures", "The sales dashboard has not moved since the end of the month."),
    ("Cannot sign in after password change", "Two colleagues changed their passwords and are locked out."),
    ("E-mail campaign was sent twice", "Our newsletter reached the same people two times within an hour."),
    (
        "Search finds nothing for Sinhala names",
        "Searching for names in Sinhala script returns an empty list.",
    ),
    ("Deal stages disappear on the phone", "On Android the pipeline shows three of our seven stages."),
    ("Report export is empty", "The quarterly report downloads as a file with headings only."),
    ("Calendar sync is an hour off", "Meetings made in the CRM appear an hour late in our calendars."),
    (
        "How do we archive old leads?",
        "We would like to archive leads older than two years. Is there a bulk way?",
    ),
    ("System very slow since noon", "Each page takes more than twenty seconds, for everybody in the office."),
    ("Whole application is down", "Nobody can open the application: the page stays white."),
    ("Wrong tax on quotations", "Quotations use the old tax rate although the settings show the new one."),
    ("Attachment cannot be opened", "PDF files attached to deals cannot be opened; images can."),
    ("Request: a field for the branch", "Could contacts have a field for the branch they belong to?"),
]
STEPS = "1. Sign in\n2. Open the page\n3. Press the button\n4. The error appears"
ANSWERS = [
    "Thank you for the report. We can see the fault in our logs and are working on it.",
    "Thanks, we have reproduced this and handed it to the people who own that part.",
    "We have found the cause and are preparing a correction.",
    "Sorry for the trouble. A colleague is looking into it right now.",
]
QUESTIONS = [
    "Could you tell us which browser you use, and when it began?",
    "Would you send us a screenshot of the message?",
    "Does it happen for everybody, or for one person only?",
]
CLIENT_ANSWERS = [
    "It happens for all of us, in Chrome. It began this morning.",
    "Here is what it says: 'Unexpected end of data'.",
    "Only for the two of us in accounts, as far as we know.",
]
NOTES = ["Same symptom as last month's import fault.", "Checked the logs: a time-out in the export job."]
SOLUTIONS = [
    "This is corrected since a few minutes ago. Please try again, and reopen the ticket if anything is left.",
    "We have repaired the data and added a check, so that it cannot happen again.",
    "The setting was on the old value for your organisation; it is right now.",
]
FEEDBACK = [
    ("yes", "Quick and clear, thank you."),
    ("yes", ""),
    ("yes", "Solved at once."),
    ("partly", "It works again, but it took longer than promised."),
    ("no", "The same error came back the next day."),
]
ESCALATION_REASONS = ["Our month-end closing depends on this.", "Our management asks for a date."]
SEVERITY_REASONS = [
    "More people are affected than we knew.",
    "There is a way around it, so it is less urgent.",
]
SINCE = ["This morning", "Since the update on Friday", "About two hours ago", "We noticed it today"]
AFFECTED = ["Everybody", "The accounts team (4 people)", "Two colleagues", "Only me"]

"""Where the document cannot say all that the contract says."""

import re

import schemathesis

# What is wrong with input of the right form: who it is about, or what it lacks beside it.
BEYOND_SCHEMAS = [
    r'Invalid pk "-?\d+" - object does not exist\.',
    r'This field and "\w+" must be given together\.',
    r"Enter a valid username\. This value may contain only letters, numbers, and @/\./\+/-/_ characters\.",
    r"Enter a valid email address\.",
    r"A user with that username already exists\.",
    r"The password is too similar to the username\.",
    r"This password is too common\.",
    r"Your old password was entered incorrectly\. Please enter it again\.",
    r"You cannot take this from yourself\.",
    r"This type cannot be switched off\.",
    r"This time must be in the future\.",
    r'(?s)There is no active user (with the external id )?".*"\.',
    r"A service user has no password\.",
    # A pattern of the document cannot name control characters.
    r"Enter a valid URL: http://, https:// or an absolute path\.",
    r'Give exactly one of "id", "username" and "external_id"\.',
    r"This type must be on by default, because users cannot disable it\.",
    r"There may be no more than 200 types of your own\.",
]

# What is wrong with one member alone.
OF_MEMBERS = [
    # It is an object of any form.
    ("meta_info", "Null characters are not allowed."),
    # It or `recipients`.
    ("assigned_to", "This field is required."),
    # Persons have one, services have none.
    ("password", "This field is required."),
    # The maximum depends on a setting.
    ("ttl_seconds", "Ensure this value is less than or equal to 14400."),
]

# Strings with known values: a later version knows more of them.
OPEN = ("notification_type", "type", "scopes", "kind")
UNKNOWN = r'(".*" is not a valid choice|Choose one of [A-Za-z_:, ]+|The name of a type has .*)\.'


@schemathesis.check
def valid_input_is_refused_for_what_no_schema_can_say(ctx, response, case):
    is_valid = case.meta is not None and case.meta.generation.mode.is_positive
    if not is_valid or response.status_code != 400:
        return
    for field, messages in response.json().get("errors", {"": ["no field is named"]}).items():
        for message in messages:
            known = any(re.fullmatch(text, message) for text in BEYOND_SCHEMAS)
            known = known or (field, message) in OF_MEMBERS
            # The preferences have a member for each type, and staff define types.
            known = known or message == f'"{field[:100]}" is not a valid choice.'
            known = known or (field in OPEN and re.fullmatch(UNKNOWN, message, re.DOTALL))
            assert known, f"valid input is refused: {field}: {message}"


@schemathesis.hook
def filter_case(context, case):
    query = case.query or {}
    # An object or a list is written as other parameters, or as none.
    is_written = not any(isinstance(value, (dict, list)) for value in query.values())
    # A parameter without a value counts as absent. A size of a page is never refused: it is
    # clamped, or the usual one where it is no number.
    return is_written and "" not in query.values() and is_size(query.get("page_size", 1))


def is_size(value):
    text = str(value)
    return bool(re.fullmatch(r"[0-9]{1,3}", text)) and 1 <= int(text) <= 100

"""What is logged: one JSON line per event, in UTC, and never a key, password, session or token."""

import json
import logging
import re
import time

HIDDEN = "〈伏せ字〉"
# More than this of one message says nothing more, and visitors can make any message long.
LONGEST, LONGEST_TRACEBACK = 10_000, 20_000
_TIE = r"['\"]?\s*(?:[:=：は「]\s*)+['\"「]?"
_SECRETS = (
    # An authentication key after its label, in one piece or in groups: 認証キー Z28Y-UE4J-3Bux, key=Z28YUE4J3Bux.
    re.compile(
        rf"(?i)((?:認証キー|\bkey)(?:{_TIE}|\s+)(?:%\w\w)*)[0-9a-z]{{4}}(?:[-\s]?[0-9a-z]{{4}}){{2}}(?![0-9a-z])"
    ),
    # A key that somebody put into the address of the look-up.
    re.compile(r"(?i)(/verify/+)(?=[^\s/?\"']{8,24}(?:[\s/?\"']|$))(?![0-9a-f]{8}-)[^\s/?\"']+"),
    # The token of an invitation in an address, also of an address inside another one.
    re.compile(r"(?i)((?:/|%2f)invitation(?:/|%2f)+)[^\s/?&\"'%]+"),
    # A quoted value, spaces included.
    re.compile(r"""(?i)(\b(?:key|password|sessionid|csrf\w{0,40}|authorization)['"]?\s*[:=]\s*(['"])).+?(?=\2)"""),
    # Whatever else follows the label of a secret, up to the end of the value.
    re.compile(rf"(?i)((?:認証キー|\bkey|password|sessionid|csrf\w{{0,40}}){_TIE})[^\s'\",;&}}」]+"),
    # The row that a constraint of the database refused: names, addresses and sums of a customer.
    re.compile(r"(DETAIL:\s+Failing row contains )\(.*?\)(?=\.?(?:\n|$))", re.DOTALL),
    # A header that authorises: its scheme and its credentials.
    re.compile(rf"(?i)(authorization{_TIE})(?:(?:basic|bearer|digest)\s+)?[^\s'\",;}}]+"),
)


def redacted(text: str) -> str:
    """Put 〈伏せ字〉 in the place of every secret that follows its label."""
    for pattern in _SECRETS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


def _cut(text: str, limit: int) -> str:
    """Leave the beginning and the end of a text that is too long: of a traceback the end says what went wrong."""
    half = limit // 2
    return text if len(text) <= limit else f"{text[:half]} … {text[-half:]}"


class Redact(logging.Filter):
    """Hide secrets in a message before any handler writes it, arguments included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(_cut(record.getMessage(), LONGEST)), ()
        return True


class Lines(logging.Formatter):
    """Write one JSON object per line: moment (UTC), level, logger, text. Line breaks inside are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text = redacted(_cut(f"{text}\n{self.formatException(record.exc_info)}", LONGEST_TRACEBACK))
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return json.dumps(
            {"at": moment, "level": record.levelname, "from": record.name, "text": text}, ensure_ascii=False
        )

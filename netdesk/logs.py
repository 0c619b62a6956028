"""What is logged: one JSON line per event, in UTC, and never a key, password, session or token."""

import json
import logging
import re
import time

HIDDEN = "〈伏せ字〉"
_TIE = r"['\"]?\s*(?:[:=：は「]\s*)+['\"「]?"
_SECRETS = (
    # An authentication key after its label, in one piece or in groups: 認証キー Z28Y-UE4J-3Bux, key=Z28YUE4J3Bux.
    re.compile(
        rf"(?i)((?:認証キー|\bkey)(?:{_TIE}|\s+)(?:%\w\w)*)[0-9a-z]{{4}}(?:[-\s]?[0-9a-z]{{4}}){{2}}(?![0-9a-z])"
    ),
    # A key that somebody put into the address of the look-up.
    re.compile(r"(?i)(/verify/+)(?=[^\s/?\"']{8,24}(?:[\s/?\"']|$))(?![0-9a-f]{8}-)[^\s/?\"']+"),
    # A quoted value, spaces included.
    re.compile(r"""(?i)(\b(?:key|password|sessionid|csrf\w*|authorization)['"]?\s*[:=]\s*(['"])).+?(?=\2)"""),
    # Whatever else follows the label of a secret, up to the end of the value.
    re.compile(rf"(?i)((?:認証キー|\bkey|password|sessionid|csrf\w*){_TIE})[^\s'\",;&}}」]+"),
    # A header that authorises: its scheme and its credentials.
    re.compile(rf"(?i)(authorization{_TIE})(?:(?:basic|bearer|digest)\s+)?[^\s'\",;}}]+"),
)


def redacted(text: str) -> str:
    """Put 〈伏せ字〉 in the place of every secret that follows its label."""
    for pattern in _SECRETS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


class Redact(logging.Filter):
    """Hide secrets in a message before any handler writes it, arguments included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), ()
        return True


class Lines(logging.Formatter):
    """Write one JSON object per line: moment (UTC), level, logger, text. Line breaks inside are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text = redacted(f"{text}\n{self.formatException(record.exc_info)}")
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return json.dumps(
            {"at": moment, "level": record.levelname, "from": record.name, "text": text}, ensure_ascii=False
        )

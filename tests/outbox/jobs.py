"""The kinds of job of the tests; apart from the doers, because settings are read before there are models."""

JOBS = {
    "note": "tests.outbox.doers.note",
    "stumble": "tests.outbox.doers.stumble",
    "pass_on": "tests.outbox.doers.pass_on",
    "linger": "tests.outbox.doers.linger",
    "vanish": "tests.outbox.doers.nowhere",
}

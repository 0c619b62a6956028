"""Settings of a process that a test starts beside itself: the test's database, jobs and mail server."""

import json
import os

from tests import settings as ours
from tests.outbox import jobs

_child = json.loads(os.environ["CHILD"])
globals().update({name: value for name, value in vars(ours).items() if name.isupper()})
globals().update(
    DATABASES={"default": ours.DATABASES["default"] | _child["database"]},
    EMAIL_HOST=_child["mail"][0],
    EMAIL_PORT=_child["mail"][1],
    RELAY_INLINE_AFTER=0,
    JOBS=jobs.JOBS,
)

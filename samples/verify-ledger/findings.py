"""What is wrong, and where."""
from typing import NamedTuple, Optional

MOST = 1000


class Finding(NamedTuple):
    code: str
    tenant: Optional[str]
    stream: Optional[str]
    version: Optional[int]
    index: Optional[int]
    detail: str


class Enough(Exception):
    """What follows would say nothing new."""


class Findings(list):
    def add(self, code, detail, event=None, **place):
        """At the event's place, or at what of tenant, stream, version and index is given."""
        members = {member: event and event[member] for member in ("tenant", "stream", "version", "index")}
        self.append(Finding(code, **{**members, **place}, detail=detail))
        if len(self) >= MOST:
            raise Enough

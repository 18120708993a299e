"""Reads a bundle as a stream, once and in order: every entry's name, size and shape is checked before its content is used, nothing is
unpacked, and at most one line or tile is in memory."""
import json
import re
import tarfile
from typing import NamedTuple, Optional

from note import NUMBER, Malformed

SMALL = 1 << 20           # bytes of bundle.json, trust.json or a note
LINE = 16 << 20           # bytes of an event's line: a body of 1 MiB, escaped
PAX = 1 << 16             # bytes of a pax header
FORMAT = "platform-ledger-bundle/1"
EVENT = {"index": int, "epoch": int, "tenant": str, "stream": str, "version": int, "id": str, "type": str, "timestamp": str, "data": (str, None),
         "bdata": (str, None), "correlation": (str, None), "causation": (str, None), "headers": (str, None), "prev": str, "hash": str, "checks": (str, None), "writer": (str, None)}
# In the order in which they stand.
ENTRIES = [re.compile(pattern) for pattern in (
    r"bundle\.json", r"trust\.json", r"checkpoint", r"checkpoints/(0|[1-9][0-9]{0,15})",
    r"tile/([0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", r"events/(0|[1-9][0-9]{0,13})\.jsonl")]


class Bundle(NamedTuple):
    """bundle.json: events with first <= index < size. `epochs` maps an epoch's number to its origin."""
    origin: str
    epochs: dict
    tenant: Optional[str]
    first: int
    size: int


class Header(tarfile.TarInfo):
    """A header that is refused before tarfile acts on it: only plain files, and pax headers of a size that fits into memory."""

    @classmethod
    def frombuf(cls, buf, encoding, errors):
        if len(buf) == 512 and not any(buf):
            return super().frombuf(buf, encoding, errors)
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError:
            raise Malformed("The tar is damaged, or ends too early.") from None
        is_pax = header.type in (tarfile.XHDTYPE, tarfile.XGLTYPE)
        if header.size < 0 or not (is_pax and header.size <= PAX or header.type in (tarfile.REGTYPE, tarfile.AREGTYPE)):
            raise Malformed("The tar has an entry that is neither a plain file nor a small pax header.")
        return header


def entries(file):
    """Yields (kind, groups of its name, size in bytes, file to read from); kind is the number in ENTRIES."""
    last = -1
    with tarfile.open(fileobj=file, mode="r|", tarinfo=Header) as tar:
        while (header := tar.next()) is not None:
            tar.members.clear()  # tarfile keeps every header otherwise
            kind, match = next(((k, m) for k, p in enumerate(ENTRIES) if (m := p.fullmatch(header.name))), (None, None))
            if match is None or header.size < 0 or header.issparse() or not header.isreg():
                raise Malformed(f"The bundle has an entry that doesn't belong there: {header.name!r:.80}.")
            if kind < last or kind != last + 1 and min(kind, last + 1) < 3:
                raise Malformed(f"{header.name} stands in the wrong place.")
            last = kind
            yield kind, match.groups(), header.size, tar.extractfile(header)
    if last < 2:
        raise Malformed("The bundle lacks bundle.json, trust.json or its checkpoint.")


def read_small(file, size, name):
    if size > SMALL:
        raise Malformed(f"{name} is larger than a MiB.")
    return file.read(size)


def read_tile(groups, size, file):
    """-> (level, n, width in hashes, bytes)"""
    level, n = int(groups[0]), int(groups[1].replace("x", "").replace("/", ""))
    width = int(groups[2] or 256)
    if width > 256 or groups[2] == "256" or size != 32 * width or groups[1].startswith("x000/"):
        raise Malformed(f"Tile {level}/{n} hasn't the size that its name says.")
    return level, n, width, file.read(size)


def read_lines(file, name):
    """The objects of a .jsonl file, each checked to be an event by its members' types."""
    while line := file.readline(LINE):
        if not line.endswith(b"\n"):
            raise Malformed(f"{name} has a line that is too long or has no end.")
        event = parse_json(line, name)
        check(event, EVENT, name)
        if not all(re.fullmatch("[0-9a-f]{64}", event[member]) for member in ("prev", "hash")):
            raise Malformed(f"{name} has a hash that isn't 64 lower-case hexadecimal digits.")
        yield event


def parse_bundle(data):
    value = parse_json(data, "bundle.json")
    check(value, {"format": str, "origin": str, "epochs": dict, "tenant": (str, None), "from": int, "to": int}, "bundle.json")
    epochs = value["epochs"]
    if value["format"] != FORMAT or not 0 <= value["from"] <= value["to"] or value["origin"] not in epochs.values():
        raise Malformed("bundle.json has another format, a range that isn't one, or an origin that is none of its epochs'.")
    if not all(NUMBER.fullmatch(number) and isinstance(origin, str) for number, origin in epochs.items()):
        raise Malformed("bundle.json has an epoch that isn't a number with an origin.")
    return Bundle(value["origin"], {int(n): origin for n, origin in epochs.items()}, value["tenant"], value["from"], value["to"])


def parse_json(data, name):
    """Strict where parsers differ: no member twice, no NaN, no integer beyond 16 digits, UTF-8 alone."""
    try:
        return json.loads(data.decode(), object_pairs_hook=once, parse_int=integer, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Malformed(f"{name} has JSON that can't be read.") from None


def once(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def integer(text):
    return int(text) if len(text) <= 16 else refuse(text)


def refuse(text):
    raise ValueError(text)


def check(value, shape, name):
    """Holds an object's members to their types; None among them allows null."""
    if not isinstance(value, dict):
        raise Malformed(f"{name} has something that isn't an object.")
    for member, kinds in shape.items():
        kinds = kinds if isinstance(kinds, tuple) else (kinds,)
        if member not in value or (None if value[member] is None else type(value[member])) not in kinds:
            raise Malformed(f"{name} lacks {member}, or has it with another type.")

"""Suite l1: an event's digests from its members, as docs/ledger-format.md has them."""
import hashlib

from note import from_base64


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def f(data):
    data = data.encode() if isinstance(data, str) else data
    return len(data).to_bytes(4, "big") + data


def n(data):
    return b"\0" if data is None else b"\1" + f(data)


def payload(event):
    bdata = None if event["bdata"] is None else from_base64(event["bdata"])
    return sha256(f(event["data"]), n(bdata))


def metadata(event):
    return sha256(n(event["correlation"]), n(event["causation"]), n(event["headers"]))


def genesis(tenant, stream):
    return sha256(b"platform/genesis/l1\0", f(tenant), f(stream))


def event_hash(event, origin, payload, metadata, prev):
    return sha256(
        b"platform/event/l1\0", f(origin), f(event["tenant"]), f(event["stream"]), f(str(event["version"])), f(event["id"]), f(event["type"]),
        f(event["timestamp"]), payload, metadata, prev)

"""Signed notes, checkpoints and verifier keys as in C2SP signed-note, tlog-checkpoint and tlog-cosignature."""
import base64
import binascii
import hashlib
import re
from typing import NamedTuple

import ed25519

LOG_ED25519, LOG_ML_DSA_65 = b"\1", b"\xffML-DSA-65"
WITNESS_ED25519, WITNESS_ML_DSA_44 = b"\4", b"\6"
NAME = re.compile(r"[^\s+]+")
NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


class Malformed(ValueError):
    """The input isn't what the format says; the message is one sentence for people."""


class Line(NamedTuple):
    """A signature line: `signature` is what stands after the key id."""
    name: str
    key_id: bytes
    signature: bytes


class Checkpoint(NamedTuple):
    """A tree head. `text` is what was signed."""
    origin: str
    size: int
    root: bytes
    text: bytes
    lines: list


def from_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise Malformed(f"This isn't base64: {text!r:.60}.") from None
    if base64.b64encode(data).decode() != text:
        raise Malformed(f"This base64 has another spelling: {text!r:.60}.")
    return data


def key_id(name, kind_and_key):
    return hashlib.sha256(name.encode() + b"\n" + kind_and_key).digest()[:4]


def parse_vkey(text):
    """name+id+base64 -> (name, key id, kind and key). The id must be the one that name and key give."""
    name, _, rest = text.partition("+")
    id_text, _, key_text = rest.partition("+")
    if not NAME.fullmatch(name) or not re.fullmatch("[0-9a-f]{8}", id_text):
        raise Malformed(f"This isn't a verifier key: {text!r:.60}.")
    key = from_base64(key_text)
    lengths = {LOG_ED25519: 33, WITNESS_ED25519: 33, WITNESS_ML_DSA_44: 1313}
    if lengths.get(key[:1]) != len(key) or key_id(name, key).hex() != id_text:
        raise Malformed(f"The verifier key {name} has an unknown kind, a wrong length or a wrong id.")
    return name, key_id(name, key), key


def parse(data):
    """A signed note -> (text as bytes, lines)."""
    try:
        note = data.decode()
    except UnicodeDecodeError:
        raise Malformed("A note isn't UTF-8.") from None
    split = note.rfind("\n\n")
    signatures = note[split + 2:]
    if split < 0 or not signatures.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", note):
        raise Malformed("This isn't a signed note.")
    lines = []
    for line in signatures[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not NAME.fullmatch(parts[1]):
            raise Malformed("A note has a line that isn't a signature.")
        signature = from_base64(parts[2])
        if len(signature) < 5:
            raise Malformed("A note has a signature line without a signature.")
        lines.append(Line(parts[1], signature[:4], signature[4:]))
    if len(lines) > 100:
        raise Malformed("A note has more than 100 signatures.")
    return note[:split + 1].encode(), lines


def parse_checkpoint(data):
    text, lines = parse(data)
    parts = text.decode()[:-1].split("\n")
    if len(parts) < 3 or "" in parts or not NUMBER.fullmatch(parts[1]):
        raise Malformed("A note isn't a checkpoint.")
    root = from_base64(parts[2])
    if len(root) != 32:
        raise Malformed("A checkpoint's root isn't 32 bytes.")
    return Checkpoint(parts[0], int(parts[1]), root, text, lines)


def signature_of(lines, name, kind_and_key):
    """The signature that the key of that name claims to have made, or None."""
    wanted = name, key_id(name, kind_and_key)
    return next((line.signature for line in lines if (line.name, line.key_id) == wanted), None)


def verify_cosignature(public_key, text, signature):
    """cosignature/v1: an 8-byte time in seconds since 1970, then Ed25519 over header, time and the note's text."""
    if len(signature) != 72 or signature[0] > 127:
        return False
    time = int.from_bytes(signature[:8], "big")
    return ed25519.verify(public_key, b"cosignature/v1\ntime %d\n" % time + text, signature[8:])

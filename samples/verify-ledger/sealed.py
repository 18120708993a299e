#!/usr/bin/env python3
"""What a sealed text says of itself, and whether a key is the one that it commits to, as docs/ledger-format.md has it. The key on standard input, 64 hex
digits, so that it stands in no list of processes. Opening takes AES-256-GCM, which Python lacks: any JOSE library. Exit 0: it's the key, 1: it isn't, 2: no
sealed text, or no key."""
import base64
import json
import sys

from event import f, sha256


def decode(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise ValueError("That's no base64url.")
    return data


def header(token):
    parts = token.split(".")
    if len(parts) != 5 or parts[1]:
        raise ValueError("A sealed text has five parts, and the second is empty.")
    members = json.loads(decode(parts[0]))
    if list(members) != ["alg", "enc", "kid", "sub", "tenant", "event", "property", "salt", "commitment"] or (members["alg"], members["enc"]) != ("dir", "A256GCM"):
        raise ValueError("The header isn't that of a sealed text.")
    return members


def commitment(salt, key_id, key):
    return sha256(b"platform/key-commitment/1\0", f(salt), f(key_id), f(key))


def is_committed(members, key):
    return commitment(decode(members["salt"]), members["kid"], key) == decode(members["commitment"])


def main(token):
    try:
        members, key = header(token), bytes.fromhex(sys.stdin.read().strip())
        if len(key) != 32:
            raise ValueError("A key has 32 bytes.")
        held = is_committed(members, key)
    except ValueError as problem:
        print(f"couldn't run: {problem}", file=sys.stderr)
        return 2
    print(f"{members['property']} of event {members['event']} of tenant {members['tenant']}, of data subject {members['sub']}: "
          f"{'sealed under this key' if held else 'NOT sealed under this key'}, {members['kid']}")
    return 0 if held else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: sealed.py TOKEN < KEY")
    sys.exit(main(sys.argv[1]))

"""Builds honest bundles for the tests from the format document: trees by the RFC's recursion, keys of their own, and tampers of lines."""
import base64
import contextlib
import copy
import functools
import hashlib
import io
import json
import os
import tarfile
import tempfile
import unittest

import ed25519
import merkle
import note
import verify_ledger
from event import event_hash, genesis, metadata, payload

LOG, ORIGIN, ACME, BETA, PLATFORM = "log.example/eu-1", "log.example/eu-1/1", "acme00000000", "beta00000000", "*DEFAULT*"


def b64(data):
    return base64.b64encode(data).decode()


class Signer:
    """RFC 8032 section 5.1.6, from a seed that is SHA-256 of a name."""

    def __init__(self, name=None, seed=None):
        digest = hashlib.sha512(seed or hashlib.sha256(name.encode()).digest()).digest()
        self.scalar, self.prefix = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254, digest[32:]
        self.public = ed25519.encode(ed25519.multiply(self.scalar, ed25519.BASE))

    def sign(self, message):
        r = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % ed25519.L
        big_r = ed25519.encode(ed25519.multiply(r, ed25519.BASE))
        k = int.from_bytes(hashlib.sha512(big_r + self.public + message).digest(), "little") % ed25519.L
        return big_r + ((r + k * self.scalar) % ed25519.L).to_bytes(32, "little")


LOG_KEY, LOG_KEY_2, WRITER, WRITER_2, WITNESS, STRANGER = map(Signer, ("log", "log 2", "writer", "writer 2", "witness", "stranger"))


def tree_root(leaves):
    """MTH of RFC 6962 section 2.1, over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree_root(leaves[:k]) + tree_root(leaves[k:])).digest()


def tile_path(level, n, width):
    digits = f"{n:03}".zfill((len(str(n)) + 2) // 3 * 3)
    parts = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    return f"tile/{level}/" + "/".join(["x" + part for part in parts[:-1]] + parts[-1:]) + ("" if width == 256 else f".p/{width}")


def signature_line(name, kind, key, signature):
    return f"\u2014 {name} {b64(note.key_id(name, kind + key) + signature)}\n"


class Log:
    """A log with its events' lines; hashes are those of the bodies until a tamper says otherwise."""

    def __init__(self):
        self.lines, self.heads, self.writer, self.origins = [], {}, None, {1: ORIGIN}

    def append(self, tenant, stream, type, data="{}", epoch=1, version=None, sign=None, **members):
        last, prev = self.heads.get((tenant, stream), (0, genesis(tenant, stream)))
        index = len(self.lines)
        line = {"index": index, "epoch": epoch, "tenant": tenant, "stream": stream, "version": version or last + 1, "id": f"00000000-0000-7000-8000-{index:012x}",
                "type": type, "timestamp": "2026-11-24T12:00:00.000001Z", "data": data, "bdata": None, "correlation": "c", "causation": None,
                "headers": '{"user": "Zo\u00eb"}', "prev": prev.hex(), "writer": None, **members}
        self.seal(line, sign or (self.writer if type.startswith(("audit.", "identity.")) else None))
        self.heads[tenant, stream] = line["version"], bytes.fromhex(line["hash"])
        self.lines.append(line)
        return line

    def seal(self, line, signer=None):
        digests = payload(line), metadata(line)
        line["checks"] = digests[0][:4].hex() + digests[1][:4].hex()
        hash = event_hash(line, self.origins[line["epoch"]], *digests, bytes.fromhex(line["prev"]))
        line["hash"] = hash.hex()
        if signer:
            line["writer"] = b64(note.key_id(LOG + "/writer", b"\1" + signer.public) + signer.sign(b"platform/writer/l1\0" + hash))

    def register(self, role, signer, algorithm="Ed25519"):
        self.writer = signer if role == "writer" else self.writer
        return self.append(PLATFORM, "keys", "audit.key-registered", json.dumps({"role": role, "algorithm": algorithm, "publicKey": b64(signer.public)}))

    def rotate(self, role, old, new, signed_by=None):
        text = f"platform/key-rotation/l1\n{role}\nEd25519\n{b64(old.public)}\n{b64(new.public)}\n".encode()
        self.writer = new if role == "writer" else self.writer
        return self.append(PLATFORM, "keys", "audit.key-rotated", json.dumps({
            "role": role, "algorithm": "Ed25519", "publicKey": b64(new.public), "previous": b64(old.public), "signature": b64(new.sign(text)),
            "previousSignature": b64((signed_by or old).sign(text))}))

    def leaves(self, size=None):
        return [merkle.leaf(bytes.fromhex(line["hash"])) for line in self.lines[:size]]

    def refix(self, edited):
        """Gives an event, and those that follow it in its stream, the prev and hash that the bodies have now."""
        prev = None
        for line in self.lines:
            if (line["tenant"], line["stream"]) == (edited["tenant"], edited["stream"]):
                if line["index"] >= edited["index"]:
                    line["prev"] = prev.hex() if prev else line["prev"]
                    self.seal(line)
                prev = bytes.fromhex(line["hash"])

    def checkpoint(self, size=None, signer=LOG_KEY, witness=None, origin=ORIGIN, extra="", root=None):
        size = len(self.lines) if size is None else size
        text = f"{origin}\n{size}\n{b64(root or tree_root(self.leaves(size)))}\n"
        lines = signature_line(origin, b"\1", signer.public, signer.sign(text.encode())) + extra
        if witness:
            signed = b"cosignature/v1\ntime 1700000000\n" + text.encode()
            lines += signature_line("witness.example/w1", b"\4", witness.public, (1700000000).to_bytes(8, "big") + witness.sign(signed))
        return f"{text}\n{lines}"

    def tiles(self, first=0):
        hashes, level, tiles = self.leaves(), 0, {}
        while hashes:
            for n in range(0 if level else first // 256, (len(hashes) + 255) // 256):
                part = hashes[256 * n:256 * n + 256]
                tiles[tile_path(level, n, len(part))] = b"".join(part)
            hashes = [tree_root(hashes[i:i + 256]) for i in range(0, len(hashes) - 255, 256)]
            level += 1
        return tiles

    def parts(self, tenant=None, first=0, trust=None, earlier=(), checkpoint=None, origin=ORIGIN):
        """The bundle's entries by name, in order."""
        bundle = {"format": "platform-ledger-bundle/1", "origin": origin, "epochs": {str(n): o for n, o in self.origins.items()}, "tenant": tenant, "from": first,
                  "to": len(self.lines), "created": "2026-11-24T12:00:01.000000Z"}
        parts = {"bundle.json": json.dumps(bundle).encode(), "trust.json": json.dumps(trust or trusting()).encode(), "checkpoint": (checkpoint or self.checkpoint()).encode()}
        for size in earlier:
            parts[f"checkpoints/{size}"] = self.checkpoint(size).encode()
        parts.update(self.tiles(first))
        for line in self.lines[first:]:
            if tenant in (None, line["tenant"]) or line["type"].startswith("audit.key-"):
                name = f"events/{line['index'] // 256}.jsonl"
                parts[name] = parts.get(name, b"") + json.dumps(line).encode() + b"\n"
        return parts


def key(role, signer, first=0, last=None, origin=ORIGIN, algorithm="Ed25519"):
    return {"name": origin if role == "log" else LOG + "/writer", "role": role, "algorithm": algorithm, "publicKey": b64(getattr(signer, "public", signer)),
            "fromSize": first, "toSize": last}


def trusting(*keys, **members):
    return {"keys": list(keys) or [key("log", LOG_KEY), key("writer", WRITER, 2)], "witnesses": [], "quorum": None, "hybridFrom": None, "checkpoint": None, **members}


def honest(events=300):
    return copy.deepcopy(make_honest(events))


@functools.lru_cache(maxsize=None)
def make_honest(events):
    """Two keys, then streams of two tenants in turns, some of it signed by the writer."""
    log = Log()
    log.register("log", LOG_KEY)
    log.register("writer", WRITER)
    for i in range(events - 2):
        if i % 60 == 50:
            log.append(PLATFORM, "roles", "identity.role-granted", json.dumps({"n": i}))
        else:
            log.append(ACME if i % 2 else BETA, f"stream-{i % 7}", "content.item-edited", json.dumps({"text": f"n\u00b0 {i} \U0001f30d"}, ensure_ascii=False),
                       bdata=b64(b"\0\1") if i % 5 == 0 else None)
    return log


def tar(parts):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in parts.items() if isinstance(parts, dict) else parts:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


def edit(parts, at, **members):
    """Edits an event's line as it stands in the bundle, and nothing else."""
    rewrite(parts, at, lambda line: [{**line, **members}])


def rewrite(parts, index, change):
    name = f"events/{index // 256}.jsonl"
    lines = [json.loads(line) for line in parts[name].splitlines()]
    parts[name] = b"".join(json.dumps(new).encode() + b"\n" for line in lines for new in (change(line) if line["index"] == index else [line]))


def run(bundle, trust=None):
    """-> (exit code, the JSON, what stands on standard error)"""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("bundle.tar", "trust.json")]
        with open(paths[0], "wb") as file:
            file.write(bundle if isinstance(bundle, bytes) else tar(bundle))
        with open(paths[1], "w", encoding="utf-8") as file:
            json.dump(trust, file)
        out, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = verify_ledger.main([paths[0], "--json", *(["--trust", paths[1]] if trust else [])])
        return code, json.loads(out.getvalue() or "{}"), errors.getvalue()


def insert(parts, earlier, **replaced):
    """With earlier checkpoints, which stand between the checkpoint and the tiles."""
    merged = {}
    for name, data in {**parts, **replaced}.items():
        merged[name] = data
        if name == "checkpoint":
            merged.update(earlier)
    return merged


def inclusion(index, leaves):
    """PATH of RFC 6962 section 2.1.1."""
    if len(leaves) < 2:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return inclusion(index, leaves[:k]) + [tree_root(leaves[k:])] if index < k else inclusion(index - k, leaves[k:]) + [tree_root(leaves[:k])]


def consistency(old, leaves, is_whole=True):
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old == len(leaves):
        return [] if is_whole else [tree_root(leaves)]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= k:
        return consistency(old, leaves[:k], is_whole) + [tree_root(leaves[k:])]
    return consistency(old - k, leaves[k:], False) + [tree_root(leaves[:k])]


class Case(unittest.TestCase):
    def finds(self, bundle, code, trust=None, **place):
        """Exactly this finding, at this place: a line of the log as event=, or single members."""
        event = place.pop("event", {})
        expected = {member: event.get(member) for member in ("tenant", "stream", "version", "index")}
        exit_code, result, errors = run(bundle, trust)
        self.assertEqual(exit_code, 1, errors)
        self.assertEqual([{**finding, "detail": ""} for finding in result["findings"]], [{"code": code, **expected, **place, "detail": ""}], result)

    def clean(self, bundle, trust=None, checked=None):
        exit_code, result, errors = run(bundle, trust)
        self.assertEqual((exit_code, result.get("findings")), (0, []), errors)
        if checked is not None:
            self.assertEqual(result["checked"], checked)

    def refused(self, bundle, trust=None, says=""):
        exit_code, result, errors = run(bundle, trust)
        self.assertEqual((exit_code, result), (2, {}), errors)
        self.assertIn(says, errors)
        self.assertNotIn("Traceback", errors)

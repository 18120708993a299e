"""python3 -m unittest, in this folder. Bundles are built here from the format document, with trees by the RFC's recursion and keys of
their own; each test applies one tamper and expects one finding and its place."""
import base64
import contextlib
import copy
import functools
import gzip
import hashlib
import io
import json
import os
import random
import tarfile
import tempfile
import unittest

import ed25519
import merkle
import note
import verify_ledger
from event import event_hash, genesis, metadata, payload

HERE = os.path.dirname(os.path.abspath(__file__))
ACCEPTANCE = os.path.join(HERE, "..", "..", "..", "shared", "acceptance", "ledger")
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


class HonestBundles(Case):
    def test_an_honest_log_gives_no_finding_at_any_size_around_a_tile(self):
        for size in (2, 255, 256, 257, 513):
            with self.subTest(size):
                self.clean(honest(size).parts(earlier=(1, size // 2, size)), checked=size)

    def test_an_empty_log_gives_none(self):
        self.clean(Log().parts(), checked=0)

    def test_a_tenants_bundle_has_its_events_and_the_keys(self):
        log = honest()
        self.clean(log.parts(tenant=ACME), checked=2 + sum(line["tenant"] == ACME for line in log.lines))

    def test_a_bundle_of_what_was_added_begins_within_a_tile(self):
        log = honest(600)
        for first in (1, 256, 300, 600):
            with self.subTest(first):
                self.clean(log.parts(first=first), checked=600 - first)
                self.clean(log.parts(first=first, tenant=BETA))

    def test_tombstones_leave_gaps(self):
        log = honest(4)
        for version in (1, 2, 7, 8):
            log.append(ACME, "tombstones", "tombstone", version=version)
        self.clean(log.parts())

    def test_events_before_the_writers_registration_are_unsigned(self):
        log = Log()
        log.append(PLATFORM, "roles", "identity.role-granted")
        log.register("log", LOG_KEY)
        log.register("writer", WRITER)
        self.clean(log.parts(trust=trusting(key("log", LOG_KEY), key("writer", WRITER, 3))))

    def test_rotations_extend_an_older_trust_file(self):
        log = honest(20)
        log.rotate("writer", WRITER, WRITER_2)
        log.append(PLATFORM, "keys", "audit.exported")
        log.rotate("log", LOG_KEY, LOG_KEY_2)
        log.append(ACME, "stream-1", "content.item-edited")
        self.clean(log.parts(checkpoint=log.checkpoint(signer=LOG_KEY_2), earlier=(22,)), trusting())
        self.clean(log.parts(tenant=ACME, checkpoint=log.checkpoint(signer=LOG_KEY_2)), trusting())

    def test_a_reopened_log_goes_on_under_its_new_origin(self):
        log, second = honest(20), LOG + "/2"
        log.origins[2] = second
        log.append(PLATFORM, "reopened", "audit.log-reopened", epoch=2)
        trust = trusting(key("log", LOG_KEY, 0, 20), key("log", LOG_KEY, 21, origin=second), key("writer", WRITER, 2))
        self.clean(log.parts(origin=second, checkpoint=log.checkpoint(origin=second), earlier=(20,), trust=trust))

    def test_a_quorum_of_witnesses_is_counted(self):
        log, name = honest(5), "witness.example/w1"
        witnesses = [{"name": "w1", "key": f"{name}+{note.key_id(name, bytes([4]) + WITNESS.public).hex()}+{b64(bytes([4]) + WITNESS.public)}"},
                     {"name": "pq", "key": f"pq.example+{note.key_id('pq.example', bytes([6]) + bytes(1312)).hex()}+{b64(bytes([6]) + bytes(1312))}"}]
        signed, quorum = log.parts(checkpoint=log.checkpoint(witness=WITNESS)), {"threshold": 1, "members": ["w1", "pq"]}
        both = log.parts(checkpoint=log.checkpoint(witness=WITNESS, extra=signature_line("pq.example", b"\6", bytes(1312), bytes(2428))))
        self.clean(signed, trusting(witnesses=witnesses, quorum=quorum))
        self.finds(log.parts(), "NO_QUORUM", trusting(witnesses=witnesses, quorum="w1"))
        self.finds(signed, "NO_QUORUM", trusting(witnesses=witnesses, quorum={**quorum, "threshold": 2}))
        self.refused(both, trusting(witnesses=witnesses, quorum={**quorum, "threshold": 2}), "ML-DSA-44")
        self.refused(signed, trusting(witnesses=witnesses, quorum="nobody"))
        self.refused(signed, trusting(witnesses=witnesses, quorum={"threshold": 2, "members": ["w1", "w1"]}))
        late = b"\xff" * 8 + WITNESS.sign(b"cosignature/v1\ntime 18446744073709551615\n" + signed["checkpoint"].split(b"\n\n")[0] + b"\n")
        extra = signature_line("witness.example/w1", b"\4", WITNESS.public, late)
        self.finds(log.parts(checkpoint=log.checkpoint(extra=extra)), "BAD_CHECKPOINT_SIGNATURE", trusting(witnesses=witnesses, quorum="w1"))
        false = signed["checkpoint"].decode().splitlines()
        false[-1] = signature_line("witness.example/w1", b"\4", WITNESS.public, bytes(72)).rstrip()
        self.finds({**signed, "checkpoint": "\n".join(false + [""]).encode()}, "BAD_CHECKPOINT_SIGNATURE", trusting(witnesses=witnesses, quorum="w1"))


class Tampers(Case):
    def setUp(self):
        self.log = honest()
        self.parts = self.log.parts()
        self.line = self.log.lines[100]
        self.stream = [line for line in self.log.lines if (line["tenant"], line["stream"]) == (self.line["tenant"], self.line["stream"])]
        self.at = self.stream.index(self.line)

    def test_an_edited_payload(self):
        edit(self.parts, 100, data='{"text": "forged"}')
        self.finds(self.parts, "PAYLOAD_MISMATCH", event=self.line)
        edit(self.parts, 100, data=self.line["data"], bdata="")
        self.finds(self.parts, "PAYLOAD_MISMATCH", event=self.line)

    def test_edited_metadata(self):
        for members in ({"correlation": None}, {"causation": ""}, {"headers": "{}"}):
            edit(self.parts, 100, **{**self.line, **members})
            self.finds(self.parts, "META_MISMATCH", event=self.line)

    def test_an_edited_body_of_a_bundle_without_digests(self):
        edit(self.parts, 100, data="{}", checks=None)
        self.finds(self.parts, "LEAF_MISMATCH", event=self.line)

    def test_an_edited_member_under_the_hash(self):
        for members in ({"timestamp": "2026-11-24T12:00:00.000002Z"}, {"type": "content.item-erased"}, {"id": "00000000-0000-7000-8000-ffffffffffff"},
                        {"version": 9}, {"version": 1}, {"hash": "0" * 64}, {"prev": "0" * 64}, {"stream": "stream-6"}, {"epoch": 2}):
            edit(self.parts, 100, **{**self.line, **members})
            self.finds(self.parts, "LEAF_MISMATCH", event={**self.line, **members})

    def test_a_row_edited_with_its_hash_or_every_later_one(self):
        line = dict(self.line, data='{"text": "forged"}')
        self.log.seal(line)
        edit(self.parts, 100, **line)
        self.finds(self.parts, "ROOT_MISMATCH", index=100)
        self.line["data"] = '{"text": "forged"}'
        self.log.refix(self.line)
        self.finds({**self.log.parts(), **honest().tiles(), "checkpoint": self.parts["checkpoint"]}, "ROOT_MISMATCH", index=100)

    def test_leaves_swapped_across_streams(self):
        edit(self.parts, 100, **{**self.log.lines[101], "index": 100})
        edit(self.parts, 101, **{**self.log.lines[100], "index": 101})
        self.finds(self.parts, "ROOT_MISMATCH", index=100)

    def test_a_forged_event_in_the_past_shifts_indices(self):
        log = Log()
        log.register("log", LOG_KEY)
        log.register("writer", WRITER)
        log.append(ACME, "forged", "content.item-edited", id="00000000-0000-7000-8000-ffffffffffff")
        for line in honest(299).lines[2:]:
            log.lines.append({**line, "index": line["index"] + 1})
        self.finds({**log.parts(), **self.log.tiles(), "checkpoint": self.parts["checkpoint"]}, "ROOT_MISMATCH", index=2)

    def test_everything_rewritten_under_the_old_checkpoint(self):
        forged = honest()
        forged.lines[270]["data"] = '{"text": "forged"}'
        forged.refix(forged.lines[270])
        old = {f"checkpoints/{size}": self.log.checkpoint(size).encode() for size in (256, 280)}
        parts = forged.parts()
        self.finds({**parts, "checkpoint": self.parts["checkpoint"]}, "ROOT_MISMATCH", index=0)
        self.finds(insert(parts, old, checkpoint=self.parts["checkpoint"]), "ROOT_MISMATCH", index=256)

    def test_what_is_remembered_says_how_far_a_rewritten_log_is_intact(self):
        forged = honest()
        forged.lines[270]["data"] = "{}"
        forged.refix(forged.lines[270])
        parts = {**forged.parts(), "checkpoint": self.parts["checkpoint"]}
        self.finds(parts, "ROOT_MISMATCH", trusting(checkpoint=self.log.checkpoint(256)), index=256)
        self.finds(parts, "ROOT_MISMATCH", trusting(checkpoint=self.log.checkpoint(280)), index=0)

    def test_a_tile_altered(self):
        for name, at, index in (("tile/0/000", 32 * 9, 9), ("tile/0/001.p/44", 0, 256), ("tile/1/000.p/1", 5, 0)):
            tile = bytearray(self.parts[name])
            tile[at] ^= 1
            self.finds({**self.parts, name: bytes(tile)}, "ROOT_MISMATCH", index=index)

    def test_a_middle_event_deleted(self):
        for tenant in (None, self.line["tenant"]):
            parts = self.log.parts(tenant=tenant)
            rewrite(parts, 100, lambda line: [])
            self.finds(parts, "VERSION_GAP", event=self.line)

    def test_a_middle_event_deleted_whose_predecessor_is_before_the_range(self):
        first = self.stream[self.at - 1]["index"] + 1
        for tenant in (None, self.line["tenant"]):
            parts = self.log.parts(first=first, tenant=tenant)
            rewrite(parts, 100, lambda line: [])
            code, result, _ = run(parts)
            self.assertEqual((code, [(f["code"], f["index"]) for f in result["findings"]]), (1, [("VERSION_GAP", 100)]))

    def test_the_tail_of_a_stream_deleted(self):
        last = self.stream[-1]["index"]
        rewrite(self.parts, last, lambda line: [])
        self.finds(self.parts, "MISSING_PAYLOAD", index=last)

    def test_the_last_event_of_the_log_deleted(self):
        rewrite(self.parts, 299, lambda line: [])
        self.finds(self.parts, "MISSING_PAYLOAD", index=299)

    def test_a_payload_deleted(self):
        edit(self.parts, 100, data=None)
        self.finds(self.parts, "MISSING_PAYLOAD", event=self.line)

    def test_two_events_of_a_stream_reordered(self):
        first, second = self.stream[self.at], self.stream[self.at + 1]
        edit(self.parts, first["index"], **{**second, "index": first["index"]})
        edit(self.parts, second["index"], **{**first, "index": second["index"]})
        self.finds(self.parts, "ORDER", event={**first, "index": second["index"]})

    def test_a_log_that_has_them_in_the_wrong_order(self):
        log = honest(10)
        one, two = log.append(ACME, "new", "content.item-edited"), log.append(ACME, "new", "content.item-edited")
        one["index"], two["index"], log.lines[10:] = 11, 10, [two, one]
        self.finds(log.parts(), "ORDER", event=one)

    def test_a_fork_within_a_stream(self):
        forged = self.log.append(self.line["tenant"], self.line["stream"], "content.item-edited", prev=self.stream[0]["hash"])
        self.finds(self.log.parts(), "LEAF_MISMATCH", event=forged)

    def test_a_stream_that_does_not_begin_at_its_genesis(self):
        forged = self.log.append(ACME, "new", "content.item-edited", prev=self.line["hash"])
        self.finds(self.log.parts(), "LEAF_MISMATCH", event=forged)

    def test_a_version_left_out(self):
        forged = self.log.append(ACME, "new", "content.item-edited", version=2)
        self.finds(self.log.parts(), "VERSION_GAP", event=forged, version=1, index=None)

    def test_a_forged_event_at_the_end_of_a_signed_stream(self):
        for members in ({"writer": None}, {"writer": "AAAA"}, {"writer": "no base64"}, {"sign": STRANGER}, {"writer": self.log.lines[1]["writer"]}):
            log, sign = honest(70), members.pop("sign", None)
            forged = log.append(PLATFORM, "roles", "identity.role-granted", sign=sign)
            forged.update(members)
            self.finds(log.parts(), "BAD_WRITER_SIGNATURE", event=forged)

    def test_an_event_signed_with_a_replaced_writer_key(self):
        log = honest(10)
        log.rotate("writer", WRITER, WRITER_2)
        log.append(PLATFORM, "roles", "identity.role-granted", sign=WRITER_2)
        forged = log.append(PLATFORM, "roles", "identity.role-granted", sign=WRITER)
        self.finds(log.parts(), "KEY_EXPIRED", event=forged)

    def test_key_events_without_the_keys_before(self):
        for role, old, new in (("writer", WRITER, WRITER_2), ("log", LOG_KEY, LOG_KEY_2), ("writer", STRANGER, WRITER)):
            log = honest(10)
            forged = log.rotate(role, old, new, signed_by=STRANGER)
            log.seal(forged, WRITER)
            self.finds(log.parts(), "BAD_KEY_ANNOUNCEMENT", event=forged)
        log = honest(10)
        forged = log.rotate("log", LOG_KEY, LOG_KEY_2)
        forged["data"] = json.dumps({**json.loads(forged["data"]), "signature": b64(bytes(64))})
        log.seal(forged, WRITER)
        self.finds(log.parts(), "BAD_KEY_ANNOUNCEMENT", event=forged)
        log = honest(10)
        forged = log.register("log", STRANGER)
        self.finds(log.parts(), "BAD_KEY_ANNOUNCEMENT", event=forged)
        for data in ("{}", "[]", "no JSON", '{"role": "log", "algorithm": "RSA", "publicKey": ""}'):
            log = honest(10)
            forged = log.append(PLATFORM, "keys", "audit.key-registered", data)
            self.finds(log.parts(), "BAD_KEY_ANNOUNCEMENT", event=forged)

    def test_a_checkpoint_of_an_unknown_key_or_altered(self):
        log, text = self.log, self.parts["checkpoint"].decode()
        root = text.split("\n")[2]
        for checkpoint in (log.checkpoint(signer=STRANGER), text.replace("\n300\n", "\n299\n"), text.replace(root, b64(bytes(32))), text.replace("\n\n", "\nextension\n\n"),
                           text.replace(ORIGIN + " ", "other.example ")):
            self.finds({**self.parts, "checkpoint": checkpoint.encode()}, "BAD_CHECKPOINT_SIGNATURE")

    def test_a_hybrid_checkpoint_with_one_signature(self):
        pq, line = bytes(1952), signature_line(ORIGIN, b"\xffML-DSA-65", bytes(1952), bytes(3309))
        keys = key("log", LOG_KEY), key("writer", WRITER, 2), key("log", pq, algorithm="ML-DSA-65")
        hybrid = trusting(*keys, hybridFrom=300)
        self.finds(self.parts, "BAD_CHECKPOINT_SIGNATURE", hybrid)
        self.clean(self.parts, trusting(*keys, hybridFrom=301))
        both = {**self.parts, "checkpoint": self.log.checkpoint(extra=line).encode()}
        self.refused(both, hybrid, "ML-DSA-65")
        self.clean(both, trusting(*keys))
        self.assertIn("ML-DSA-65", run(both, trusting(*keys))[2])
        log = honest(10)
        log.append(PLATFORM, "keys", "audit.key-registered", json.dumps({"role": "log", "algorithm": "ML-DSA-65", "publicKey": b64(pq)}))
        self.refused(log.parts(checkpoint=log.checkpoint(extra=line)), trusting(hybridFrom=11), "ML-DSA-65")
        before = insert(log.parts(checkpoint=log.checkpoint(extra=line)), {"checkpoints/5": log.checkpoint(5, extra=line).encode()})
        self.refused(before, trusting(hybridFrom=5), "ML-DSA-65")
        short = signature_line(ORIGIN, b"\xffML-DSA-65", pq, bytes(3308))
        self.finds({**self.parts, "checkpoint": self.log.checkpoint(extra=short).encode()}, "BAD_CHECKPOINT_SIGNATURE", hybrid)
        edit(both, 100, data="{}")
        self.finds(both, "PAYLOAD_MISMATCH", hybrid, event=self.line)

    def test_a_head_signed_with_a_retired_key(self):
        trust = trusting(key("log", LOG_KEY, 0, 299), key("log", LOG_KEY_2, 300), key("writer", WRITER, 2))
        self.finds(self.parts, "KEY_EXPIRED", trust)
        self.clean({**self.parts, "checkpoint": self.log.checkpoint(signer=LOG_KEY_2).encode()}, trust)
        log = honest(10)
        log.rotate("log", LOG_KEY, LOG_KEY_2)
        self.finds(log.parts(), "KEY_EXPIRED")

    def test_earlier_checkpoints_that_are_forged(self):
        for checkpoint, code in ((self.log.checkpoint(50, signer=STRANGER), "BAD_CHECKPOINT_SIGNATURE"), (self.log.checkpoint(51), "BAD_CHECKPOINT_SIGNATURE"),
                                 (self.log.checkpoint(50, origin="other.example/1"), "WRONG_ORIGIN"), (self.log.checkpoint(50, root=bytes(32)), "INCONSISTENT_HISTORY")):
            self.finds(insert(self.parts, {"checkpoints/50": checkpoint.encode()}), code)

    def test_another_log_signed_under_the_same_size(self):
        forged = honest()
        forged.lines[100]["data"] = "{}"
        forged.refix(forged.lines[100])
        self.finds(forged.parts(), "SPLIT_VIEW", trusting(checkpoint=self.log.checkpoint()))
        self.finds(insert(forged.parts(), {"checkpoints/300": self.parts["checkpoint"]}), "SPLIT_VIEW")
        self.finds(forged.parts(), "INCONSISTENT_HISTORY", trusting(checkpoint=self.log.checkpoint(290)))
        self.finds(insert(forged.parts(), {"checkpoints/290": self.log.checkpoint(290).encode()}), "INCONSISTENT_HISTORY")

    def test_what_the_auditor_remembers_is_contained(self):
        for size in (1, 100, 256, 300):
            self.clean(self.parts, trusting(checkpoint=self.log.checkpoint(size)))

    def test_an_old_checkpoint_shown_as_current(self):
        self.finds(honest(290).parts(), "STALE", trusting(checkpoint=self.log.checkpoint()))

    def test_a_log_that_went_back_to_a_backup(self):
        back = honest(290)
        self.finds(insert(back.parts(), {"checkpoints/300": self.parts["checkpoint"]}), "ROLLBACK")
        second = LOG + "/2"
        back.origins[2] = second
        for _ in range(20):
            back.append(PLATFORM, "reopened", "audit.log-reopened", epoch=2)
        keys = key("log", LOG_KEY, 0, 300), key("log", LOG_KEY, 291, origin=second), key("writer", WRITER, 2)
        parts = back.parts(origin=second, checkpoint=back.checkpoint(origin=second))
        self.clean(parts, trusting(*keys, checkpoint=self.log.checkpoint(290)))
        self.finds(parts, "ROLLBACK", trusting(*keys, checkpoint=self.log.checkpoint()))

    def test_what_is_remembered_within_a_tile_before_the_range_cannot_be_told(self):
        log = honest(600)
        self.refused(log.parts(first=300), trusting(checkpoint=log.checkpoint(100)), "size 100")
        self.clean(log.parts(first=300), trusting(checkpoint=log.checkpoint(256)))

    def test_events_of_another_tenant(self):
        parts = self.log.parts(tenant=self.line["tenant"])
        other = BETA if self.line["tenant"] == ACME else ACME
        edit(parts, 100, tenant=other)
        self.finds(parts, "WRONG_TENANT", event={**self.line, "tenant": other})
        edit(self.parts, 100, tenant=other)
        self.finds(self.parts, "LEAF_MISMATCH", event={**self.line, "tenant": other})

    def test_a_bundle_of_another_log(self):
        self.finds(self.parts, "WRONG_ORIGIN", trusting(key("log", LOG_KEY, origin="other.example/1"), key("writer", WRITER)))
        self.finds({**self.parts, "checkpoint": self.log.checkpoint(origin="other.example/1").encode()}, "WRONG_ORIGIN")
        both = trusting(key("log", LOG_KEY), key("log", LOG_KEY, origin="other.example/1"), key("writer", WRITER, 2))
        other = self.log.checkpoint(50, origin="other.example/1")
        self.finds({**self.parts, "checkpoint": self.log.checkpoint(origin="other.example/1").encode()}, "WRONG_ORIGIN", both)
        self.finds(insert(self.parts, {"checkpoints/50": other.encode()}), "WRONG_ORIGIN", both)
        self.finds(self.parts, "WRONG_ORIGIN", trusting(checkpoint=self.log.checkpoint(50, origin="other.example/1", root=bytes(32))))

    def test_an_event_replayed(self):
        again = self.log.append(self.line["tenant"], self.line["stream"], self.line["type"], id=self.line["id"])
        self.log.append(self.line["tenant"], self.line["stream"], self.line["type"])
        self.finds(self.log.parts(), "DUPLICATE", event=again)
        rewrite(self.parts, 100, lambda line: [line, line])
        self.finds(self.parts, "DUPLICATE", event=self.line)

    def test_the_same_line_sequenced_twice(self):
        self.log.lines.append({**self.line, "index": 300})
        self.finds(self.log.parts(), "DUPLICATE", event=self.log.lines[-1])

    def test_a_thousand_findings_are_enough(self):
        log = honest(1300)
        parts = {name: data for name, data in log.parts().items() if not name.startswith("events/")}
        code, result, errors = run(parts)
        self.assertEqual((code, len(result["findings"]), result["findings"][0]["index"]), (1, 1000, 0))
        self.assertIn("1000", errors)


def insert(parts, earlier, **replaced):
    """With earlier checkpoints, which stand between the checkpoint and the tiles."""
    merged = {}
    for name, data in {**parts, **replaced}.items():
        merged[name] = data
        if name == "checkpoint":
            merged.update(earlier)
    return merged


class MalformedInput(Case):
    """Ends with exit 2 and a sentence."""

    def setUp(self):
        self.parts = honest(260).parts()

    def test_a_tar_cut_anywhere(self):
        whole = tar(self.parts)
        end = len(whole.rstrip(b"\0"))
        for length in (0, 1, 511, 512, 700, 1024, 5000, end // 2, end // 2 // 512 * 512, end - 1, end // 512 * 512, (end + 511) // 512 * 512):
            self.refused(whole[:length])

    def test_what_is_not_a_bundle(self):
        for data in (b"", b"{}", bytes(1024), os.urandom(5000), gzip.compress(tar(self.parts))):
            self.refused(data)

    def test_damage_anywhere_is_never_clean_and_never_a_traceback(self):
        whole, chance = tar(self.parts), random.Random(1)
        end = len(whole.rstrip(b"\0"))
        for _ in range(60):
            damaged = bytearray(whole)
            damaged[chance.randrange(end)] ^= 1 << chance.randrange(8)
            code, _, errors = run(bytes(damaged))
            self.assertNotIn("Traceback", errors)
            self.assertIn(code, (0, 1, 2))

    def test_entries_that_do_not_belong(self):
        for name in ("../bundle.json", "/etc/passwd", "events/../0.jsonl", "events/00.jsonl", "tile/0/x000/000", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256", "other",
                     "tile/0/002", "tile/3/000.p/1", "events/2.jsonl", "checkpoints/01", "events/0.jsonl\n"):
            self.refused({**self.parts, name: b"x\n"})

    def test_entries_twice_missing_or_out_of_order(self):
        items = list(self.parts.items())
        for at in range(len(items)):
            if not items[at][0].startswith("events/"):
                self.refused(items[:at] + items[at + 1:])
            self.refused(items[:at + 1] + items[at:])
        self.refused(items[1:2] + items[:1] + items[2:])
        self.refused(items[:-2] + [items[-1], items[-2]])
        earlier = {"checkpoints/9": honest(260).checkpoint(9).encode()}
        self.clean(insert(self.parts, earlier))
        self.refused({**self.parts, **earlier}, says="place")

    def test_tiles_and_events_under_another_name(self):
        for name, other in (("tile/0/000", "tile/0/x000/000"), ("tile/0/001.p/4", "tile/0/001.p/5"), ("tile/0/001.p/4", "tile/0/001"), ("events/1.jsonl", "events/2.jsonl")):
            self.refused([(other if name == each else each, data) for each, data in self.parts.items()])
        self.refused({**self.parts, "tile/0/001.p/4": self.parts["tile/0/001.p/4"][:-1]})
        first, second = self.parts["events/0.jsonl"], self.parts["events/1.jsonl"]
        one, rest = second.split(b"\n", 1)
        self.refused({**self.parts, "events/0.jsonl": first + one + b"\n", "events/1.jsonl": rest}, says="index 256")

    def test_notes_that_are_not_checkpoints(self):
        text = self.parts["checkpoint"].decode()
        for old, new in (("\n260\n", "\n0260\n"), ("\n260\n", "\n-1\n"), ("\n\n", "\n\nextension\n\n"), ("\n\n", "\n"), ("\u2014", "-"), ("=\n\n", "\n\n"), (ORIGIN + "\n", "\t\n")):
            self.assertIn(old, text)
            self.refused({**self.parts, "checkpoint": text.replace(old, new, 1).encode()})

    def test_links_directories_and_huge_headers(self):
        for kind in (tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE, tarfile.GNUTYPE_LONGNAME):
            entry = tarfile.TarInfo("bundle.json")
            entry.type, entry.linkname = kind, "/etc/passwd"
            self.refused(entry.tobuf() + tar(self.parts))
        huge = tarfile.TarInfo("pax")
        huge.type, huge.size = tarfile.XHDTYPE, 1 << 33
        self.refused(huge.tobuf(tarfile.GNU_FORMAT) + bytes(100000), says="pax")
        small = tarfile.TarInfo("pax")
        small.type, small.size = tarfile.XHDTYPE, 0
        self.refused(small.tobuf() * 5000)

    def test_absurd_sizes(self):
        for name in ("bundle.json", "trust.json", "checkpoint"):
            self.refused({**self.parts, name: self.parts[name] + b" " * (1 << 20)}, says="MiB")
        self.refused({**self.parts, "events/0.jsonl": b'{"a": "' + b"a" * (17 << 20)}, says="too long")
        self.refused({**self.parts, "bundle.json": self.parts["bundle.json"].replace(b'"to": 260', b'"to": 9999999999999999')})

    def test_json_that_parsers_read_in_different_ways(self):
        line = self.parts["events/0.jsonl"].split(b"\n")[0]
        for old, new in ((b'"index": 0', b'"index": 0, "index": 0'), (b'"index": 0', b'"index": NaN'), (b'"index": 0', b'"index": 0.0'), (b'"index": 0', b'"index": true'),
                         (b'"index": 0', b'"index": ' + b"9" * 5000), (b'"index": 0', b'"x": ' + b"[" * 100000), (b'"id": "', b'"id": "\\ud800'), (b'"id": "', b'"id": "\xff'),
                         (b'"hash": "', b'"hash": "A'), (b'"version": 1', b'"version": null'), (b'"bdata": null', b'"bdata": "AB=="'), (b'"index": 0', b'"index": 300')):
            self.assertIn(old, line)
            self.refused({**self.parts, "events/0.jsonl": self.parts["events/0.jsonl"].replace(old, new, 1)})

    def test_trust_files_that_cannot_be_read(self):
        for trust in ({"keys": []}, trusting(hybridFrom="1"), trusting(checkpoint="x"), trusting(quorum={"threshold": 2, "members": []}), trusting(quorum=7), trusting(key("log", LOG_KEY), key("log", LOG_KEY, 9)),
                      trusting(key("log", bytes(31))), trusting({**key("log", LOG_KEY), "role": "x"}), trusting(witnesses=[{"name": "w", "key": "w+00000000+BAAA"}])):
            self.refused(self.parts, trust)

    def test_names_that_could_steer_a_terminal_are_escaped(self):
        with tempfile.NamedTemporaryFile() as file, contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
            edit(self.parts, 9, tenant="\x1b[2J\ud800")
            parts = {**self.parts, "bundle.json": self.parts["bundle.json"].replace(b'"tenant": null', b'"tenant": "t"')}
            file.write(tar(parts))
            file.flush()
            self.assertEqual(verify_ledger.main([file.name]), 1)
        self.assertNotIn("\x1b", out.getvalue())
        self.assertIn("\\u001b", out.getvalue())


class Vectors(unittest.TestCase):
    def test_rfc_8032(self):
        """Section 7.1, tests 1 to 3 and 'SHA(abc)'."""
        for seed, public, message, signature in (
                ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
                ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
                ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
                ("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42", "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                 hashlib.sha512(b"abc").hexdigest(),
                 "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")):
            seed, public, message, signature = map(bytes.fromhex, (seed, public, message, signature))
            signer = Signer(seed=seed)
            self.assertEqual((signer.public, signer.sign(message)), (public, signature))
            self.assertTrue(ed25519.verify(public, message, signature))
            self.assertFalse(ed25519.verify(public, message + b"x", signature))
            s = int.from_bytes(signature[32:], "little") + ed25519.L
            self.assertFalse(ed25519.verify(public, message, signature[:32] + s.to_bytes(32, "little")))

    def test_points_have_one_encoding(self):
        for data in ((ed25519.P + 1).to_bytes(32, "little"), (1 | 1 << 255).to_bytes(32, "little"), (2).to_bytes(32, "little"), b"\xff" * 32):
            self.assertIsNone(ed25519.decode(data))

    def test_suite_l1(self):
        with open(os.path.join(HERE, "..", "ledger", "vectors-l1.json"), encoding="utf-8") as file:
            vectors = json.load(file)
        for vector in vectors["vectors"]:
            event = {**vector, "bdata": vector["bdata"] and b64(bytes.fromhex(vector["bdata"])) or vector["bdata"]}
            digests = payload(event), metadata(event)
            hash = event_hash(event, event["origin"], *digests, bytes.fromhex(event["prev"]))
            self.assertEqual([d.hex() for d in (*digests, genesis(event["tenant"], event["stream"]), hash, merkle.leaf(hash))],
                             [vector[name] for name in ("payload", "metadata", "genesis", "hash", "leaf")])
        first, second = [bytes.fromhex(vector["leaf"]) for vector in vectors["vectors"][:2]]
        self.assertEqual(merkle.node(first, second).hex(), vectors["node"])

    def test_roots_from_tiles_are_those_of_the_recursion(self):
        log = Log()
        log.lines = [{"hash": hashlib.sha256(b"%d" % i).hexdigest()} for i in range(66000)]
        tiles = log.tiles()
        leaves = log.leaves()
        for size in (0, 1, 2, 3, 255, 256, 257, 511, 1000, 65535, 65536, 65537, 66000):
            self.assertEqual(merkle.root(size, lambda level, n: tiles[tile_path(level, n, merkle.width(66000, level, n))]), tree_root(leaves[:size]))


    def test_proofs_hold_for_their_place_alone(self):
        leaves = [merkle.leaf(b"%d" % i) for i in range(17)]
        for size in range(1, 18):
            root = tree_root(leaves[:size])
            for index in range(size):
                proof = inclusion(index, leaves[:size])
                self.assertTrue(merkle.included(leaves[index], index, size, proof, root))
                for bad in ((leaves[index], index + 1, size, proof, root), (leaves[index], -1, size, proof, root), (root, index, size, proof + [root], root),
                            (leaves[index], index, size, proof[:-1] or [root], root), (leaves[index], index + size, size, proof, root), (root, 0, size + 1, [], root),
                            (leaves[index], index, size, proof, root[::-1]), (merkle.node(leaves[index], leaves[0]), index, size, proof[1:], root)):
                    self.assertFalse(merkle.included(*bad), (size, index))
            for old in range(1, size + 1):
                proof, old_root = consistency(old, leaves[:size]), tree_root(leaves[:old])
                self.assertTrue(merkle.consistent(old, size, proof, old_root, root))
                for bad in ((0, size, [], merkle.EMPTY, root), (old, size, proof + [root], old_root, root), (old, size, proof, root[::-1], root),
                            (old, size, proof, old_root, root[::-1]), (size + 1, size, proof, old_root, root), (old, size, proof[:-1] or [root], old_root, root)):
                    self.assertFalse(merkle.consistent(*bad), (size, old))


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


class AcceptanceSets(unittest.TestCase):
    """Cases that others wrote, where they are."""

    def load(self, name):
        path = os.path.join(ACCEPTANCE, name)
        if not os.path.exists(path):
            print(f"not run: acceptance set ledger/{name.split('/')[0]} absent")
            self.skipTest("absent")
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            return json.load(file)

    def test_wycheproof_ed25519(self):
        for group in self.load("wycheproof/ed25519_test.json.gz")["testGroups"]:
            public = bytes.fromhex(group["publicKey"]["pk"])
            for case in group["tests"]:
                with self.subTest(case["tcId"]):
                    self.assertEqual(ed25519.verify(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])), case["result"] == "valid", case["comment"])

    def test_merkle_proofs(self):
        def decode(text):
            return base64.b64decode(text or "")
        for case in self.load("merkle-proofs/inclusion.json"):
            held = merkle.included(decode(case["leafHash"]), case["leafIdx"], case["treeSize"], [decode(p) for p in case["proof"] or []], decode(case["root"]))
            self.assertEqual(held, not case["wantErr"], case["desc"])
        for case in self.load("merkle-proofs/consistency.json"):
            held = merkle.consistent(case["size1"], case["size2"], [decode(p) for p in case["proof"] or []], decode(case["root1"]), decode(case["root2"]))
            self.assertEqual(held, not case["wantErr"], case["desc"])

    def test_signed_notes(self):
        for case in self.load("signed-note/open-cases.json"):
            # A key listed twice is refused by the trust file's reader (test_trust_files_that_cannot_be_read).
            if case["name"] == "ambiguous key list":
                continue
            with self.subTest(case["name"]):
                self.assertEqual(open_note(case), case["expect"])

    def test_the_reference_log_of_tlog_tiles(self):
        folder = os.path.join(ACCEPTANCE, "tlog-tiles", "log")
        if not os.path.isdir(folder):
            print("not run: acceptance set ledger/tlog-tiles absent")
            self.skipTest("absent")
        _, _, encoded = note.parse_vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
        for size in range(16):
            with open(os.path.join(folder, f"checkpoint.{size}"), "rb") as file:
                checkpoint = note.parse_checkpoint(file.read())
            self.assertTrue(ed25519.verify(encoded[1:], checkpoint.text, note.signature_of(checkpoint.lines, "example.com/log/testdata", encoded)))
            tile = b""
            if size:
                with open(os.path.join(folder, "tile", "0", "000.p", str(size)), "rb") as file:
                    tile = file.read()
                with open(os.path.join(folder, "tile", "entries", "000.p", str(size)), "rb") as file:
                    self.assertEqual(merkle.split(tile), [merkle.leaf(entry) for entry in entries_of(file)])
            self.assertEqual((checkpoint.size, merkle.root(size, lambda level, n, tile=tile: tile)), (size, checkpoint.root))


def entries_of(file):
    while length := file.read(2):
        yield file.read(int.from_bytes(length, "big"))


def open_note(case):
    """As the set has it: 'ok', 'unverified' or 'error'."""
    try:
        text, lines = note.parse(case["note"].encode())
        keys = [note.parse_vkey(vkey) for vkey in case["keys"]]
    except note.Malformed:
        return "error"
    signatures = [(encoded[1:], signature) for name, _, encoded in keys if (signature := note.signature_of(lines, name, encoded))]
    if not all(ed25519.verify(public, text, signature) for public, signature in signatures):
        return "error"
    return "ok" if signatures else "unverified"


if __name__ == "__main__":
    unittest.main()

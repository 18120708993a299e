"""python3 -m unittest, in this folder. Each test applies one tamper and expects one finding and its place."""
import json

import note
from building import (ACME, b64, BETA, Case, edit, honest, insert, key, Log, LOG, LOG_KEY,
                      LOG_KEY_2, ORIGIN, PLATFORM, rewrite, run, signature_line, STRANGER, trusting, WITNESS, WRITER, WRITER_2)


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
        for stream, missing in (("new", 1), (self.line["stream"], self.stream[-1]["version"] + 1)):
            log = honest()
            forged = log.append(self.line["tenant"], stream, "content.item-edited", version=missing + 1)
            self.finds(log.parts(), "VERSION_GAP", event=forged, version=missing, index=None)

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

"""Whom to believe: keys with the sizes of the tree for which they speak, witnesses and their quorum. Rotations in the log extend it."""
import ed25519
from bundle import check, parse_json
from note import (LOG_ED25519, LOG_ML_DSA_65, WITNESS_ED25519, Malformed, from_base64, key_id, parse_checkpoint, parse_vkey, signature_of,
                  verify_cosignature)

KEY_BYTES = {"Ed25519": 32, "ML-DSA-65": 1952}
ML_DSA_65_SIGNATURE, ML_DSA_44_SIGNATURE = 3309, 8 + 2420
PLATFORM, KEY_EVENTS = "*DEFAULT*", ("audit.key-registered", "audit.key-rotated")


class Key:
    def __init__(self, name, role, algorithm, public_key, first, last):
        """Speaks for sizes first to last, both included; last None: still in use."""
        if algorithm not in KEY_BYTES or role not in ("log", "writer") or len(public_key) != KEY_BYTES[algorithm]:
            raise Malformed(f"The key of {name} has an unknown role or algorithm, or a wrong length.")
        self.name, self.role, self.algorithm, self.public_key, self.first, self.last = name, role, algorithm, public_key, first, last
        self.encoded = (LOG_ED25519 if algorithm == "Ed25519" else LOG_ML_DSA_65) + public_key
        self.id = key_id(name, self.encoded)

    def speaks_at(self, size):
        return self.first <= size and (self.last is None or size <= self.last)


class Trust:
    """trust.json, as an auditor's own file or as the bundle's. `undecided` collects what is demanded and can't be checked here, `unchecked`
    what isn't demanded."""

    def __init__(self, data):
        value = parse_json(data, "The trust file")
        check(value, {"keys": list, "witnesses": list}, "The trust file")
        self.keys, self.witnesses, self.undecided, self.unchecked = [], {}, set(), set()
        for key in value["keys"]:
            check(key, {"name": str, "role": str, "algorithm": str, "publicKey": str, "fromSize": int, "toSize": (int, None)}, "A key of the trust file")
            self.keys.append(Key(key["name"], key["role"], key["algorithm"], from_base64(key["publicKey"]), key["fromSize"], key["toSize"]))
        for witness in value["witnesses"]:
            check(witness, {"name": str, "key": str}, "A witness of the trust file")
            self.witnesses[witness["name"]] = parse_vkey(witness["key"])
        names = [(key.name, key.id) for key in self.keys] + [(name, id) for name, id, _ in self.witnesses.values()]
        if len(set(names)) < len(names) or len(self.witnesses) < len(value["witnesses"]):
            raise Malformed("The trust file has two keys of one name and id, or two witnesses of one name.")
        self.quorum, self.hybrid_from = value.get("quorum"), value.get("hybridFrom")
        check({"hybridFrom": None, "checkpoint": None, **value}, {"hybridFrom": (int, None), "checkpoint": (str, None)}, "The trust file")
        self.remembered = parse_checkpoint(value["checkpoint"].encode()) if value.get("checkpoint") else None
        self.meets_quorum(())  # refuses a quorum that can't be read

    def judge(self, checkpoint, needs_quorum):
        """-> (finding's code, detail), or None if the log's keys and the quorum vouch for the checkpoint."""
        keys = [key for key in self.keys if key.role == "log" and key.name == checkpoint.origin]
        if not keys:
            return "WRONG_ORIGIN", f"The checkpoint is of {checkpoint.origin}, for which no key is trusted."
        signed, retired = set(), False
        for key in keys:
            signature = signature_of(checkpoint.lines, key.name, key.encoded)
            if signature is None:
                continue
            if key.algorithm == "Ed25519" and not ed25519.verify(key.public_key, checkpoint.text, signature):
                return "BAD_CHECKPOINT_SIGNATURE", f"The log's Ed25519 signature at size {checkpoint.size} doesn't hold."
            if key.algorithm == "ML-DSA-65" and len(signature) != ML_DSA_65_SIGNATURE:
                return "BAD_CHECKPOINT_SIGNATURE", f"The log's ML-DSA-65 signature at size {checkpoint.size} hasn't the length of one."
            if key.speaks_at(checkpoint.size):
                signed.add(key.algorithm)
            else:
                retired = True
        if "Ed25519" not in signed:
            return ("KEY_EXPIRED", f"The checkpoint of size {checkpoint.size} is signed with a key that doesn't speak for that size.") if retired else (
                "BAD_CHECKPOINT_SIGNATURE", f"No trusted key of the log has signed the checkpoint of size {checkpoint.size}.")
        if self.hybrid_from is not None and checkpoint.size >= self.hybrid_from:
            if "ML-DSA-65" not in signed:
                return "BAD_CHECKPOINT_SIGNATURE", f"The checkpoint of size {checkpoint.size} needs an ML-DSA-65 signature too, and has none of a trusted key."
            self.undecided.add("the ML-DSA-65 signatures that hybridFrom demands")
        elif "ML-DSA-65" in signed:
            self.unchecked.add("ML-DSA-65 signatures")
        return self.judge_quorum(checkpoint) if needs_quorum else None

    def judge_quorum(self, checkpoint):
        certain, possible = set(), set()
        for witness, (name, _, key) in self.witnesses.items():
            signature = signature_of(checkpoint.lines, name, key)
            if signature is None:
                continue
            if key[:1] == WITNESS_ED25519:
                if not verify_cosignature(key[1:], checkpoint.text, signature):
                    return "BAD_CHECKPOINT_SIGNATURE", f"The cosignature of {witness} doesn't hold."
                certain.add(witness)
            elif len(signature) == ML_DSA_44_SIGNATURE:
                possible.add(witness)
                self.unchecked.add("ML-DSA-44 cosignatures")
        if not self.meets_quorum(certain | possible):
            return "NO_QUORUM", "Fewer witnesses have cosigned the checkpoint than the quorum asks for."
        if not self.meets_quorum(certain):
            self.undecided.add("the ML-DSA-44 cosignatures that the quorum needs")
        return None

    def meets_quorum(self, signed):
        return self.quorum is None or self.agree(self.quorum, signed)

    def agree(self, member, signed):
        """A member of the quorum: a witness among those that have signed, or enough members of a group."""
        if isinstance(member, str) and member in self.witnesses:
            return member in signed
        check(member, {"threshold": int, "members": list}, "The quorum")
        names = [each for each in member["members"] if isinstance(each, str)]
        if not 0 < member["threshold"] <= len(member["members"]) or len(set(names)) < len(names):
            raise Malformed("The quorum has a threshold that its members can't meet, or names one twice.")
        return sum([self.agree(each, signed) for each in member["members"]]) >= member["threshold"]

    def judge_writer(self, event):
        """-> (code, detail), or None if the event's writer signature holds or none is needed."""
        keys, size = [key for key in self.keys if key.role == "writer" and key.algorithm == "Ed25519"], event["index"] + 1
        if event["writer"] is None:
            return ("BAD_WRITER_SIGNATURE", "The event has no writer signature.") if any(key.speaks_at(size) for key in keys) else None
        try:
            signature = from_base64(event["writer"])
        except Malformed as problem:
            return "BAD_WRITER_SIGNATURE", str(problem)
        key = next((key for key in keys if key.id == signature[:4]), None)
        if key is None or not ed25519.verify(key.public_key, b"platform/writer/l1\0" + bytes.fromhex(event["hash"]), signature[4:]):
            return "BAD_WRITER_SIGNATURE", "The writer signature isn't one of a trusted key over this event's hash."
        return None if key.speaks_at(size) else ("KEY_EXPIRED", "The event is signed with a writer key that doesn't speak for its index.")

    def follow(self, event, origin):
        """Takes in a key event of the platform's tenant. -> (code, detail), or None."""
        try:
            return self.take_in(event, origin)
        except Malformed as problem:
            return "BAD_KEY_ANNOUNCEMENT", str(problem)

    def take_in(self, event, origin):
        value = parse_json(event["data"].encode(), "A key event")
        rotated, size = event["type"] == KEY_EVENTS[1], event["index"] + 1
        check(value, {"role": str, "algorithm": str, "publicKey": str}, "A key event")
        name = origin if value["role"] == "log" else origin.rpartition("/")[0] + "/writer"
        key = Key(name, value["role"], value["algorithm"], from_base64(value["publicKey"]), size, None)
        peers = [peer for peer in self.keys if (peer.role, peer.algorithm) == (key.role, key.algorithm)]
        known = any(peer.public_key == key.public_key for peer in peers)
        if not rotated:
            if peers and not known:
                return "BAD_KEY_ANNOUNCEMENT", f"A first {key.role} key is registered that isn't the trusted one."
            if key.role == "log":
                key.first = 0
        else:
            check(value, {"previous": str, "signature": str, "previousSignature": str}, "A key event")
            old = from_base64(value["previous"])
            before = [peer for peer in peers if peer.public_key == old]
            text = "\n".join(("platform/key-rotation/l1", key.role, key.algorithm, value["previous"], value["publicKey"], "")).encode()
            if not any(peer.speaks_at(size - 1) for peer in before):
                return "BAD_KEY_ANNOUNCEMENT", f"A {key.role} key is replaced that isn't the one in use."
            signatures = (key.public_key, from_base64(value["signature"])), (old, from_base64(value["previousSignature"]))
            if key.algorithm == "Ed25519" and not all(ed25519.verify(public_key, text, signature) for public_key, signature in signatures):
                return "BAD_KEY_ANNOUNCEMENT", f"A {key.role} key is replaced without the valid signatures of both keys."
            for peer in before:
                peer.last = size - 1 if peer.last is None else min(peer.last, size - 1)
        if not known:
            self.keys.append(key)
        return None

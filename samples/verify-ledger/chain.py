"""The events: each against its own hash, the log's leaf, its stream and its writer's key."""
import merkle
from event import event_hash, genesis, metadata, payload
from findings import MOST, Enough
from trust import KEY_EVENTS, PLATFORM

SIGNED = ("identity.", "security.", "deployment.", "audit.")


class Chain:
    def __init__(self, bundle, trust, store, findings):
        self.bundle, self.trust, self.store, self.findings = bundle, trust, store, findings
        self.checked, self.next = 0, bundle.first
        self.missing = set()    # indices without an event, in a bundle of all tenants
        self.damaged = set()    # leaves of the log whose event isn't the one that was hashed: its successor isn't blamed for that
        self.sought = {}        # leaf of a predecessor that wasn't seen -> (its successor, version of the first that's missing, whether it surely is)
        self.strayed = {}       # stream -> index of its first event that isn't the log's
        self.reordered = set()  # streams

    def check(self, event, leaf):
        """False if the event stands before one that was already checked."""
        is_new = self.store.is_new("id", event["id"])
        if not is_new:
            self.findings.add("DUPLICATE", "An event with this id stands in the log before.", event)
        if event["index"] < self.next:
            return not is_new
        self.skip_to(event["index"])
        self.next = event["index"] + 1
        self.checked += 1
        if self.check_hash(event, leaf):
            self.check_place(event, is_new)
            self.check_keys(event)
        else:
            self.damaged.add(leaf)
        return True

    def skip_to(self, index):
        """Between the last event and this index there is none. A tenant's bundle is allowed that."""
        if self.bundle.tenant is None:
            self.missing.update(range(self.next, min(index, self.next + MOST)))
            if len(self.missing) >= MOST:
                raise Enough

    def check_hash(self, event, leaf):
        """False if the event's members aren't what was hashed."""
        if not self.is_own(event) and not is_key_event(event):
            return self.findings.add("WRONG_TENANT", f"The bundle is {self.bundle.tenant}'s.", event)
        if event["data"] is None:
            return self.findings.add("MISSING_PAYLOAD", "The event has no body.", event)
        if event["epoch"] not in self.bundle.epochs:
            return self.findings.add("LEAF_MISMATCH", f"The log has no epoch {event['epoch']}.", event)
        digests, hash = {"payload": payload(event), "metadata": metadata(event)}, bytes.fromhex(event["hash"])
        if event_hash(event, self.bundle.epochs[event["epoch"]], *digests.values(), bytes.fromhex(event["prev"])) != hash:
            return self.blame(event, [] if event["checks"] is None else [
                member for at, (member, digest) in enumerate(digests.items()) if event["checks"][8 * at:8 * at + 8] != digest.hex()[:8]])
        if merkle.leaf(hash) != leaf:
            self.strayed.setdefault((event["tenant"], event["stream"]), event["index"])
            self.damaged.add(leaf)
            if len(self.damaged) >= MOST:
                raise Enough
        return True

    def blame(self, event, edited):
        """Says what was edited, where the line has the first bytes of the digests as they were at append."""
        if "payload" in edited:
            self.findings.add("PAYLOAD_MISMATCH", "The event's body isn't the one that was hashed when it was appended.", event)
        if "metadata" in edited:
            self.findings.add("META_MISMATCH", "The event's metadata isn't what was hashed when it was appended.", event)
        if not edited:
            self.findings.add("LEAF_MISMATCH", "The event's members don't give its hash.", event)

    def check_place(self, event, is_new):
        """The event in its stream. A tenant's bundle has gaps in the platform's streams."""
        stream, version, prev = (event["tenant"], event["stream"]), event["version"], bytes.fromhex(event["prev"])
        before, hash_before = self.store.stream(*stream)
        if version <= before:
            if is_new:
                self.sought.pop(merkle.leaf(bytes.fromhex(event["hash"])), None)
                self.reordered.add(stream)
                self.findings.add("ORDER", f"The event stands in the log after version {before} of its stream.", event)
            return
        self.store.set_stream(*stream, version, bytes.fromhex(event["hash"]))
        follows, is_next = prev == (hash_before or genesis(*stream)), version == before + 1 or event["type"] == "tombstone"
        if merkle.leaf(prev) in self.damaged or follows and is_next:
            return
        if follows:
            self.findings.add("VERSION_GAP", f"Version {version} follows version {before}.", event, version=before + 1, index=None)
        elif version == before + 1:
            self.findings.add("LEAF_MISMATCH", "What the event names as its predecessor isn't the one in its stream.", event)
        elif self.is_own(event):
            self.sought[merkle.leaf(prev)] = event, before + 1, before > 0 or self.bundle.first == 0

    def check_keys(self, event):
        if is_key_event(event) and (finding := self.trust.follow(event, self.bundle.epochs[event["epoch"]])):
            self.findings.add(*finding, event)
        if event["type"].startswith(SIGNED) and (finding := self.trust.judge_writer(event)):
            self.findings.add(*finding, event)

    def finish(self):
        """Finds where the log has the predecessors that weren't seen, and names what else is missing."""
        places = {}
        for n, hashes in self.store.tiles(0) if self.sought else ():
            places.update((leaf, 256 * n + i) for i, leaf in enumerate(merkle.split(hashes)) if leaf in self.sought)
        for leaf, (event, version, must_be_there) in self.sought.items():
            index = places.get(leaf)
            if must_be_there or index is not None and index >= self.bundle.first:
                self.missing.discard(index)
                self.findings.add("VERSION_GAP", f"Version {event['version']} follows, this one isn't there.", event, version=version, index=index)
        for index in sorted(self.missing):
            self.findings.add("MISSING_PAYLOAD", "The log has an event here, the bundle hasn't.", index=index)

    def is_own(self, event):
        return self.bundle.tenant in (None, event["tenant"])


def is_key_event(event):
    return event["tenant"] == PLATFORM and event["type"] in KEY_EVENTS

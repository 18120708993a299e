"""The tree: tiles against each other, its root against the checkpoint, earlier checkpoints, and what the auditor remembers."""
import merkle
from note import Malformed, parse_checkpoint


class History:
    def __init__(self, bundle, trust, store, findings):
        self.bundle, self.trust, self.store, self.findings = bundle, trust, store, findings
        self.bad_tile = None  # the first index under a tile that isn't the one that was hashed

    def read_tile(self, level, n, width, hashes):
        if width != merkle.width(self.bundle.size, level, n) or level == 0 and n < self.bundle.first // 256:
            raise Malformed(f"Tile {level}/{n} of width {width} is none of this tree.")
        if not self.store.is_new("tile", level, n, hashes):
            raise Malformed(f"Tile {level}/{n} is there twice.")

    def check_tiles(self):
        """All are there, and each hash above level 0 is that of the full tile below."""
        level = 0
        while self.bundle.size >> 8 * level:
            expected = 0 if level else self.bundle.first // 256
            for n, hashes in self.store.tiles(level):
                if n != expected:
                    break
                expected += 1
                if len(hashes) == 8192:
                    above = self.store.find_tile(level + 1, n // 256)
                    if above and merkle.split(above)[n % 256] != merkle.perfect(merkle.split(hashes)):
                        start = n << 8 * level + 8
                        self.bad_tile = start if self.bad_tile is None else min(start, self.bad_tile)
            if merkle.width(self.bundle.size, level, expected):
                raise Malformed(f"Tile {level}/{expected} is missing.")
            level += 1

    def root(self, size):
        """None where it can't be told: beyond the tree, or before the bundle's range and within a tile."""
        try:
            return merkle.root(size, self.store.tile) if size <= self.bundle.size else None
        except KeyError:
            return None

    def check(self, checkpoint, strayed):
        """strayed: the first index whose event isn't the log's, or None."""
        found, findings = self.trust.judge(checkpoint, needs_quorum=True), []
        is_root = (checkpoint.size, checkpoint.root) == (self.bundle.size, self.root(self.bundle.size))
        intact, remembered = 0, self.trust.remembered
        for size, text in self.store.notes():
            earlier = parse_checkpoint(text)
            finding = self.judge_earlier(earlier, size)
            if finding is None and self.root(size) == earlier.root:
                intact = max(intact, size)
            elif finding or is_root:
                findings.append(finding or self.contradiction(checkpoint, earlier, "The log once signed", is_kept=True))
        if remembered and self.root(remembered.size) == remembered.root:
            intact = max(intact, remembered.size)
        elif remembered and is_root and found is None:
            findings.append(self.contradiction(checkpoint, remembered, "The auditor remembers", is_kept=False))
        if strayed is not None or self.bad_tile is not None:
            # A tile is bad from its start on; an event in it says where.
            first = strayed if self.bad_tile is None or strayed is not None and strayed // 256 <= self.bad_tile // 256 else self.bad_tile
            self.findings.add("ROOT_MISMATCH", "From here on the events or tiles aren't those under the checkpoint's root.", index=first)
        elif found is None and not is_root:
            self.findings.add("ROOT_MISMATCH", "The tiles don't give the checkpoint's root; up to here they are as another checkpoint has them.", index=intact)
        for code, detail in filter(None, [found, *findings]):
            self.findings.add(code, detail)

    def judge_earlier(self, checkpoint, size):
        if checkpoint.origin not in self.bundle.epochs.values():
            return "WRONG_ORIGIN", f"checkpoints/{size} is of {checkpoint.origin}, which is another log."
        if checkpoint.size != size:
            return "BAD_CHECKPOINT_SIGNATURE", f"checkpoints/{size} has size {checkpoint.size}."
        return self.trust.judge(checkpoint, needs_quorum=False)

    def contradiction(self, checkpoint, seen, who, is_kept):
        """Why the tree hasn't the root of a checkpoint that was seen."""
        head, is_same_epoch = f"{who} size {seen.size} of {seen.origin}", seen.origin == checkpoint.origin
        if seen.origin not in self.bundle.epochs.values():
            return "WRONG_ORIGIN", f"{head}, which is another log."
        if seen.size > self.bundle.size and is_same_epoch and not is_kept:
            return "STALE", f"{head}, this checkpoint is older."
        if seen.size > self.bundle.size or not is_same_epoch and self.root(seen.size):
            return "ROLLBACK", f"{head}, which this log has gone back behind."
        if self.root(seen.size) is None:
            self.trust.undecided.add(f"whether the tree contains size {seen.size}, whose tiles are before the bundle's range")
            return None
        return "SPLIT_VIEW" if seen.size == self.bundle.size else "INCONSISTENT_HISTORY", f"{head} with another root."

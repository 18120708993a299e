#!/usr/bin/env python3
"""Checks a ledger bundle in one pass, recomputing everything from the events' bodies. Exit 0: clean, 1: findings, 2: couldn't run.
Written from docs/ledger-format.md alone, with Python's standard library."""
import argparse
import json
import sqlite3
import sys
import tarfile

import bundle as bundles
import merkle
from chain import Chain
from findings import MOST, Enough, Findings
from history import History
from note import Malformed, parse_checkpoint
from store import Store
from trust import Trust


class Verification:
    """`findings`, `checked` (events) and `trust` are the outcome."""

    def __init__(self, trust=None):
        self.trust, self.store, self.findings, self.checked = trust, Store(), Findings(), 0

    def run(self, file):
        """file: the tar, read forward only. Malformed if it isn't a bundle."""
        self.checkpoint = self.history = self.chain = None
        self.last_events = -1
        try:
            for kind, groups, size, content in bundles.entries(file):
                (self.read_bundle, self.read_trust, self.read_checkpoint, self.read_earlier, self.read_tile, self.read_events)[kind](groups, size, content)
            self.start_events()
            self.chain.skip_to(self.bundle.size)
        except Enough:
            pass
        if self.chain:
            self.finish()
        self.findings.sort(key=lambda finding: (finding.index is None, finding.index))

    def read_bundle(self, _, size, content):
        self.bundle = bundles.parse_bundle(bundles.read_small(content, size, "bundle.json"))

    def read_trust(self, _, size, content):
        data = bundles.read_small(content, size, "trust.json")
        self.trust = self.trust or Trust(data)

    def read_checkpoint(self, _, size, content):
        self.checkpoint = parse_checkpoint(bundles.read_small(content, size, "checkpoint"))
        names = {key.name for key in self.trust.keys if key.role == "log"}
        if self.checkpoint.origin != self.bundle.origin or self.bundle.origin not in names:
            origins = f"The bundle is of {self.bundle.origin}, its checkpoint of {self.checkpoint.origin}, the trusted keys of {', '.join(sorted(names))}."
            self.findings.add("WRONG_ORIGIN", origins)
            raise Enough
        self.history = History(self.bundle, self.trust, self.store, self.findings)

    def read_earlier(self, groups, size, content):
        if not self.store.is_new("note", int(groups[0]), bundles.read_small(content, size, "A checkpoint")):
            raise Malformed(f"checkpoints/{groups[0]} is there twice.")

    def read_tile(self, groups, size, content):
        self.history.read_tile(*bundles.read_tile(groups, size, content))

    def read_events(self, groups, size, content):
        self.start_events()
        n, name, leaves = int(groups[0]), f"events/{groups[0]}.jsonl", None
        if n <= self.last_events or size == 0:
            raise Malformed(f"{name} stands in the wrong place, or has no event.")
        self.last_events = n
        for event in bundles.read_lines(content, name):
            if event["index"] // 256 != n or not self.bundle.first <= event["index"] < self.bundle.size:
                raise Malformed(f"{name} has an event of index {event['index']}, which isn't in its range.")
            leaves = leaves or merkle.split(self.store.tile(0, n))
            if not self.chain.check(event, leaves[event["index"] % 256]):
                raise Malformed(f"{name} isn't in the order of the index.")

    def start_events(self):
        if self.chain is None:
            self.history.check_tiles()
            self.chain = Chain(self.bundle, self.trust, self.store, self.findings)

    def finish(self):
        self.checked = self.chain.checked
        strayed = [index for stream, index in self.chain.strayed.items() if stream not in self.chain.reordered]
        try:
            self.chain.finish()
            self.history.check(self.checkpoint, min(strayed, default=None))
        except Enough:
            pass


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", help="a tar, or - for standard input")
    parser.add_argument("--trust", help="the auditor's own trust file, instead of the bundle's")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    try:
        verification = Verification(read_trust(options.trust) if options.trust else None)
        with sys.stdin.buffer if options.bundle == "-" else open(options.bundle, "rb") as file:
            verification.run(file)
    except (Malformed, OSError, tarfile.TarError, sqlite3.Error, ValueError, RecursionError) as problem:
        say(f"couldn't run: {problem}", sys.stderr)
        return 2
    return tell(verification, options)


def read_trust(path):
    with open(path, "rb") as file:
        return Trust(bundles.read_small(file, bundles.SMALL, "The trust file"))


def tell(verification, options):
    findings, trust = verification.findings, verification.trust
    if not options.trust:
        say("note: the keys are the bundle's own; who forges a bundle forges them too. Get a trust file on another way (--trust).", sys.stderr)
    for what in sorted(trust.unchecked):
        say(f"note: not checked, for want of ML-DSA: {what}.", sys.stderr)
    if len(findings) >= MOST:
        say(f"note: stopped after {MOST} findings.", sys.stderr)
    if not findings and trust.undecided:
        say(f"couldn't run: nothing is wrong so far, but this program can't tell {'; '.join(sorted(trust.undecided))}.", sys.stderr)
        return 2
    if options.json:
        say(json.dumps({"ok": not findings, "checked": verification.checked, "findings": [finding._asdict() for finding in findings]}))
    else:
        for finding in findings:
            place = [f"{name} {value}" for name, value in list(finding._asdict().items())[1:-1] if value is not None]
            say("  ".join([finding.code, *place]))
            say(f"  {finding.detail}")
        say(f"{verification.checked} events, {len(findings) or 'no'} finding{'s' if len(findings) > 1 else ''}")
    return 1 if findings else 0


def say(text, file=None):
    """Names come from the bundle: what could steer a terminal, or isn't in its character set, is escaped."""
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    print(text.encode(sys.stdout.encoding or "ascii", "backslashreplace").decode(sys.stdout.encoding or "ascii"), file=file or sys.stdout)


if __name__ == "__main__":
    sys.exit(main())

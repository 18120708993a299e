"""Input that is no bundle, or means to be two things at once."""
import contextlib
import gzip
import io
import os
import random
import tarfile
import tempfile

import verify_ledger
from building import Case, edit, honest, insert, key, LOG_KEY, ORIGIN, run, tar, trusting


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
        self.refused({**self.parts, "events/2.jsonl": b""}, says="no event")
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
        self.refused({**self.parts, "events/0.jsonl": b'{"a": "' + b"a" * (17 << 20) + b'"}\n'}, says="too long")
        self.refused({**self.parts, "bundle.json": self.parts["bundle.json"].replace(b'"to": 260', b'"to": 9999999999999999')})

    def test_json_that_parsers_read_in_different_ways(self):
        line = self.parts["events/0.jsonl"].split(b"\n")[0]
        for old, new in ((b'"index": 0', b'"index": 0, "index": 0'), (b'"index": 0', b'"index": NaN'), (b'"index": 0', b'"index": 0.0'), (b'"index": 0', b'"index": true'),
                         (b'"index": 0', b'"index": ' + b"9" * 5000), (b'"index": 0', b'"x": ' + b"[" * 100000), (b'"id": "', b'"id": "\\ud800'), (b'"id": "', b'"id": "\xff'),
                         (b'"hash": "', b'"hash": "A'), (b'"version": 1', b'"version": null'), (b'"bdata": null', b'"bdata": "AB=="'), (b'"index": 0', b'"index": 300')):
            self.assertIn(old, line)
            self.refused({**self.parts, "events/0.jsonl": self.parts["events/0.jsonl"].replace(old, new, 1)})

    def test_trust_files_that_cannot_be_read(self):
        for trust in ({"keys": []}, trusting(hybridFrom="1"), trusting(checkpoint="x"), trusting(quorum={"threshold": 2, "members": []}), trusting(quorum=7), trusting(quorum={"threshold": 1, "members": [None]}), trusting(key("log", LOG_KEY), key("log", LOG_KEY, 9)),
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

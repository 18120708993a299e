"""Published vectors of RFC 8032, those of suite l1, proofs by the RFC's recursion, and the cases that others wrote where they are."""
import base64
import gzip
import hashlib
import json
import os
import unittest

import ed25519
import merkle
import note
from building import b64, consistency, inclusion, Log, Signer, tile_path, tree_root
from event import event_hash, genesis, metadata, payload
import sealed

HERE = os.path.dirname(os.path.abspath(__file__))
ACCEPTANCE = os.path.join(HERE, "..", "..", "..", "shared", "acceptance", "ledger")


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

    def test_sealed_texts(self):
        with open(os.path.join(HERE, "..", "ledger", "vectors-sealed-1.json"), encoding="utf-8") as file:
            vectors = json.load(file)["vectors"]
        for vector in vectors:
            key, members = bytes.fromhex(vector["key"]), sealed.header(vector["token"])
            self.assertEqual(members, json.loads(vector["header"]))
            self.assertEqual(sealed.decode(vector["token"].split(".")[2]).hex(), vector["nonce"])
            self.assertEqual(sealed.commitment(bytes.fromhex(vector["salt"]), members["kid"], key).hex(), vector["commitment"])
            self.assertTrue(sealed.is_committed(members, key))
            self.assertFalse(sealed.is_committed(members, bytes(32)))
        for bad in ("", "a.b.c", vectors[0]["token"] + ".x", "." + vectors[0]["token"]):
            with self.assertRaises(ValueError):
                sealed.header(bad)

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

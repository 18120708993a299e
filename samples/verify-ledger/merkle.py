"""Merkle trees of RFC 6962 section 2.1 over SHA-256: roots from C2SP tiles, and proofs as in RFC 9162 section 2.1."""
import hashlib

EMPTY = hashlib.sha256(b"").digest()


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(tile):
    """A tile's hashes."""
    return [tile[i:i + 32] for i in range(0, len(tile), 32)]


def perfect(hashes):
    """Root over 2^n hashes."""
    while len(hashes) > 1:
        hashes = [node(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def root(size, tile):
    """Root of the first `size` leaves. tile(level, n) gives the bytes of a tile, whose hashes span 256^level leaves each; what it raises passes."""
    if size == 0:
        return EMPTY
    peaks, start = [], 0
    for bits in reversed(range(size.bit_length())):
        if size >> bits & 1:
            level, first, count = bits // 8, start >> bits // 8 * 8, 1 << bits % 8
            offset = first % 256 * 32
            peaks.append(perfect(split(tile(level, first // 256)[offset:offset + 32 * count])))
            start += 1 << bits
    while len(peaks) > 1:
        right = peaks.pop()
        peaks.append(node(peaks.pop(), right))
    return peaks[0]


def width(size, level, n):
    """Hashes in tile n of a level in a tree of that size: 256, or fewer in the last, or none."""
    return max(0, min(256, (size >> 8 * level) - 256 * n))


def included(leaf_hash, index, size, proof, root_hash):
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size or len(leaf_hash) != 32:
        return False
    f, s, r = index, size - 1, leaf_hash
    for sibling in proof:
        if s == 0 or len(sibling) != 32:
            return False
        if f & 1 or f == s:
            r = node(sibling, r)
            while not f & 1 and f:
                f, s = f >> 1, s >> 1
        else:
            r = node(r, sibling)
        f, s = f >> 1, s >> 1
    return s == 0 and r == root_hash


def consistent(size1, size2, proof, root1, root2):
    """RFC 9162 section 2.1.4.2. From size 0 nothing is proved, so it is refused."""
    if not 0 < size1 <= size2 or any(len(hash) != 32 for hash in proof):
        return False
    if size1 == size2:
        return not proof and root1 == root2
    path = list(proof) if size1 & (size1 - 1) else [root1, *proof]
    if not path:
        return False
    f, s = size1 - 1, size2 - 1
    while f & 1:
        f, s = f >> 1, s >> 1
    fr = sr = path[0]
    for hash in path[1:]:
        if s == 0:
            return False
        if f & 1 or f == s:
            fr, sr = node(hash, fr), node(hash, sr)
            while not f & 1 and f:
                f, s = f >> 1, s >> 1
        else:
            sr = node(sr, hash)
        f, s = f >> 1, s >> 1
    return s == 0 and fr == root1 and sr == root2

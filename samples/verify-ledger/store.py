"""What the one pass must remember, in a temporary database that SQLite keeps on disk beyond its cache: 32 bytes an event of tiles, each
event's id, and each stream's last version and hash. No body is kept."""
import sqlite3


class Store:
    def __init__(self):
        self.db = sqlite3.connect("", isolation_level=None)  # an empty name is a private file, gone when closed
        self.db.executescript("""
            pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -32768;
            create table tile (level int, n int, hashes blob, primary key (level, n)) without rowid;
            create table note (size int primary key, text blob);
            create table id (id text primary key) without rowid;
            create table stream (tenant text, stream text, version int, hash blob, primary key (tenant, stream)) without rowid;
            begin""")

    def is_new(self, table, *values):
        """Inserts a row; False if its key is there already."""
        return self.db.execute(f"insert or ignore into {table} values ({','.join('?' * len(values))})", values).rowcount == 1

    def find_tile(self, level, n):
        """The tile's bytes, or None."""
        row = self.db.execute("select hashes from tile where level = ? and n = ?", (level, n)).fetchone()
        return row and row[0]

    def tile(self, level, n):
        """The tile's bytes. KeyError if the bundle hasn't it."""
        hashes = self.find_tile(level, n)
        if hashes is None:
            raise KeyError(f"tile {level}/{n}")
        return hashes

    def tiles(self, level):
        """(n, hashes) in order."""
        return self.db.execute("select n, hashes from tile where level = ? order by n", (level,))

    def notes(self):
        return self.db.execute("select size, text from note order by size")

    def stream(self, tenant, stream):
        """(version, hash) of the last event seen, or (0, None)."""
        return self.db.execute("select version, hash from stream where tenant = ? and stream = ?", (tenant, stream)).fetchone() or (0, None)

    def set_stream(self, tenant, stream, version, hash):
        self.db.execute("insert or replace into stream values (?, ?, ?, ?)", (tenant, stream, version, hash))

namespace Platform.Ledger;

/// <summary>
/// The hashes on which a successor may rest: its predecessor's as recorded, or as recomputed. Whichever of the two was altered, the
/// other one is what the successor was chained to, so one alteration shows in one place.
/// </summary>
internal readonly record struct Predecessor(Hash Stored, Hash Recomputed)
{
    public static Predecessor Sound(in Hash hash) => new(hash, hash);
}

namespace Platform.Ledger;

/// <summary>What a key of the platform speaks for.</summary>
public enum KeyRole
{
    /// <summary>Signs checkpoints.</summary>
    Log,

    /// <summary>Signs hashes of events before they are committed.</summary>
    Writer,
}

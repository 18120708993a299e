namespace Platform.Ledger;

/// <summary>What recomputing an event of a bundle says about it.</summary>
internal enum BundleVerdict : byte
{
    /// <summary>It is what the log has.</summary>
    Sound,

    /// <summary>It is what the log has, but for the hash or the checks that its line gives.</summary>
    Relabelled,

    /// <summary>Its line agrees with itself and not with the log.</summary>
    Forged,

    /// <summary>Its body is left out.</summary>
    Bodiless,

    /// <summary>The body was touched.</summary>
    Payload,

    /// <summary>The metadata was touched.</summary>
    Metadata,

    /// <summary>Something else was touched, or it stands at another's place.</summary>
    Suspect,
}

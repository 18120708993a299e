namespace Platform.Ledger;

/// <summary>Something that isn't as it was written, and where.</summary>
/// <param name="Code">One of <see cref="FindingCode"/>.</param>
/// <param name="Tenant">The tenant in whose stream it shows.</param>
/// <param name="Stream">The stream in which it shows.</param>
/// <param name="Version">Version in the stream, as stored now or as missing; null when the whole stream is meant.</param>
/// <param name="Index">Index in the log, from 0; null while the event has no place there.</param>
/// <param name="Detail">A sentence for an operator.</param>
public sealed record Finding(string Code, string? Tenant, Guid? Stream, long? Version, long? Index, string Detail);

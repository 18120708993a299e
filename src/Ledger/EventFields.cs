namespace Platform.Ledger;

/// <summary>What an event's hash covers besides its place: with origin, tenant, stream and predecessor it makes the hash.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Version">Position in the stream, from 1.</param>
/// <param name="Type">The alias.</param>
/// <param name="Timestamp">Hashed to the microsecond.</param>
/// <param name="Payload">Digest of the body (<see cref="L1.Payload(string, byte[])"/>).</param>
/// <param name="Metadata">Digest of the metadata (<see cref="L1.Metadata"/>).</param>
public readonly record struct EventFields(Guid Id, long Version, string Type, DateTimeOffset Timestamp, Hash Payload, Hash Metadata);

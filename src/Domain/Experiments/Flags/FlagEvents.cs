using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>There is a flag.</summary>
/// <param name="FlagId">The flag; the stream.</param>
/// <param name="Key">What code calls it: unique in the tenant, for good.</param>
/// <param name="Name">For people.</param>
/// <param name="Content">What it is for whom.</param>
[EventType("experiments.flag-defined")]
public sealed record FlagDefined(Guid FlagId, string Key, string Name, FlagContent Content);

/// <summary>The flag is called otherwise, or something else for whom.</summary>
/// <param name="FlagId">The flag.</param>
/// <param name="Name">From now on.</param>
/// <param name="Content">From now on, all of it.</param>
[EventType("experiments.flag-changed")]
public sealed record FlagChanged(Guid FlagId, string Name, FlagContent Content);

/// <summary>The flag is its default for everybody, whatever its rules say.</summary>
/// <param name="FlagId">The flag.</param>
/// <param name="Reason">Why.</param>
[EventType("experiments.flag-killed")]
public sealed record FlagKilled(Guid FlagId, string Reason);

/// <summary>The flag's rules count again.</summary>
[EventType("experiments.flag-revived")]
public sealed record FlagRevived(Guid FlagId);

/// <summary>There is no such flag any more.</summary>
[EventType("experiments.flag-archived")]
public sealed record FlagArchived(Guid FlagId);

/// <summary>The key is the flag's, and other flags decide what it is.</summary>
/// <param name="FlagId">The flag.</param>
/// <param name="Key">Its key.</param>
/// <param name="Needs">Keys of the others, instead of what it needed.</param>
[EventType("experiments.flag-listed")]
public sealed record FlagListed(Guid FlagId, string Key, ImmutableArray<string> Needs);

/// <summary>The flag's key is free.</summary>
[EventType("experiments.flag-unlisted")]
public sealed record FlagUnlisted(Guid FlagId);

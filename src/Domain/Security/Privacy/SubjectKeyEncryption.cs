using System.Collections.Immutable;

namespace Platform.Domain.Security;

/// <summary>The keys of data subjects are to be wrapped by the next version of the key-encryption key.</summary>
/// <param name="KeyVersion">The next version.</param>
[EventType("security.key-encryption-rotated")]
public sealed record KeyEncryptionRotated(int KeyVersion);

/// <summary>All keys of data subjects are wrapped by the version that they should be, and the versions before it are destroyed.</summary>
/// <param name="KeyVersion">The version.</param>
/// <param name="Count">Keys that are wrapped by it.</param>
/// <param name="Destroyed">Versions that were destroyed.</param>
[EventType("security.subject-keys-rewrapped")]
public sealed record SubjectKeysRewrapped(int KeyVersion, long Count, ImmutableArray<int> Destroyed);

/// <summary>What wraps the keys of data subjects, of all tenants: one stream of the platform's own tenant.</summary>
[StateType("security.key-encryption", 1)]
public sealed record SubjectKeyEncryption : IState<SubjectKeyEncryption>
{
    public static SubjectKeyEncryption Initial { get; } = new();

    /// <summary>The stream.</summary>
    public static Guid Id { get; } = DerivedId.From("security.key-encryption");

    /// <summary>The version that wraps, or is to.</summary>
    public int KeyVersion { get; init; } = 1;

    /// <summary>Keys may still be wrapped by versions before it.</summary>
    public bool IsUnderWay { get; init; }

    public long Version { get; init; }

    public SubjectKeyEncryption Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private SubjectKeyEncryption Apply(object @event) => @event switch
    {
        KeyEncryptionRotated e => this with { KeyVersion = e.KeyVersion, IsUnderWay = true },
        SubjectKeysRewrapped => this with { IsUnderWay = false },
        _ => this,
    };
}

/// <summary>Has the keys of data subjects wrapped by a new key-encryption key.</summary>
/// <param name="Current">The version that wraps now; after the database was restored it may be later than the stream says.</param>
public sealed record RotateKeyEncryption(int Current) : ICommand<RotateKeyEncryption, SubjectKeyEncryption>
{
    public static Decision Decide(RotateKeyEncryption command, SubjectKeyEncryption state) =>
        state.IsUnderWay ? Reject.Conflict("The rotation before is still under way.") : Decision.Of(new KeyEncryptionRotated(Math.Max(state.KeyVersion, command.Current) + 1));
}

/// <summary>Records that a rotation is done.</summary>
/// <param name="KeyVersion">Of the key-encryption key that wraps all keys now.</param>
/// <param name="Count">Keys that are wrapped by it.</param>
public sealed record FinishRewrapping(int KeyVersion, long Count) : ICommand<FinishRewrapping, SubjectKeyEncryption>
{
    public static Decision Decide(FinishRewrapping command, SubjectKeyEncryption state) => state.IsUnderWay && state.KeyVersion == command.KeyVersion
        ? Decision.Of(new SubjectKeysRewrapped(command.KeyVersion, command.Count, [command.KeyVersion - 1]))
        : Decision.Nothing;
}

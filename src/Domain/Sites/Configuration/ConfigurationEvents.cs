using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Sites;

/// <summary>A tenant's own key, for good: what it means never changes.</summary>
[EventType("sites.configuration-key-declared")]
public sealed record ConfigurationKeyDeclared(string Name, string Type, Fields Rules, JsonElement Default, string Description);

/// <summary>Values of one level's own, from now on.</summary>
/// <param name="Values">By key.</param>
/// <param name="SiteId">The site whose level it is; null: the tenant's, in the platform's own tenant the platform's. So in all of these events.</param>
[EventType("sites.configuration-values-set")]
public sealed record ConfigurationValuesSet(Fields Values, Guid? SiteId = null);

/// <summary>The level has no values of its own for these keys any more.</summary>
[EventType("sites.configuration-values-reset")]
public sealed record ConfigurationValuesReset(ImmutableArray<string> Keys, Guid? SiteId = null);

/// <summary>What the level says of these keys, or inherits, holds below it whatever is set there.</summary>
[EventType("sites.configuration-keys-locked")]
public sealed record ConfigurationKeysLocked(ImmutableArray<string> Keys, Guid? SiteId = null);

[EventType("sites.configuration-keys-unlocked")]
public sealed record ConfigurationKeysUnlocked(ImmutableArray<string> Keys, Guid? SiteId = null);

/// <summary>The level says again what it said at a version before.</summary>
[EventType("sites.configuration-rolled-back")]
public sealed record ConfigurationRolledBack(
    long ToVersion, Fields Values, ImmutableArray<string> Reset, ImmutableArray<string> Locked, ImmutableArray<string> Unlocked, Guid? SiteId = null);

/// <summary>Values were set at several levels at once, after a look at what that changes.</summary>
/// <param name="ChangeId">The stream.</param>
/// <param name="Sites">The sites at whose levels.</param>
/// <param name="Values">By key.</param>
/// <param name="Token">Of the preview.</param>
[EventType("sites.configuration-change-applied")]
public sealed record ConfigurationChangeApplied(Guid ChangeId, ImmutableArray<Guid> Sites, Fields Values, string Token);

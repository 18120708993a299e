using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Sites;

/// <summary>Gives a level values of its own: all of them or none.</summary>
/// <param name="Values">By key.</param>
public sealed record SetConfiguration(Fields Values)
{
    /// <param name="command">The command.</param>
    /// <param name="scope">What the level says itself.</param>
    /// <param name="place">Where it stands.</param>
    public static Decision Decide(SetConfiguration command, ConfigurationScope scope, ConfigurationPlace place)
    {
        if (place.Missing is { } missing) return missing;
        var changed = command.Values.Except(scope.Values);
        if (place.Refuse(command.Values, scope with { Values = scope.Values.With(command.Values, []) }) is { } refused) return refused;
        return changed.IsEmpty ? Decision.Nothing : Decision.Of(new ConfigurationValuesSet(changed, place.SiteId));
    }
}

/// <summary>Takes values of a level's own back: what it inherits holds again. Also where a lock from above leaves them without effect.</summary>
/// <param name="Keys">Which.</param>
public sealed record ResetConfiguration(ImmutableArray<string> Keys)
{
    public static Decision Decide(ResetConfiguration command, ConfigurationScope scope, ConfigurationPlace place)
    {
        if ((place.Missing ?? place.Check(command.Keys).Rejection) is { } refused) return refused;
        var own = ConfigurationScope.Sorted(command.Keys.Where(scope.Values.Values.ContainsKey).Distinct());
        var after = scope with { Values = scope.Values.With(Fields.Empty, own) };
        if (place.RefuseColours([.. own], after, key => $"keys[{command.Keys.IndexOf(key)}]") is { } unreadable) return unreadable;
        return own.IsEmpty ? Decision.Nothing : Decision.Of(new ConfigurationValuesReset(own, place.SiteId));
    }
}

/// <summary>From this level on keys hold as they are here. What levels below say stays, without effect.</summary>
/// <param name="Keys">Which.</param>
public sealed record LockConfiguration(ImmutableArray<string> Keys)
{
    public static Decision Decide(LockConfiguration command, ConfigurationScope scope, ConfigurationPlace place)
    {
        if ((place.Missing ?? place.Check(command.Keys).Rejection) is { } refused) return refused;
        var added = ConfigurationScope.Sorted(command.Keys.Except(scope.Locks));
        return added.IsEmpty ? Decision.Nothing : Decision.Of(new ConfigurationKeysLocked(added, place.SiteId));
    }
}

/// <summary>Takes locks of a level back: what levels below say has effect again.</summary>
/// <param name="Keys">Which.</param>
public sealed record UnlockConfiguration(ImmutableArray<string> Keys)
{
    public static Decision Decide(UnlockConfiguration command, ConfigurationScope scope, ConfigurationPlace place)
    {
        if ((place.Missing ?? place.Check(command.Keys).Rejection) is { } refused) return refused;
        var removed = ConfigurationScope.Sorted(command.Keys.Intersect(scope.Locks));
        return removed.IsEmpty ? Decision.Nothing : Decision.Of(new ConfigurationKeysUnlocked(removed, place.SiteId));
    }
}

/// <summary>Makes a level say again what it said at a version before, as a new version.</summary>
/// <param name="Version">From 1, before the current one.</param>
public sealed record RollBackConfiguration(long Version)
{
    /// <param name="command">The command.</param>
    /// <param name="scope">What the level says itself.</param>
    /// <param name="past">What it said at that version.</param>
    /// <param name="place">Where it stands.</param>
    public static Decision Decide(RollBackConfiguration command, ConfigurationScope scope, ConfigurationScope past, ConfigurationPlace place)
    {
        if (place.Missing is { } missing) return missing;
        if (command.Version < 1 || command.Version > scope.Version) return Reject.Invalid("version", $"The configuration is at version {scope.Version}.");
        var values = past.Values.Except(scope.Values);
        var reset = scope.Values.Values.Keys.Except(past.Values.Values.Keys).ToImmutableArray();
        if (!values.IsEmpty && place.Refuse(values, past) is { } refused) return refused;
        if (place.RefuseColours([.. reset], past, _ => "version") is { } unreadable) return unreadable;
        var rolledBack = new ConfigurationRolledBack(
            command.Version, values, reset, ConfigurationScope.Sorted(past.Locks.Except(scope.Locks)),
            ConfigurationScope.Sorted(scope.Locks.Except(past.Locks)), place.SiteId);
        return rolledBack is { Values.IsEmpty: true, Reset.IsEmpty: true, Locked.IsEmpty: true, Unlocked.IsEmpty: true } ? Decision.Nothing : Decision.Of(rolledBack);
    }
}

/// <summary>Sets the same values at several sites at once, as previewed: all of it or none.</summary>
/// <param name="ChangeId">New; the stream.</param>
/// <param name="Sites">1-100.</param>
/// <param name="Values">By key.</param>
/// <param name="Token">Of the preview.</param>
public sealed record ApplyConfigurationChange(Guid ChangeId, ImmutableArray<Guid> Sites, Fields Values, string Token)
{
    public const int MostSites = 100;

    /// <summary>What is wrong with the sites named.</summary>
    public static FieldErrors Check(ImmutableArray<Guid> sites) => new FieldErrors().Add(
        "sites", sites.IsEmpty ? "At least one is required." : sites.Length > MostSites ? $"At most {MostSites} at once." : sites.Distinct().Count() < sites.Length ? "One stands twice." : null);

    /// <param name="command">The command.</param>
    /// <param name="now">The token that a preview would give now.</param>
    /// <param name="levels">Each site's level: what it says itself, and where it stands.</param>
    public static JointDecision Decide(ApplyConfigurationChange command, string now, ImmutableArray<(ConfigurationScope Scope, ConfigurationPlace Place)> levels)
    {
        if (Check(command.Sites).Rejection is { } invalid) return invalid;
        if (command.Token.Length == 0) return Reject.Invalid("token", "Is required: of the preview.");
        var decisions = levels.Select(level => (level.Place, Decision: SetConfiguration.Decide(new SetConfiguration(command.Values), level.Scope, level.Place))).ToList();
        if (decisions.Select(level => level.Decision.Rejection).FirstOrDefault(rejection => rejection is not null) is { } refused) return refused;
        if (command.Token != now) return Reject.Conflict("token", "The configuration has changed since the preview; look again.");
        return JointDecision.Of(
            [
                new StreamEvents(command.ChangeId, new ConfigurationChangeApplied(command.ChangeId, command.Sites, command.Values, command.Token)),
                .. decisions.Select(level => new StreamEvents(level.Place.StreamId, level.Decision.Events)),
            ]);
    }
}

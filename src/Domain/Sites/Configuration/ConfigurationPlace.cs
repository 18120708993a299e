using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Sites;

/// <summary>Where a level stands, as decisions on it need to know.</summary>
/// <param name="SiteId">Null: above all sites.</param>
/// <param name="Exists">The site is there.</param>
/// <param name="Name">See <see cref="ConfigurationLevel"/>.</param>
/// <param name="Above">The levels above, from the platform down.</param>
/// <param name="Keys">What can be configured, by name.</param>
public sealed record ConfigurationPlace(Guid? SiteId, bool Exists, string Name, ImmutableArray<ConfigurationLevel> Above, IReadOnlyDictionary<string, ConfigurationKey> Keys)
{
    private const int MostKeys = 100, MostBytes = 256 * 1024;

    /// <summary>What is wrong with a value of a key whose rules need a parser, as a sentence; null: it's fine, or none of those.</summary>
    public Func<string, JsonElement, string?> Parsed { get; init; } = (_, _) => null;

    internal Guid StreamId => ConfigurationScope.IdOf(SiteId);

    internal Rejection? Missing => Exists ? null : Reject.NotFound("There is no such site.");

    /// <summary>Why the level can't have these values of its own; null when it can.</summary>
    /// <param name="values">That it doesn't have yet.</param>
    /// <param name="scope">What it says itself, with them.</param>
    internal Rejection? Refuse(Fields values, ConfigurationScope scope)
    {
        var errors = new FieldErrors().Add("values", values.IsEmpty ? "At least one is required." : values.Values.Count > MostKeys ? $"At most {MostKeys} at once." : null);
        if (errors.Rejection is { } many) return many;
        foreach (var (key, value) in values.Values)
            errors.Add($"values.{key}", Keys.GetValueOrDefault(key) is { } known ? known.Problem(value) ?? Parsed(key, value) : "There is no such key.");
        errors.Add("values", scope.Values.CountBytes() > MostBytes ? $"All values of a level together take at most {MostBytes / 1024} KiB." : null);
        return errors.Rejection ?? RefuseLocked(values) ?? RefuseColours([.. values.Values.Keys], scope, key => $"values.{key}");
    }

    /// <summary>Why colours can't be so at this level; null when they can.</summary>
    /// <param name="changed">Keys that change.</param>
    /// <param name="scope">What the level would say itself.</param>
    /// <param name="field">Where the client named a key.</param>
    internal Rejection? RefuseColours(ImmutableHashSet<string> changed, ConfigurationScope scope, Func<string, string> field)
    {
        var path = Above.Add(new ConfigurationLevel(Name, SiteId, scope.Values, scope.Locks));
        var errors = new FieldErrors();
        foreach (var (key, problem) in Brand.Problems(changed, key => EffectiveConfiguration.Resolve(path, PlatformKeys.All[key]).Value))
            errors.Add(field(key), problem);
        return errors.Rejection;
    }

    internal FieldErrors Check(ImmutableArray<string> keys)
    {
        var errors = new FieldErrors().Add("keys", keys.IsEmpty ? "At least one is required." : keys.Length > MostKeys ? $"At most {MostKeys} at once." : null);
        for (var n = 0; n < keys.Length && errors.Rejection is null; n++)
            errors.Add($"keys[{n}]", Keys.ContainsKey(keys[n]) ? null : "There is no such key.");
        return errors;
    }

    private Rejection? RefuseLocked(Fields values)
    {
        var locked = values.Values.Keys.Select(key => (Key: key, At: EffectiveConfiguration.LockOf(Above, key))).Where(key => key.At is not null)
            .Select(key => (key.Key, Message: $"The key '{key.Key}' is locked {Above[key.At!.Value].Place}.")).ToList();
        return locked.Count == 0 ? null : Reject.Conflict(
            string.Join(' ', locked.Take(5).Select(key => key.Message)),
            locked.ToImmutableSortedDictionary(key => $"values.{key.Key}", key => ImmutableArray.Create(key.Message), StringComparer.Ordinal));
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Sites;

namespace Platform.Domain.Tests.Sites;

/// <summary>Resolution on random paths, held against rules said as plainly as can be.</summary>
public sealed class EffectiveConfigurationProperties
{
    private static readonly ConfigurationKey Key = PlatformKeys.All["content.page-size"];

    private sealed record Said(int? Value, bool Locks);

    // Mostly silent levels, as in life: up to the platform, the tenant and 16 sites.
    private static Arbitrary<Said[]> Paths { get; } = Gen.Choose(1, 18).SelectMany(length =>
        Gen.Frequency((3, Gen.Constant<int?>(null)), (2, Gen.Choose(1, 9).Select(n => (int?)n)))
            .SelectMany(value => Gen.Choose(0, 4).Select(n => new Said(value, n == 0))).ArrayOf(length)).ToArbitrary();

    [Fact]
    public void Resolution_is_what_the_rules_say() => Prop.ForAll(Paths, path => Effective(path) == Naive(path)).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_is_said_below_a_lock_makes_no_difference() => Prop.ForAll(Paths, Paths, (path, below) =>
    {
        Said[] locked = [.. path[..^1], path[^1] with { Locks = true }];
        return Effective(locked) == Effective([.. locked, .. below]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_a_level_resets_is_as_its_parent_has_it() => Prop.ForAll(Paths, path =>
        Effective([.. path, new Said(null, false)]) == Effective(path)).QuickCheckThrowOnFailure();

    [Fact]
    public void Without_locks_the_nearest_level_counts() => Prop.ForAll(Paths, path =>
    {
        var open = path.Select(level => level with { Locks = false }).ToArray();
        return Effective([.. open, new Said(42, false)]) == 42 && Effective(open) == (open.Select(level => level.Value).LastOrDefault(value => value is not null) ?? 20);
    }).QuickCheckThrowOnFailure();

    private static int Effective(Said[] path) => EffectiveConfiguration.Resolve(
        [.. path.Select((level, n) => new ConfigurationLevel($"level {n}", null,
            level.Value is { } value ? new Fields(Fields.Empty.Values.Add(Key.Name, JsonElement.Parse($"{value}"))) : Fields.Empty, level.Locks ? [Key.Name] : []))], Key).Value.GetInt32();

    // From the top: each level may say something unless one before it has locked the key.
    private static int Naive(Said[] path)
    {
        var (value, isLocked) = (Key.Default.GetInt32(), false);
        foreach (var level in path)
        {
            if (!isLocked && level.Value is { } own)
                value = own;
            isLocked |= level.Locks;
        }
        return value;
    }
}

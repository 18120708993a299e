using FsCheck;
using FsCheck.Fluent;

namespace Platform.EventStore.Tests;

/// <summary>A property over everything that can be drawn from a seed; a failure names the seed.</summary>
internal static class Seeds
{
    public static Task ForEachAsync(int count, Func<Random, Task> property) => Task.Run(() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => property(new Random(seed)).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count)));
}

namespace Platform.Faults.Tests;

/// <summary>Where a test's chance comes from.</summary>
internal static class Seed
{
    /// <summary>A number that repeats a run: <c>PLATFORM_SEED</c> where it's set, otherwise any; written to the output.</summary>
    public static int Choose(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PLATFORM_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"seed {seed}: PLATFORM_SEED={seed} repeats its choices");
        return seed;
    }
}

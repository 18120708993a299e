using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class BundleVerifierProperties
{
    [Fact]
    public void An_honest_history_gives_no_finding_whole_or_in_part_and_whoever_is_trusted() => ForEachSeed(1000, seed =>
    {
        var random = new Random(seed);
        var history = BundleDraw.History(random);
        var tenant = random.Next(3) == 0 ? random.GetItems([.. BundleDraw.Tenants, KeyRotation.Tenant], 1)[0] : null;
        var from = random.Next(3) == 0 ? random.NextInt64(history.Size + 1) : 0;
        var trust = random.Next(2) == 0 ? null : history.Trust;
        var (findings, report) = history.Parts(tenant, from).VerifyAsync(trust).GetAwaiter().GetResult();
        findings.ShouldBeEmpty();
        report.Trust!.Checkpoint!.ToString().ShouldBe(history.Note().ToString());
        report.Trust.Keys.ShouldBe(history.Trust.Keys, ignoreOrder: true);
    });

    private static void ForEachSeed(int times, Action<int> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), property));
}

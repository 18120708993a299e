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

    [Fact] public void An_edited_body_is_found_in_its_place() => Finds(BundleTampers.Payload);

    [Fact] public void Edited_metadata_is_found_in_its_place() => Finds(BundleTampers.Metadata);

    [Fact] public void Whatever_else_is_edited_in_an_event_is_found_in_its_place() => Finds(BundleTampers.Leaf);

    [Fact] public void An_event_moved_to_another_tenant_is_found_where_it_stands() => Finds(BundleTampers.Tenant);

    [Fact]
    public async Task An_event_moved_from_a_tenant_that_has_no_other_is_found_where_it_stands()
    {
        var random = new Random(96520924);
        var parts = BundleDraw.History(random).Parts();
        parts.Events[21].Tenant.ShouldBe("tenant-c");
        parts.Events.Count(e => e.Tenant == "tenant-c").ShouldBe(1);
        parts.Events[21] = parts.Events[21] with { Tenant = "tenant-a" };
        var (findings, _) = await parts.VerifyAsync(null);
        // No other line names the tenant that it was taken from, so that only the leaf says that it isn't what was written.
        findings.ConvertAll(Told.Of).ShouldBe([Told.Of(FindingCode.LeafMismatch, parts.Events[21])]);
    }

    [Fact] public void A_stream_moved_to_another_tenant_is_found_once() => Finds(BundleTampers.TenantOfStream);

    [Fact] public void A_body_left_out_is_missing_whatever_it_is_called() => Finds(BundleTampers.Bodiless);

    [Fact] public void Two_events_at_each_others_version_are_found_once() => Finds(BundleTampers.Order);

    [Fact] public void An_event_gone_from_the_middle_of_a_stream_is_a_gap() => Finds(BundleTampers.Middle);

    [Fact] public void Events_gone_from_a_streams_end_are_missing_at_their_indices() => Finds(BundleTampers.Tail);

    [Fact] public void A_stream_that_is_gone_is_missing_at_its_indices() => Finds(BundleTampers.Stream);

    [Fact] public void A_dropped_event_with_the_others_moved_up_is_found_where_it_was() => Finds(BundleTampers.Dropped);

    [Fact] public void Events_reordered_in_the_log_are_found_at_the_first() => Finds(BundleTampers.Reordered);

    [Fact] public void An_event_edited_with_its_chain_is_found_by_the_log() => Finds(BundleTampers.Rechained);

    [Fact] public void A_log_rewritten_under_its_checkpoint_is_found_after_the_last_checkpoint_that_agrees() => Finds(BundleTampers.Rewritten);

    private static void Finds(Func<BundleParts, Random, Told> tamper) => Finds((_, parts, random) => tamper(parts, random));

    private static void Finds(Func<BundleHistory, BundleParts, Random, Told> tamper) => ForEachSeed(40, seed =>
    {
        var random = new Random(seed);
        var history = BundleDraw.History(random);
        var parts = history.Parts();
        if (parts.Events.Count < 30)
            return;
        var expected = tamper(history, parts, random);
        var (findings, _) = parts.VerifyAsync(random.Next(2) == 0 ? null : history.Trust).GetAwaiter().GetResult();
        findings.ConvertAll(Told.Of).ShouldBe([expected], string.Join("\n", findings));
    });

    private static void ForEachSeed(int times, Action<int> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), property));
}

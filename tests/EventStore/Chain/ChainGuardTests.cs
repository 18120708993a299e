namespace Platform.EventStore.Tests.Chain;

public class ChainGuardTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task All_triggers_stand_and_one_that_is_taken_away_is_named()
    {
        (await ChainGuard.FindGapsAsync(fixture.Owner)).ShouldBeEmpty();
        await fixture.Owner.RunAsync("alter table public.mt_events disable trigger ledger_chain");
        (await ChainGuard.FindGapsAsync(fixture.Owner)).ShouldBe(["mt_events/ledger_chain"]);
        await fixture.Owner.RunAsync("alter table public.mt_events enable always trigger ledger_chain; drop trigger ledger_guard on ledger.log");
        (await ChainGuard.FindGapsAsync(fixture.Owner)).ShouldBe(["log/ledger_guard"]);
    }
}

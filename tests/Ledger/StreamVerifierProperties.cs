using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class StreamVerifierProperties
{
    private const int Histories = 1000;
    private const int TampersEach = 300;

    [Fact]
    public void An_honest_history_gives_no_finding() => ForEachSeed(Histories, seed => Draw.History(new Random(seed)).Verify().ShouldBeEmpty());

    [Fact] public void An_edited_body_is_found_in_its_place() => Finds(Tampers.Payload);

    [Fact] public void Edited_metadata_is_found_in_its_place() => Finds(Tampers.Metadata);

    [Fact] public void An_edited_timestamp_is_found_in_its_place() => Finds(Tampers.Timestamp);

    [Fact] public void An_edited_type_is_found_in_its_place() => Finds(Tampers.Type);

    [Fact] public void An_edited_event_id_is_found_in_its_place() => Finds(Tampers.EventId);

    [Fact] public void An_edited_hash_is_found_in_its_place() => Finds(Tampers.RecordedHash);

    [Fact] public void An_edited_check_is_found_in_its_place() => Finds(Tampers.RecordedCheck);

    [Fact] public void An_epoch_that_the_log_lacks_is_found_in_its_place() => Finds(Tampers.UnknownEpoch);

    [Fact] public void An_event_moved_to_another_epoch_is_found_in_its_place() => Finds(Tampers.OtherEpoch);

    [Fact] public void An_event_without_its_ledger_row_is_found_in_its_place() => Finds(Tampers.NoChainEntry);

    [Fact] public void An_event_stored_unchained_is_found_whatever_follows_it() => Finds(Tampers.Unchained);

    [Fact] public void An_edited_version_is_no_gap() => Finds(Tampers.Version);

    [Fact] public void A_version_edited_to_one_already_taken_is_no_gap() => Finds(Tampers.RepeatedVersion);

    [Fact] public void Events_deleted_from_the_middle_leave_one_gap() => Finds(Tampers.Middle);

    [Fact] public void A_tombstone_deleted_is_found_though_gaps_are_normal_there() => Finds(Tampers.Tombstone, sequenced: true);

    [Fact] public void A_tail_deleted_is_found_by_the_log_or_by_the_streams_row() => Finds(Tampers.Tail);

    [Fact] public void A_tail_deleted_with_the_row_set_back_is_found_by_the_log() => Finds(Tampers.TailAndRow, sequenced: true);

    [Fact] public void A_stream_without_events_is_found_with_or_without_its_row() => Finds(Tampers.Stream);

    [Fact] public void Two_events_at_each_others_place_are_found_once() => Finds(Tampers.Order);

    [Fact] public void A_replayed_event_is_found_in_its_second_place() => Finds(Tampers.Replay);

    [Fact] public void An_event_moved_to_another_tenant_is_found_there_only() => Finds(Tampers.TenantOfEvent, sequenced: true);

    [Fact] public void A_stream_moved_to_another_tenant_is_found_once() => Finds(Tampers.TenantOfStream, sequenced: true);

    private static void Finds(Func<History, Random, Expected> tamper, bool? sequenced = null) => ForEachSeed(TampersEach, seed =>
    {
        var random = new Random(seed);
        var history = Draw.History(random, sequenced);
        var expected = tamper(history, random);
        var found = history.Verify().ShouldHaveSingleItem();
        (found.Code, found.Tenant, found.Stream, found.Version, found.Index)
            .ShouldBe((expected.Code, expected.Stream.Tenant, (Guid?)expected.Stream.Id, expected.Version, expected.Index), found.Detail);
    });

    private static void ForEachSeed(int times, Action<int> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), property));
}

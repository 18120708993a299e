namespace Platform.Ledger.Tests;

public class StreamVerifierTests
{
    private readonly Random _random = new(1);

    [Fact]
    public void Two_adjacent_alterations_are_two_findings()
    {
        var (history, stream) = Stream(8);
        stream.Rows[3] = Later(stream.Rows[3]);
        stream.Rows[4] = Later(stream.Rows[4]);
        history.Verify().Select(finding => (finding.Code, finding.Version))
            .ShouldBe([(FindingCode.LeafMismatch, 4L), (FindingCode.LeafMismatch, 5L)]);
    }

    [Fact]
    public void An_overwritten_stream_is_reported_event_by_event_without_trying_each_at_each_place()
    {
        var (history, stream) = Stream(2000);
        for (var n = 0; n < stream.Rows.Count; n++)
            stream.Rows[n] = Later(stream.Rows[n]);
        history.Verify().Select(finding => finding.Version).Order().ShouldBe(stream.Rows.Select(row => (long?)row.Version));
    }

    [Fact]
    public void An_altered_event_never_speaks_against_the_one_after_it()
    {
        var (history, stream) = Stream(2000);
        for (var n = 0; n < stream.Rows.Count; n += 2)
            stream.Rows[n] = stream.Rows[n] with { Data = "{}"u8.ToArray() };
        var findings = history.Verify();
        findings.ShouldAllBe(finding => finding.Code == FindingCode.PayloadMismatch && finding.Version % 2 == 1);
        findings.Count.ShouldBe(1000);
    }

    [Fact]
    public void Several_missing_events_at_the_end_are_one_finding_that_names_the_range()
    {
        var (history, stream) = Stream(8);
        stream.Rows.RemoveRange(5, 3);
        history.Verify().ShouldHaveSingleItem().Detail.ShouldStartWith("Versions 6 to 8 are missing");
    }

    [Fact]
    public void The_event_after_a_gap_is_checked_when_the_missing_ones_hash_is_still_recorded()
    {
        var (history, stream) = Stream(8);
        var missing = stream.Rows[3].Chain!.Value.Hash;
        stream.Rows[4] = Later(stream.Rows[4]);
        stream.Rows.RemoveAt(3);
        history.Verify().Select(finding => finding.Code).ShouldBe([FindingCode.VersionGap]);
        history.Verify((_, _, version) => version == 4 ? missing : null).Select(finding => (finding.Code, finding.Version))
            .ShouldBe([(FindingCode.LeafMismatch, 5L), (FindingCode.VersionGap, 4L)]);
    }

    [Fact]
    public void An_event_replaced_by_one_of_another_stream_is_found_without_blaming_its_successor()
    {
        var (history, stream) = Stream(8);
        var other = history.Start("tenant-a", Draw.Id(_random));
        history.Append(other, _random, 1, 2, 3, 4);
        history.Sequence();
        stream.Rows[3] = other.Rows[3];
        history.Verify().ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            finding => finding.Code.ShouldBe(FindingCode.LeafMismatch),
            finding => finding.Version.ShouldBe(4),
            finding => finding.Index.ShouldBe(3));
    }

    [Fact]
    public void Events_are_counted()
    {
        var (history, stream) = Stream(8);
        var verifier = new StreamVerifier(history.Origins, finding => Assert.Fail(finding.Detail));
        verifier.Begin(stream.Tenant, stream.Id, stream.RowVersion, history.Log);
        stream.Rows.ForEach(row => verifier.Next(row));
        verifier.End();
        verifier.Complete();
        verifier.Checked.ShouldBe(8);
    }

    private static StoredEvent Later(StoredEvent e) => e with { Timestamp = e.Timestamp.AddSeconds(1) };

    private (History History, StoredStream Stream) Stream(int events)
    {
        var history = new History();
        var stream = history.Start("tenant-a", Draw.Id(_random));
        history.Append(stream, _random, [.. Enumerable.Range(1, events).Select(version => (long)version)]);
        history.Sequence();
        return (history, stream);
    }
}

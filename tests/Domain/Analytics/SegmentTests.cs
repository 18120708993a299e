using System.Collections.Immutable;
using Platform.Domain.Analytics;

namespace Platform.Domain.Tests.Analytics;

public sealed class SegmentTests
{
    private static readonly Guid _id = new("0198c5a0-0000-7000-8000-000000000001"), _other = new("0198c5a0-0000-7000-8000-000000000002");
    private static readonly string[] _dimensions = ["country", "device"];
    private static readonly ImmutableArray<BehaviourFilter> _phones = [new("device", ["mobile", "tablet"]), new("country", ["AT"], true)];

    [Fact]
    public void A_segment_is_defined_and_listed() => Decide(new DefineSegment(_id, " Phones abroad ", _phones, [])).Streams.SelectMany(stream => stream.Events)
        .ShouldBe([new SegmentDefined(_id, "Phones abroad", _phones), new SegmentListed(_id, "Phones abroad")], new ByText());

    [Fact]
    public void No_two_have_a_name_whatever_the_letter_case()
    {
        var list = List(new SegmentListed(_other, "Phones"));
        DefineSegment.Decide(new DefineSegment(_id, "PHONES", _phones, []), Segment.Initial, list, _dimensions, []).Rejection!.Errors.Keys.ShouldBe(["name"]);
        ChangeSegment.Decide(new ChangeSegment(_id, "phones", _phones, []), Defined(), list, _dimensions, []).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
        ChangeSegment.Decide(new ChangeSegment(_id, "phones", _phones, []), Defined(), List(new SegmentListed(_id, "Phones")), _dimensions, []).Accepted.ShouldBeTrue("its own name in other letters");
        DefineSegment.Decide(new DefineSegment(_id, "phones", _phones, []), Segment.Initial, List(new SegmentListed(_other, "Phones"), new SegmentUnlisted(_other)), _dimensions, []).Accepted.ShouldBeTrue();
        DefineSegment.Decide(new DefineSegment(_id, "phones", _phones, []), Segment.Initial, List(new SegmentListed(_other, "Phones"), new SegmentListed(_other, "Desks")), _dimensions, []).Accepted.ShouldBeTrue();
    }

    [Fact]
    public void A_tenant_has_at_most_200()
    {
        var full = Enumerable.Range(0, SegmentList.Most).Aggregate(SegmentList.Initial, (list, n) => list.Evolve(new SegmentListed(new Guid(n + 1, 0, 0, new byte[8]), $"s{n}"), n + 1));
        DefineSegment.Decide(new DefineSegment(_id, "Phones", _phones, []), Segment.Initial, full, _dimensions, []).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
        ChangeSegment.Decide(new ChangeSegment(_id, "Phones", _phones, []), Defined(), full, _dimensions, []).Accepted.ShouldBeTrue();
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        Decide(new DefineSegment(_id, " ", [], [])).Rejection!.Errors.Keys.ShouldBe(["filters", "name"], ignoreOrder: true);
        Decide(new DefineSegment(_id, new string('a', 101), [new("colour", []), new("device", ["\0"])], [])).Rejection!.Errors.Keys
            .ShouldBe(["name", "filters[0].dimension", "filters[0].values", "filters[1].values"], ignoreOrder: true);
        Decide(new DefineSegment(_id, "a", [.. Enumerable.Repeat(new BehaviourFilter("device", ["x"]), 11)], [])).Rejection!.Errors.Keys.ShouldBe(["filters"]);
        Decide(new DefineSegment(_id, "a", [new("device", [.. Enumerable.Repeat("x", 51)])], [])).Rejection!.Errors.Keys.ShouldBe(["filters[0].values"]);
        Decide(new DefineSegment(_id, "a", [new("device", [.. Enumerable.Repeat(new string('x', 200), 50)])], [])).Accepted.ShouldBeTrue();
    }

    [Fact]
    public void Said_anew_the_same_way_nothing_changes_and_an_old_name_is_free()
    {
        ChangeSegment.Decide(new ChangeSegment(_id, "Phones", [.. _phones], []), Defined(), List(new SegmentListed(_id, "Phones")), _dimensions, []).Streams.ShouldBeEmpty();
        ChangeSegment.Decide(new ChangeSegment(_id, "Phones", [_phones[0]], []), Defined(), List(new SegmentListed(_id, "Phones")), _dimensions, []).Streams.ShouldHaveSingleItem().Events.ShouldHaveSingleItem().ShouldBeOfType<SegmentChanged>();
        ChangeSegment.Decide(new ChangeSegment(_id, "Desks", _phones, []), Defined(), List(new SegmentListed(_id, "Phones")), _dimensions, []).Streams[1].Events.ShouldBe([new SegmentListed(_id, "Desks")]);
        ChangeSegment.Decide(new ChangeSegment(_id, "Desks", _phones, []), Segment.Initial, SegmentList.Initial, _dimensions, []).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
    }

    [Fact]
    public void Conditions_are_enough_and_what_is_wrong_with_them_is_named()
    {
        ImmutableArray<BehaviourCondition> conditions = [new("like", AtLeast: 10, Days: 30), new(AtLeast: 0, AtMost: 0, Days: 90)];
        Decide(new DefineSegment(_id, "Fans", [], conditions)).Streams[0].Events.ShouldHaveSingleItem().ShouldBeOfType<SegmentDefined>().Conditions!.Value.ShouldBe(conditions);
        Decide(new DefineSegment(_id, "a", [], [
            new(""), new(new string('a', 201)), new("a\n"), new(Page: ""), new(AtLeast: -1), new(AtLeast: 1_000_001), new(AtLeast: 0), new(AtLeast: 2, AtMost: 1), new(Days: 0), new(Days: 732),
        ])).Rejection!.Errors.Keys.ShouldBe([
            "conditions[0].event", "conditions[1].event", "conditions[2].event", "conditions[3].page", "conditions[4].atLeast", "conditions[5].atLeast", "conditions[6].atMost", "conditions[7].atMost",
            "conditions[8].days", "conditions[9].days"], ignoreOrder: true);
        Decide(new DefineSegment(_id, "a", [], [.. Enumerable.Repeat(new BehaviourCondition("like"), 11)])).Rejection!.Errors.Keys.ShouldBe(["conditions"]);
        var fans = Segment.Initial.Evolve(new SegmentDefined(_id, "Fans", [], conditions), 1);
        ChangeSegment.Decide(new ChangeSegment(_id, "Fans", [], [.. conditions]), fans, List(new SegmentListed(_id, "Fans")), _dimensions, []).Streams.ShouldBeEmpty();
        ChangeSegment.Decide(new ChangeSegment(_id, "Fans", _phones, []), fans, List(new SegmentListed(_id, "Fans")), _dimensions, []).Streams[0].Events.ShouldHaveSingleItem().ShouldBeOfType<SegmentChanged>().Conditions.ShouldBeNull();
    }

    [Fact]
    public void It_is_for_a_list_of_sites_or_for_all()
    {
        var shared = Decide(new DefineSegment(_id, "Phones", _phones, [], [_other, _id, _other])).Streams[0].Events.ShouldHaveSingleItem().ShouldBeOfType<SegmentDefined>();
        shared.Sites!.Value.ShouldBe([_id, _other], "each once, in order");
        Decide(new DefineSegment(_id, "Phones", _phones, [])).Streams[0].Events.ShouldHaveSingleItem().ShouldBeOfType<SegmentDefined>().Sites.ShouldBeNull();
        Decide(new DefineSegment(_id, "Phones", _phones, [], [])).Rejection!.Errors.Keys.ShouldBe(["siteIds"]);
        ImmutableArray<Guid> many = [.. Enumerable.Range(0, DefineSegment.MostSites).Select(n => new Guid(n, 0, 0, new byte[8]))];
        Decide(new DefineSegment(_id, "Phones", _phones, [], many)).Accepted.ShouldBeTrue();
        Decide(new DefineSegment(_id, "Phones", _phones, [], many.Add(_id))).Rejection!.Errors.Keys.ShouldBe(["siteIds"]);
        DefineSegment.Decide(new DefineSegment(_id, "Phones", _phones, [], [_id, _other]), Segment.Initial, SegmentList.Initial, _dimensions, [1]).Rejection!.Errors.Keys.ShouldBe(["siteIds[1]"]);

        var segment = Segment.Initial.Evolve(shared, 1);
        var list = List(new SegmentListed(_id, "Phones"));
        ChangeSegment.Decide(new ChangeSegment(_id, "Phones", _phones, [], [_other, _id]), segment, list, _dimensions, []).Streams.ShouldBeEmpty("the same sites in another order");
        ChangeSegment.Decide(new ChangeSegment(_id, "Phones", _phones, [], [_id]), segment, list, _dimensions, []).Streams[0].Events.ShouldHaveSingleItem().ShouldBeOfType<SegmentChanged>().Sites!.Value.ShouldBe([_id]);
        ChangeSegment.Decide(new ChangeSegment(_id, "Phones", _phones, []), segment, list, _dimensions, []).Streams[0].Events.ShouldHaveSingleItem().ShouldBeOfType<SegmentChanged>().Sites.ShouldBeNull();
    }

    [Fact]
    public void Archived_twice_is_archived_once()
    {
        ArchiveSegment.Decide(new ArchiveSegment(_id), Defined()).Streams.SelectMany(stream => stream.Events).ShouldBe([new SegmentArchived(_id), new SegmentUnlisted(_id)]);
        var archived = Defined().Evolve(new SegmentArchived(_id), 2);
        ArchiveSegment.Decide(new ArchiveSegment(_id), archived).Streams.ShouldBeEmpty();
        ArchiveSegment.Decide(new ArchiveSegment(_id), Segment.Initial).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
        ChangeSegment.Decide(new ChangeSegment(_id, "a", _phones, []), archived, SegmentList.Initial, _dimensions, []).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
        DefineSegment.Decide(new DefineSegment(_id, "a", _phones, []), archived, SegmentList.Initial, _dimensions, []).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
    }

    private static JointDecision Decide(DefineSegment command) => DefineSegment.Decide(command, Segment.Initial, SegmentList.Initial, _dimensions, []);

    private static Segment Defined() => Segment.Initial.Evolve(new SegmentDefined(_id, "Phones", _phones), 1);

    private static SegmentList List(params object[] events) => events.Aggregate(SegmentList.Initial, (list, e) => list.Evolve(e, 1));

    // Records that hold arrays are the same when they say the same.
    private sealed class ByText : IEqualityComparer<object>
    {
        public new bool Equals(object? x, object? y) => System.Text.Json.JsonSerializer.Serialize(x) == System.Text.Json.JsonSerializer.Serialize(y);

        public int GetHashCode(object obj) => 0;
    }
}

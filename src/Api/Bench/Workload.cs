namespace Platform.Api.Bench;

/// <summary>How events arrive.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Writers">At once.</param>
/// <param name="EventsPerAppend">In one transaction.</param>
/// <param name="IsHot">All writers append to one stream; else each append starts its own.</param>
public sealed record Workload(string Name, int Writers, int EventsPerAppend, bool IsHot = false)
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("1 event, 1 writer", 1, 1),
        new("1 event, 8 writers", 8, 1),
        new("1 event, 16 writers", 16, 1),
        new("10 events, 1 writer", 1, 10),
        new("100 events, 1 writer", 1, 100),
        new("1,000 events, 1 writer", 1, 1_000),
        new("100 events, 8 writers", 8, 100),
        new("1 event, 16 writers, one stream", 16, 1, IsHot: true),
    ];
}

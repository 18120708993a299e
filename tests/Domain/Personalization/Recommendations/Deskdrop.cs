using System.Globalization;
using System.IO.Compression;
using Platform.Domain.Personalization;
using Platform.Tests.Support;

namespace Platform.Domain.Tests.Personalization;

/// <summary>Real contacts of people with articles; ids of persons and items are in the order of their numbers.</summary>
internal static class Deskdrop
{
    public const string Set = "analytics/deskdrop-events";

    private static readonly Lazy<Interaction[]> _contacts = new(() => Read(AcceptanceSets.Find(Set)!));

    /// <summary>In order of time, then person, then item; the rest of the test is skipped without the set.</summary>
    public static Interaction[] Contacts()
    {
        Assert.SkipWhen(AcceptanceSets.Find(Set) is null, AcceptanceSets.Absent(Set));
        return _contacts.Value;
    }

    private static Interaction[] Read(string folder)
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, "events.csv.gz")), CompressionMode.Decompress));
        var events = new List<(long At, int Person, int Item)>();
        file.ReadLine();
        while (file.ReadLine()?.Split(',') is { } fields)
            events.Add((long.Parse(fields[0], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture), int.Parse(fields[2], CultureInfo.InvariantCulture)));
        return [.. events.Order().DistinctBy(e => (e.Person, e.Item)).Select(e => new Interaction(Id(e.Person), Id(e.Item), DateTimeOffset.FromUnixTimeSeconds(e.At)))];
    }

    public static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}

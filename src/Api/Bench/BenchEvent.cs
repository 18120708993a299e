using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.Bench;

/// <summary>What is appended: about 319 bytes of JSON in PostgreSQL's text form.</summary>
public sealed record BenchEvent(Guid ItemId, string Title, string Body, int Number)
{
    public static BenchEvent Make(int number) => new(
        Guid.CreateVersion7(), "A title as long as titles of articles usually are", "Words that stand for a paragraph of an article: enough of them to fill the event up to the size that was agreed on for all measurements, whatever the machine, so that figures compare.", number);
}

/// <summary>The same, of weight: its writer signs it.</summary>
public sealed record BenchWeighed(Guid ItemId, string Title, string Body, int Number)
{
    public static BenchWeighed Make(int number) => BenchEvent.Make(number) is var e ? new BenchWeighed(e.ItemId, e.Title, e.Body, e.Number) : null!;
}

/// <summary>Events counted, so that a benchmark can be folded.</summary>
public sealed record BenchState(long Events);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BenchEvent))]
[JsonSerializable(typeof(BenchWeighed))]
[JsonSerializable(typeof(BenchPerson))]
[JsonSerializable(typeof(BenchOpenPerson))]
[JsonSerializable(typeof(BenchState))]
[JsonSerializable(typeof(BenchTotal))]
public sealed partial class BenchJson : JsonSerializerContext;

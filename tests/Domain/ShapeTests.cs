using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Domain.Tests;

public sealed class ShapeTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static TheoryData<string> Aliases => [.. EventCatalog.All.Keys];

    [Fact]
    public void Every_event_keeps_its_shape()
    {
        EventExamples.All.Select(example => EventCatalog.Of(example).Alias)
            .ShouldBe(EventCatalog.All.Keys, ignoreOrder: true, "every alias needs exactly one example in EventExamples");

        Snapshot.Match("EventShapes.snapshot.json", Text(EventExamples.All.Select(example =>
        {
            var entry = EventCatalog.Of(example);
            return (entry.Alias, JsonSerializer.SerializeToNode(example, entry.Json));
        })));
    }

    [Fact]
    public void Every_state_keeps_its_shape_or_raises_its_number()
    {
        StateExamples.All.Select(example => StateCatalog.Of(example.GetType()).Alias)
            .ShouldBe(StateCatalog.All.Keys, ignoreOrder: true, "every state needs exactly one example in StateExamples");

        Snapshot.Match("StateShapes.snapshot.json", Text(StateExamples.All.Select(example =>
        {
            var entry = StateCatalog.Of(example.GetType());
            return ($"{entry.Alias} {entry.Shape}", JsonSerializer.SerializeToNode(example, entry.Json));
        })));
    }

    [Theory]
    [MemberData(nameof(Aliases))]
    public void An_event_is_read_back_as_it_was_written(string alias)
    {
        var entry = EventCatalog.All[alias];
        var example = EventExamples.All.Single(candidate => candidate.GetType() == entry.ClrType);
        var json = JsonSerializer.Serialize(example, entry.Json);

        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, entry.Json), entry.Json).ShouldBe(json);
    }

    [Fact]
    public void A_state_is_read_back_as_it_was_written()
    {
        foreach (var example in StateExamples.All)
        {
            var entry = StateCatalog.Of(example.GetType());
            var json = JsonSerializer.Serialize(example, entry.Json);
            JsonSerializer.Serialize(JsonSerializer.Deserialize(json, entry.Json), entry.Json).ShouldBe(json);
        }
    }

    [Fact]
    public void The_initial_state_is_read_back_as_it_was_written()
    {
        foreach (var entry in StateCatalog.All.Values)
        {
            var json = JsonSerializer.Serialize(entry.ClrType.GetProperty("Initial")!.GetValue(null), entry.Json);
            JsonSerializer.Serialize(JsonSerializer.Deserialize(json, entry.Json), entry.Json).ShouldBe(json);
        }
    }

    [Fact]
    public void An_unknown_member_of_an_event_is_refused()
    {
        // An event without members says by its alias alone what happened: whatever stands in its body is a later release's.
        foreach (var entry in EventCatalog.All.Values.Where(entry => entry.Json.Properties.Count > 0))
            Should.Throw<JsonException>(() => JsonSerializer.Deserialize("""{"surprise":1}""", entry.Json));
    }

    private static string Text(IEnumerable<(string Name, JsonNode? Shape)> shapes) => new JsonObject(shapes
        .OrderBy(shape => shape.Name, StringComparer.Ordinal)
        .Select(shape => KeyValuePair.Create(shape.Name, shape.Shape))).ToJsonString(Indented);
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Domain.Content;

namespace Platform.Domain.Tests;

public sealed class EventCatalogTests
{
    private static readonly JsonSerializerContext[] Contexts = [ContentJson.Default];

    [Fact]
    public void An_event_is_found_by_its_alias()
    {
        EventCatalog.All["content.item-published"].ClrType.ShouldBe(typeof(ItemPublished));
        EventCatalog.Of(new ItemArchived(Guid.Empty)).Alias.ShouldBe("content.item-archived");
    }

    [Fact]
    public void What_is_no_event_is_not_found() => Should.Throw<KeyNotFoundException>(() => EventCatalog.Of("a text"));

    [Fact]
    public void What_may_be_null_in_an_event_has_a_default_or_its_absence_couldnt_be_read()
    {
        var nullability = new NullabilityInfoContext();
        EventCatalog.All.Values
            .SelectMany(entry => entry.ClrType.GetConstructors().SelectMany(made => made.GetParameters()).Select(member => (entry.Alias, Member: member)))
            .Where(each => nullability.Create(each.Member).WriteState == NullabilityState.Nullable && !each.Member.HasDefaultValue)
            .Select(each => $"{each.Alias} {each.Member.Name}").ShouldBeEmpty();
    }

    [Fact]
    public void An_event_in_no_context_fails_loudly() =>
        Should.Throw<InvalidOperationException>(() => EventCatalog.Build([typeof(Unlisted)], Contexts))
            .Message.ShouldContain("isn't listed in any JSON context");

    [Fact]
    public void An_alias_that_stands_twice_fails_loudly() =>
        Should.Throw<InvalidOperationException>(() => EventCatalog.Build([typeof(ItemArchived), typeof(ItemArchived)], Contexts))
            .Message.ShouldContain("'content.item-archived' stands twice");

    [Fact]
    public void A_malformed_alias_fails_loudly() =>
        Should.Throw<InvalidOperationException>(() => EventCatalog.Build([typeof(Malformed)], Contexts))
            .Message.ShouldContain("isn't a well-formed alias");

    [Fact]
    public void A_state_is_found_by_its_alias_with_its_shape()
    {
        var entry = StateCatalog.All["content.item"];
        (entry.ClrType, entry.Shape).ShouldBe((typeof(Item), 3));
    }

    [Fact]
    public void A_state_in_no_context_or_an_alias_that_stands_twice_fails_loudly()
    {
        Should.Throw<InvalidOperationException>(() => StateCatalog.Build([typeof(UnlistedState)], Contexts));
        Should.Throw<InvalidOperationException>(() => StateCatalog.Build([typeof(Item), typeof(Item)], Contexts))
            .Message.ShouldContain("stands twice");
    }

    [Fact]
    public void Every_state_of_the_assembly_is_in_the_catalog() =>
        typeof(IState<>).Assembly.GetTypes()
            .Where(type => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IState<>)))
            .ShouldBe(StateCatalog.All.Values.Select(entry => entry.ClrType), ignoreOrder: true);

    [Fact]
    public void An_event_that_a_state_does_not_know_moves_its_version_and_nothing_else()
    {
        foreach (var entry in StateCatalog.All.Values)
        {
            var initial = entry.ClrType.GetProperty("Initial")!.GetValue(null)!;
            var evolved = entry.ClrType.GetMethod("Evolve")!.Invoke(initial, [new object(), 7L])!;
            var before = JsonSerializer.Serialize(initial, entry.Json);
            JsonSerializer.Serialize(evolved, entry.Json).ShouldBe(before.Replace("\"version\":0", "\"version\":7"));
        }
    }

    [EventType("content.unlisted")]
    private sealed record Unlisted;

    [EventType("Content.Malformed")]
    private sealed record Malformed;

    [StateType("content.unlisted", 1)]
    private sealed record UnlistedState;

    [Fact]
    public void An_event_with_a_member_of_a_later_release_can_be_read()
    {
        var archived = EventCatalog.All["content.item-archived"];
        JsonSerializer.Deserialize("{\"itemId\":\"01890000-0000-7000-8000-000000000001\",\"reason\":\"later\"}", archived.Json)
            .ShouldBe(new ItemArchived(Guid.Parse("01890000-0000-7000-8000-000000000001")));
    }
}

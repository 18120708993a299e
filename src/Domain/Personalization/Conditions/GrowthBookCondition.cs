using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Personalization;

/// <summary>Conditions as GrowthBook writes them (docs.growthbook.io/lib/build-your-own: MongoDB's operators), as conditions of ours that hold alike.</summary>
public static class GrowthBookCondition
{
    private const int MostLevels = 50;

    private static readonly ImmutableArray<ValueTest> _never = [new NotTest([])];

    /// <param name="json">An object of attributes, $and, $or, $nor and $not.</param>
    /// <returns>Holds of nobody where it's no object, or too deep.</returns>
    public static Condition Read(JsonElement json) => Read(json, 0);

    private static Condition Read(JsonElement json, int level)
    {
        if (json.ValueKind != JsonValueKind.Object || level > MostLevels) return Condition.Never;
        var conditions = json.EnumerateObject().Select(member => member.Name switch
        {
            "$and" => new AllOf(List(member.Value, level)),
            "$or" => List(member.Value, level) is { IsEmpty: false } some ? new AnyOf(some) : Condition.Always,
            "$nor" => new NoneOf(List(member.Value, level) is { IsEmpty: false } some ? new AnyOf(some) : Condition.Always),
            "$not" => new NoneOf(Read(member.Value, level + 1)),
            _ => new AttributeIs(new(member.Name), Tests(member.Value, level + 1)),
        }).ToImmutableArray();
        return conditions is [var only] ? only : new AllOf(conditions);
    }

    private static ImmutableArray<Condition> List(JsonElement json, int level) =>
        json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(condition => Read(condition, level + 1))] : [];

    // A value, or an object of operators alone.
    private static ImmutableArray<ValueTest> Tests(JsonElement json, int level, bool ignoresCase = false)
    {
        if (level > MostLevels) return _never;
        if (!IsOperators(json)) return [ignoresCase && json.ValueKind == JsonValueKind.String ? new OneOfTest([AttributeValue.Of(json)], true) : new EqualTest(AttributeValue.Of(json), IsLoose: true)];
        return [.. json.EnumerateObject().SelectMany(member => Operator(member.Name, member.Value, level))];
    }

    private static bool IsOperators(JsonElement json) => json.ValueKind == JsonValueKind.Object && json.EnumerateObject().Any() && json.EnumerateObject().All(member => member.Name.StartsWith('$'));

    private static ImmutableArray<ValueTest> Operator(string name, JsonElement json, int level)
    {
        var value = AttributeValue.Of(json);
        return name switch
        {
            "$eq" => [new EqualTest(value)],
            "$ne" => [new NotTest([new EqualTest(value)])],
            "$lt" => [new OrderTest(Order.Below, value, IsLoose: true)],
            "$lte" => [new OrderTest(Order.AtMost, value, IsLoose: true)],
            "$gt" => [new OrderTest(Order.Above, value, IsLoose: true)],
            "$gte" => [new OrderTest(Order.AtLeast, value, IsLoose: true)],
            "$veq" => [Version(Order.Equal, value)],
            "$vne" => [new NotTest([Version(Order.Equal, value)])],
            "$vlt" => [Version(Order.Below, value)],
            "$vlte" => [Version(Order.AtMost, value)],
            "$vgt" => [Version(Order.Above, value)],
            "$vgte" => [Version(Order.AtLeast, value)],
            "$in" => json.ValueKind == JsonValueKind.Array ? [new OneOfTest(value.Items)] : _never,
            "$nin" => json.ValueKind == JsonValueKind.Array ? [new NotTest([new OneOfTest(value.Items)])] : _never,
            "$ini" => json.ValueKind == JsonValueKind.Array ? [new OneOfTest(value.Items, IgnoresCase: true)] : _never,
            "$nini" => json.ValueKind == JsonValueKind.Array ? [new NotTest([new OneOfTest(value.Items, IgnoresCase: true)])] : _never,
            "$inGroup" => [new GroupTest(value.ToString())],
            "$notInGroup" => [new NotTest([new GroupTest(value.ToString())])],
            "$regex" => [new PatternTest(value.ToString(), IsLoose: true)],
            "$regexi" => [new PatternTest(value.ToString(), IgnoresCase: true, IsLoose: true)],
            "$notRegex" => [new NotTest([new PatternTest(value.ToString(), IsLoose: true)])],
            "$notRegexi" => [new NotTest([new PatternTest(value.ToString(), IgnoresCase: true, IsLoose: true)])],
            "$exists" => [new PresenceTest(value.Kind is not (JsonValueKind.False or JsonValueKind.Null) && !(value.Kind == JsonValueKind.Number && value.Number == 0))],
            "$type" => [new KindTest(value.ToString())],
            "$size" => [new SizeTest(Tests(json, level + 1))],
            "$elemMatch" => [IsOperators(json) ? new ElementTest(Tests(json, level + 1)) : new ElementMatchTest(Read(json, level + 1))],
            "$all" => json.ValueKind == JsonValueKind.Array ? [new IncludesAllTest([.. json.EnumerateArray().Select(each => Tests(each, level + 1))])] : _never,
            "$alli" => json.ValueKind == JsonValueKind.Array ? [new IncludesAllTest([.. json.EnumerateArray().Select(each => Tests(each, level + 1, ignoresCase: true))])] : _never,
            "$not" => [new NotTest(Tests(json, level + 1))],
            _ => _never,
        };
    }

    private static VersionTest Version(Order order, AttributeValue value) => new(order, value.Kind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : "", IsPadded: true);
}

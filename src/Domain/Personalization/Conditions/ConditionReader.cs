using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>Reads conditions as clients write them, and says everything that is wrong with them at once. The form is that of conditions.schema.json.</summary>
public sealed class ConditionReader
{
    public const int MostParts = 200, MostLevels = 10, MostValues = 1_000, LongestText = 500;

    private static readonly ImmutableArray<string> _tests =
    [
        "equals", "in", "below", "atMost", "above", "atLeast", "startsWith", "endsWith", "contains", "matches", "versionEquals", "versionBelow", "versionAtMost", "versionAbove", "versionAtLeast",
        "before", "after", "inNetwork", "exists", "type", "size", "any", "anyMatches", "includesAll", "inGroup", "not",
    ];

    private readonly bool _isStored;
    private int parts;

    private ConditionReader(bool isStored) => _isStored = isStored;

    public FieldErrors Errors { get; } = new();

    /// <param name="json">Of a client; absent or null: holds of everybody.</param>
    /// <param name="path">Where it is in what the client sent.</param>
    /// <param name="isStored">It was read before it was stored: patterns aren't made ready only to see that they can be matched, which costs more than all the rest.</param>
    /// <returns>Never null; <see cref="Condition.Never"/> stands where errors say what is wrong.</returns>
    public static (Condition Condition, FieldErrors Errors) Read(JsonElement? json, string path, bool isStored = false)
    {
        var reader = new ConditionReader(isStored);
        var condition = json is { ValueKind: not JsonValueKind.Null and not JsonValueKind.Undefined } there ? reader.Read(there, path, 1) : Condition.Always;
        return (condition, reader.Errors);
    }

    private Condition Read(JsonElement json, string path, int level)
    {
        if (json.ValueKind != JsonValueKind.Object) return Refuse(path, "Must be an object: a condition.");
        if (level > MostLevels) return Refuse(path, $"Must be at most {MostLevels} levels deep.");
        if (++parts > MostParts) return parts == MostParts + 1 ? Refuse(path, $"Must have at most {MostParts} parts in all.") : Condition.Never;
        if (json.TryGetProperty("attribute", out var attribute)) return ReadAttribute(json, attribute, path, level);
        if (json.EnumerateObject().Count() != 1) return Refuse(path, "Must be one of all, any, not, segment and behaviour, or an attribute with its tests.");
        var member = json.EnumerateObject().First();
        var below = $"{path}.{member.Name}";
        switch (member.Name)
        {
            case "all": return new AllOf(ReadList(member.Value, below, level));
            case "any": return new AnyOf(ReadList(member.Value, below, level));
            case "not": return new NoneOf(Read(member.Value, below, level + 1));
            case "segment": return member.Value.ValueKind == JsonValueKind.String && member.Value.TryGetGuid(out var id) ? new InSegment(id) : Refuse(below, "Must be the id of a segment.");
            case "behaviour":
                try
                {
                    var behaviour = member.Value.Deserialize(PersonalizationConditionJson.Default.BehaviourCondition);
                    if (behaviour is null) return Refuse(below, "Must be an object: event, siteId, page, atLeast, atMost, days.");
                    Errors.Add(BehaviourCondition.Check(below, behaviour));
                    return new Behaved(behaviour);
                }
                catch (JsonException)
                {
                    return Refuse(below, "Must be an object of event, siteId, page, atLeast, atMost and days alone.");
                }
            default: return Refuse(below, "There is no such condition: there are all, any, not, segment, behaviour and attribute.");
        }
    }

    private ImmutableArray<Condition> ReadList(JsonElement json, string path, int level)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            Errors.Add(path, "Must be a list of conditions.");
            return [];
        }
        return [.. json.EnumerateArray().Take(MostParts + 1).Select((condition, n) => Read(condition, $"{path}[{n}]", level + 1))];
    }

    private Condition ReadAttribute(JsonElement json, JsonElement attribute, string path, int level)
    {
        if (attribute.ValueKind != JsonValueKind.String || attribute.GetString() is not { Length: > 0 and <= LongestText } name || name.Split('.') is var names && (names.Length > MostLevels || names.Contains("")))
            return Refuse($"{path}.attribute", $"Must be the name of an attribute, of 1 to {LongestText} characters; with dots between, of at most {MostLevels} members.");
        return new AttributeIs(new(name), ReadTests(json, path, level, "attribute"));
    }

    private ImmutableArray<ValueTest> ReadTests(JsonElement json, string path, int level, string? besides = null)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Errors.Add(path, "Must be an object of tests.");
            return [];
        }
        if (level > MostLevels)
        {
            Errors.Add(path, $"Must be at most {MostLevels} levels deep.");
            return [];
        }
        var (ignoresCase, isLoose, isPadded) = (Flag(json, "ignoreCase", path), Flag(json, "loose", path), Flag(json, "padded", path));
        var tests = ImmutableArray.CreateBuilder<ValueTest>();
        foreach (var (name, value) in json.EnumerateObject().Where(member => member.Name != besides && member.Name is not ("ignoreCase" or "loose" or "padded")).Select(member => (member.Name, member.Value)))
        {
            if (++parts > MostParts)
            {
                Errors.Add(path, parts == MostParts + 1 ? $"Must have at most {MostParts} parts in all." : null);
                break;
            }
            if (ReadTest(name, value, $"{path}.{name}", level, ignoresCase, isLoose, isPadded) is { } test) tests.Add(test);
        }
        if (tests.Count == 0 && Errors.Rejection is null) Errors.Add(path, $"Must have a test: one of {string.Join(", ", _tests)}.");
        return tests.ToImmutable();
    }

    private ValueTest? ReadTest(string name, JsonElement value, string path, int level, bool ignoresCase, bool isLoose, bool isPadded) => name switch
    {
        "equals" => Measured(value, path) is { } equal ? new EqualTest(equal, isLoose) : null,
        "in" => Values(value, path) is { } values ? new OneOfTest(values, ignoresCase) : null,
        "below" or "atMost" or "above" or "atLeast" => value.ValueKind is JsonValueKind.Number or JsonValueKind.String || isLoose
            ? Measured(value, path) is { } bound ? new OrderTest(Orders.Named(name), bound, isLoose) : null
            : Wrong(path, "Must be a number or a text."),
        "startsWith" => Texts(value, path) is { } starts ? new TextTest(TextPart.StartsWith, starts, ignoresCase) : null,
        "endsWith" => Texts(value, path) is { } ends ? new TextTest(TextPart.EndsWith, ends, ignoresCase) : null,
        "contains" => Texts(value, path) is { } within ? new TextTest(TextPart.Contains, within, ignoresCase) : null,
        "matches" => Text(value, path) is { } pattern
            ? new PatternTest(pattern, ignoresCase, isLoose) is var match && (_isStored || match.IsPattern) ? match : Wrong(path, "Must be a regular expression by RE2's syntax: without look-around and back-references, with at most 200 repetitions.") : null,
        "versionEquals" or "versionBelow" or "versionAtMost" or "versionAbove" or "versionAtLeast" => Text(value, path) is { } version
            ? !isPadded && SemanticVersion.Read(version) is null ? Wrong(path, "Must be a semantic version, such as 1.2.3 or 2.0.0-rc.1.") : new VersionTest(Orders.Named(char.ToLowerInvariant(name[7]) + name[8..]), version, isPadded) : null,
        "before" or "after" => Text(value, path) is { } moment
            ? MomentTest.Read(moment) is not { } at ? Wrong(path, "Must be a moment by RFC 3339.") : new MomentTest(name == "before" ? Order.Below : Order.Above, at) : null,
        "inNetwork" => Texts(value, path) is { } networks
            ? networks.FirstOrDefault(network => NetworkTest.Read(network) is null) is { } wrong ? Wrong(path, $"{wrong} is no address and no network, such as 192.0.2.0/24.") : new NetworkTest(networks) : null,
        "exists" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? new PresenceTest(value.GetBoolean()) : Wrong(path, "Must be true or false."),
        "type" => value.ValueKind == JsonValueKind.String && KindTest.Kinds.Contains(value.GetString()!) ? new KindTest(value.GetString()!) : Wrong(path, $"Must be one of {string.Join(", ", KindTest.Kinds)}."),
        "size" => new SizeTest(ReadTests(value, path, level + 1)),
        "any" => new ElementTest(ReadTests(value, path, level + 1)),
        "anyMatches" => new ElementMatchTest(Read(value, path, level + 1)),
        "includesAll" => value.ValueKind == JsonValueKind.Array
            ? new IncludesAllTest([.. value.EnumerateArray().Take(MostParts + 1).Select((tests, n) => ReadTests(tests, $"{path}[{n}]", level + 1))]) : Wrong(path, "Must be a list of tests."),
        "inGroup" => Text(value, path) is { } group ? new GroupTest(group) : null,
        "not" => new NotTest(ReadTests(value, path, level + 1)),
        _ => Wrong(path, $"There is no such test: there are {string.Join(", ", _tests)}."),
    };


    private bool Flag(JsonElement json, string name, string path)
    {
        if (!json.TryGetProperty(name, out var flag)) return false;
        if (flag.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Errors.Add($"{path}.{name}", "Must be true or false.");
        return flag.ValueKind == JsonValueKind.True;
    }

    private string? Text(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.String && json.GetString() is { Length: <= LongestText } text) return text;
        Wrong(path, $"Must be a text of at most {LongestText} characters.");
        return null;
    }

    private ImmutableArray<string>? Texts(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.String) return Text(json, path) is { } text ? [text] : null;
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() <= MostValues && json.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && item.GetString()!.Length <= LongestText))
            return [.. json.EnumerateArray().Select(item => item.GetString()!)];
        Wrong(path, string.Create(CultureInfo.InvariantCulture, $"Must be a text of at most {LongestText} characters, or at most {MostValues} of them."));
        return null;
    }

    private ImmutableArray<AttributeValue>? Values(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() <= MostValues && json.EnumerateArray().All(item => item.GetRawText().Length <= LongestText * 6))
            return [.. json.EnumerateArray().Select(AttributeValue.Of)];
        Wrong(path, $"Must be a list of at most {MostValues} values.");
        return null;
    }

    private AttributeValue? Measured(JsonElement json, string path)
    {
        if (json.GetRawText().Length <= LongestText * 6) return AttributeValue.Of(json);
        Wrong(path, "Must be shorter.");
        return null;
    }

    private Condition Refuse(string path, string problem)
    {
        Errors.Add(path, problem);
        return Condition.Never;
    }

    private ValueTest? Wrong(string path, string problem)
    {
        Errors.Add(path, problem);
        return null;
    }
}

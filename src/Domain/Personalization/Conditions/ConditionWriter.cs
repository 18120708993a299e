using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Platform.Domain.Personalization;

/// <summary>Writes conditions as they are read.</summary>
internal static class ConditionWriter
{
    public static void Write(Utf8JsonWriter writer, Condition condition)
    {
        writer.WriteStartObject();
        switch (condition)
        {
            case AllOf all: WriteList(writer, "all", all.Conditions); break;
            case AnyOf any: WriteList(writer, "any", any.Conditions); break;
            case NoneOf none:
                writer.WritePropertyName("not");
                Write(writer, none.Condition);
                break;
            case InSegment segment: writer.WriteString("segment", segment.SegmentId); break;
            case Behaved behaved:
                writer.WritePropertyName("behaviour");
                JsonSerializer.Serialize(writer, behaved.Behaviour, PersonalizationConditionJson.Default.BehaviourCondition);
                break;
            case AttributeIs attribute:
                writer.WriteString("attribute", attribute.Attribute.Text);
                WriteMembers(writer, attribute.Tests);
                break;
            default: throw new UnreachableException($"{condition.GetType()} isn't written.");
        }
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, ImmutableArray<Condition> conditions)
    {
        writer.WriteStartArray(name);
        foreach (var condition in conditions) Write(writer, condition);
        writer.WriteEndArray();
    }

    private static void WriteTests(Utf8JsonWriter writer, ImmutableArray<ValueTest> tests)
    {
        writer.WriteStartObject();
        WriteMembers(writer, tests);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ImmutableArray<ValueTest> tests)
    {
        foreach (var test in tests) WriteMember(writer, test);
        if (tests.Any(test => test is OneOfTest { IgnoresCase: true } or TextTest { IgnoresCase: true } or PatternTest { IgnoresCase: true })) writer.WriteBoolean("ignoreCase", true);
        if (tests.Any(test => test is EqualTest { IsLoose: true } or OrderTest { IsLoose: true } or PatternTest { IsLoose: true })) writer.WriteBoolean("loose", true);
        if (tests.Any(test => test is VersionTest { IsPadded: true })) writer.WriteBoolean("padded", true);
    }

    private static void WriteMember(Utf8JsonWriter writer, ValueTest test)
    {
        switch (test)
        {
            case EqualTest equal: WriteValue(writer, "equals", equal.Value); break;
            case OneOfTest oneOf:
                writer.WriteStartArray("in");
                foreach (var value in oneOf.Values) value.WriteTo(writer);
                writer.WriteEndArray();
                break;
            case OrderTest order: WriteValue(writer, order.Order.Name(), order.Value); break;
            case TextTest text: WriteTexts(writer, text.Part switch { TextPart.StartsWith => "startsWith", TextPart.EndsWith => "endsWith", _ => "contains" }, text.Values); break;
            case PatternTest pattern: writer.WriteString("matches", pattern.Pattern); break;
            case VersionTest version: writer.WriteString($"version{char.ToUpperInvariant(version.Order.Name()[0])}{version.Order.Name()[1..]}", version.Version); break;
            case MomentTest moment: writer.WriteString(moment.Order == Order.Below ? "before" : "after", moment.Moment.ToString("O", CultureInfo.InvariantCulture)); break;
            case NetworkTest network: WriteTexts(writer, "inNetwork", network.Networks); break;
            case PresenceTest presence: writer.WriteBoolean("exists", presence.IsPresent); break;
            case KindTest kind: writer.WriteString("type", kind.Kind); break;
            case GroupTest group: writer.WriteString("inGroup", group.Group); break;
            case SizeTest size: WriteNested(writer, "size", size.Tests); break;
            case ElementTest element: WriteNested(writer, "any", element.Tests); break;
            case NotTest not: WriteNested(writer, "not", not.Tests); break;
            case ElementMatchTest match:
                writer.WritePropertyName("anyMatches");
                Write(writer, match.Condition);
                break;
            case IncludesAllTest all:
                writer.WriteStartArray("includesAll");
                foreach (var tests in all.Elements) WriteTests(writer, tests);
                writer.WriteEndArray();
                break;
            default: throw new UnreachableException($"{test.GetType()} isn't written.");
        }
    }


    private static void WriteValue(Utf8JsonWriter writer, string name, AttributeValue value)
    {
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, ImmutableArray<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static void WriteNested(Utf8JsonWriter writer, string name, ImmutableArray<ValueTest> tests)
    {
        writer.WritePropertyName(name);
        WriteTests(writer, tests);
    }
}

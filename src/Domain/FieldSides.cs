using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain;

/// <summary>A field that somebody changed between the version that a command was made for and now, or that the command wants to change.</summary>
/// <param name="Name">The field; of an item in a further locale: <c>locales.TAG.NAME</c>.</param>
/// <param name="Base">Its value at the command's version; absent: it had none.</param>
/// <param name="Current">Its value now; absent: it has none.</param>
/// <param name="Yours">Of an edit: the value that the command gives it; absent: it takes the field out.</param>
/// <param name="Conflict">Of an edit: whether others have changed the field to something else than the command does. Absent: the command isn't an edit.</param>
/// <param name="Cut">The sides (base, current, yours) that were too long: each is a text of 1,000 characters at most, of anything but a text of its JSON.</param>
/// <param name="Offset">Where the sides that are cut begin, in UTF-16 units: shortly before the first difference.</param>
public sealed record FieldSides(
    string Name, JsonElement? Base, JsonElement? Current, JsonElement? Yours = null, bool? Conflict = null, ImmutableArray<string>? Cut = null, int? Offset = null)
{
    private const int Longest = 1_000;
    private const int Before = 100;

    /// <summary>Those in conflict first, then by name.</summary>
    /// <param name="origin">The fields at the command's version.</param>
    /// <param name="current">The fields now.</param>
    /// <param name="yours">What an edit makes of them, whole; null: the command isn't an edit.</param>
    public static ImmutableArray<FieldSides> Of(Fields origin, Fields current, Fields? yours)
    {
        var wanted = yours?.WithoutNulls();
        var conflicts = wanted is null ? [] : FieldsMerge.Of(origin, wanted, current).Conflicts;
        return
        [
            .. FieldsMerge.NamesOf(origin, current).Union(wanted is null ? [] : FieldsMerge.NamesOf(origin, wanted))
                .Select(name => new FieldSides(name, origin.Find(name), current.Find(name), wanted?.Find(name), wanted is null ? null : conflicts.Contains(name)).Short())
                .OrderBy(field => field.Conflict is not true),
        ];
    }

    private FieldSides Short()
    {
        var texts = new[] { ("base", Base), ("current", Current), ("yours", Yours) }.Where(side => side.Item2 is not null)
            .Select(side => (Name: side.Item1, Text: TextOf(side.Item2!.Value))).ToList();
        var tooLong = texts.Where(side => side.Text.Length > Longest).Select(side => side.Name).ToImmutableArray();
        if (tooLong.IsEmpty)
            return this;

        var offset = Math.Max(0, texts.Min(side => side.Text.AsSpan().CommonPrefixLength(texts.First(one => tooLong.Contains(one.Name)).Text)) - Before);
        if (texts.Any(side => offset < side.Text.Length && char.IsLowSurrogate(side.Text[offset])))
            offset--;
        return this with { Base = Window("base", Base), Current = Window("current", Current), Yours = Window("yours", Yours), Cut = tooLong, Offset = offset };

        JsonElement? Window(string name, JsonElement? value)
        {
            if (!tooLong.Contains(name))
                return value;
            var text = TextOf(value!.Value)[offset..];
            var length = Math.Min(Longest, text.Length);
            return JsonSerializer.SerializeToElement(length < text.Length && char.IsLowSurrogate(text[length]) ? text[..(length - 1)] : text[..length], FieldsJson.Default.String);
        }
    }

    private static string TextOf(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
}

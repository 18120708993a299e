using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Platform.Api.Http;

/// <summary>
/// What every body passes before anything reads it: UTF-8, one JSON text (RFC 8259), not too deep, no member twice, no NUL and no lone
/// surrogate in strings (PostgreSQL's jsonb can't hold them), no number beyond double precision (the ledger hashes none).
/// </summary>
public static class JsonGate
{
    /// <summary>
    /// Levels of a body. Events and read models put levels of their own around its members, and what they store is read with the
    /// 64 levels of System.Text.Json: a body of as many would stop a projection.
    /// </summary>
    public const int MaxDepth = 32;

    /// <returns>The problem with the body; null: it may be read.</returns>
    public static Problem? Check(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
            return new Problem(ProblemKind.Malformed, "The body isn't valid UTF-8.");
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        var path = new Stack<Step>();
        try
        {
            while (reader.Read())
                if (CheckToken(ref reader, path) is { } problem)
                    return problem;
            return null;
        }
        catch (JsonException e)
        {
            return path.Count >= MaxDepth
                ? new Problem(ProblemKind.Malformed, $"The JSON is nested deeper than {MaxDepth} levels.")
                : new Problem(ProblemKind.Malformed, string.Create(CultureInfo.InvariantCulture, $"The body isn't valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}."));
        }
    }

    private sealed class Step(bool isArray)
    {
        public bool IsArray => isArray;
        public int Index { get; set; } = -1;
        public string? Name { get; private set; }
        private HashSet<string>? Names { get; set; }

        /// <summary>Goes on to the member; false: the object has had it already.</summary>
        public bool Enter(string name) => (Names ??= new(StringComparer.Ordinal)).Add(Name = name);
    }

    private static Problem? CheckToken(ref Utf8JsonReader reader, Stack<Step> path)
    {
        if (reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject or JsonTokenType.PropertyName) && path.TryPeek(out var parent) && parent.IsArray)
            parent.Index++;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                path.Push(new Step(reader.TokenType == JsonTokenType.StartArray));
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                path.Pop();
                return null;
            case JsonTokenType.PropertyName:
                if (reader.ValueIsEscaped && RefusedEscape(reader.ValueSpan) is { } inName)
                    return new Problem(ProblemKind.Malformed, $"A member name under {PathOf(path)} has {inName}.");
                return path.Peek().Enter(reader.GetString()!) ? null : Problem.Field(ProblemKind.Invalid, PathOf(path), "The member stands twice.");
            case JsonTokenType.String when reader.ValueIsEscaped && RefusedEscape(reader.ValueSpan) is { } inValue:
                return Problem.Field(ProblemKind.Malformed, PathOf(path), $"The string has {inValue}.");
            case JsonTokenType.Number when !JsonNumber.IsHeld(ref reader):
                return Problem.Field(ProblemKind.Invalid, PathOf(path), "The number is beyond double precision.");
            default:
                return null;
        }
    }

    private static string? RefusedEscape(ReadOnlySpan<byte> raw)
    {
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
                continue;
            i++;
            if (raw[i] != 'u')
                continue;
            var unit = Unit(raw, i);
            i += 4;
            if (unit == 0)
                return "a NUL character (\\u0000)";
            if (char.IsLowSurrogate((char)unit))
                return "a lone surrogate";
            if (!char.IsHighSurrogate((char)unit))
                continue;
            if (i + 6 >= raw.Length || raw[i + 1] != '\\' || raw[i + 2] != 'u' || !char.IsLowSurrogate((char)Unit(raw, i + 2)))
                return "a lone surrogate";
            i += 6;
        }
        return null;
    }

    private static int Unit(ReadOnlySpan<byte> raw, int u) => int.Parse(raw.Slice(u + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static string PathOf(Stack<Step> path)
    {
        var text = new StringBuilder();
        foreach (var step in path.Reverse())
            if (step.IsArray)
                text.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
            else
                text.Append(text.Length > 0 ? "." : "").Append(step.Name);
        return text.Length == 0 ? "$" : text.ToString();
    }
}

using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Domain.Content;

namespace Platform.Api.Content;

/// <summary>Plain YAML scalars as JSON, by the core schema of YAML 1.2 (section 10.3.2). There, dates are texts, and so are yes, no, on and off.</summary>
internal static partial class YamlScalars
{
    /// <summary>Null for YAML's null. A number that no JSON reader would keep digit for digit stays the text that it was written as.</summary>
    public static JsonNode? Read(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ => Number(text) ?? JsonValue.Create(text),
    };

    private static JsonNode? Number(string text)
    {
        if (Decimal().Match(text) is not { Success: true } match)
            return Other().IsMatch(text) ? Exact(Convert(text).ToString(CultureInfo.InvariantCulture)) : null;
        var whole = match.Groups["whole"].Value.TrimStart('0');
        var fraction = match.Groups["fraction"].Value;
        return Exact($"{(text[0] == '-' ? "-" : "")}{(whole.Length == 0 ? "0" : whole)}{(fraction.Length == 0 ? "" : $".{fraction}")}{match.Groups["exponent"].Value}");
    }

    private static JsonNode? Exact(string json)
    {
        var number = JsonElement.Parse(json);
        return FieldType.All[FieldType.Number].Problem(number) is null ? JsonValue.Create(number) : null;
    }

    private static BigInteger Convert(string text) => text[1] == 'x'
        ? BigInteger.Parse($"0{text.AsSpan(2)}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : text.Skip(2).Aggregate(BigInteger.Zero, (sum, digit) => sum * 8 + (digit - '0'));

    // At most 400 digits: no double has more before its point, and parsing time grows with the square.
    [GeneratedRegex(@"^[-+]?(?=\.?[0-9])(?<whole>[0-9]{0,400})(\.(?<fraction>[0-9]{0,400}))?(?<exponent>[eE][-+]?[0-9]{1,4})?\z")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0(o[0-7]{1,400}|x[0-9a-fA-F]{1,400})\z")]
    private static partial Regex Other();
}

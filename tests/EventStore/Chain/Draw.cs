using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.EventStore.Tests.Chain;

/// <summary>Random bodies and metadata, odd ones preferred.</summary>
internal static class Draw
{
    private static readonly string[] Pieces =
        ["", "a", "\"", "\\", "\n\t", "é", "e\u0301", "世界", "🌍👨‍👩‍👧", "𐍈", "\u2028", "\uFEFF", "\u0001", "\u007f", "\uffff", "<&>", "' ; --", new('x', 400)];

    private static readonly string[] Numbers =
        ["0", "-0", "1.50", "1e2", "1E-7", "123456789012345678901234567890", "0.1e1", "1.7976931348623157e308", "-1e308", "1e-320", "2.000"];

    public static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    public static string? TextOrNull(Random random) => random.Next(3) == 0 ? null : Text(random);

    public static byte[]? Bytes(Random random)
    {
        if (random.Next(2) == 0)
            return null;
        var bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>JSON as a client might write it: any order, any spelling of numbers and strings.</summary>
    public static string Json(Random random, int depth = 3)
    {
        var json = new StringBuilder();
        Write(json, random, depth);
        return json.ToString();
    }

    public static DateTimeOffset Time(Random random) => new DateTimeOffset(1, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(10 * random.NextInt64(315_537_897_599_999_999));

    private static void Write(StringBuilder json, Random random, int depth)
    {
        switch (random.Next(depth > 0 ? 8 : 5))
        {
            case 0:
                json.Append("null");
                break;
            case 1:
                json.Append(random.Next(2) == 0 ? "true" : "false");
                break;
            case 2:
                json.Append(Numbers[random.Next(Numbers.Length)]);
                break;
            case 3:
                json.Append(random.NextDouble().ToString("R", CultureInfo.InvariantCulture));
                break;
            case 4:
                json.Append(String(random));
                break;
            case 5:
                json.Append("[ ");
                Join(json, random, () => Write(json, random, depth - 1));
                json.Append(']');
                break;
            default:
                json.Append('{');
                Join(json, random, () =>
                {
                    json.Append(String(random)).Append(" :");
                    Write(json, random, depth - 1);
                });
                json.Append('}');
                break;
        }
    }

    private static string String(Random random) => JsonSerializer.Serialize(Text(random));

    private static void Join(StringBuilder json, Random random, Action write)
    {
        for (var n = random.Next(4); n > 0; n--)
        {
            write();
            json.Append(n > 1 ? "," : "");
        }
    }
}

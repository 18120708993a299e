using System.Buffers.Text;
using System.Text.Json;

namespace Platform.Api.Http;

/// <summary>Which numbers a body may hold.</summary>
internal static class JsonNumber
{
    // The digits of a double end at the 1,074th decimal place at the latest; PostgreSQL writes numbers without an exponent, and takes
    // 16,383 places at most.
    private const int MostPlaces = 1_100;

    /// <summary>Whether the number that the reader is at lies within double precision and can be written without an exponent.</summary>
    public static bool IsHeld(ref Utf8JsonReader reader) =>
        reader.TryGetDouble(out var number) && double.IsFinite(number) && Places(reader.ValueSpan) is >= -MostPlaces and <= MostPlaces;

    /// <returns>Decimal places of the number without its exponent; negative: zeros before the point; null: too many to count.</returns>
    private static long? Places(ReadOnlySpan<byte> number)
    {
        var e = number.IndexOfAny((byte)'e', (byte)'E');
        var digits = e < 0 ? number : number[..e];
        var written = digits.IndexOf((byte)'.') is var point and >= 0 ? digits.Length - point - 1 : 0;
        if (e < 0)
            return written;
        return Utf8Parser.TryParse(number[(e + 1)..], out int exponent, out _) ? (long)written - exponent : null;
    }
}

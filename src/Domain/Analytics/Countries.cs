using System.Net;

namespace Platform.Domain.Analytics;

/// <summary>Countries of addresses, by any country or city database in the MMDB format.</summary>
/// <param name="database">Its values have <c>country_code</c>, as ip-location-db's, or <c>country</c> with <c>iso_code</c>, as MaxMind's.</param>
public sealed class Countries(MaxMindDatabase database)
{
    // ISO 3166-1 alpha-2, officially assigned (249, as of 2026): what other codes of databases mean differs (ZZ, EU, XK).
    private const string Assigned =
        "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFR" +
        "GAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMS" +
        "MTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZ" +
        "UAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

    private static readonly string?[] _codes = Codes();

    /// <summary>The country's code in ISO 3166-1 alpha-2; null where the database has none, or is damaged. Allocates nothing.</summary>
    /// <param name="address">The whole address; of one mapped to IPv6, the IPv4 address counts.</param>
    public string? Of(IPAddress address)
    {
        try
        {
            return database.TryFind(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, out var value, out _) && TryCode(value, out var code)
                && code.Length == 2 && code[0] is >= (byte)'A' and <= (byte)'Z' && code[1] is >= (byte)'A' and <= (byte)'Z'
                ? _codes[Place(code[0], code[1])]
                : null;
        }
        catch (MaxMindException)
        {
            // A visit counts, whatever is wrong with the file.
            return null;
        }
    }

    private static bool TryCode(MaxMindValue value, out ReadOnlySpan<byte> code)
    {
        code = default;
        return value.TryGet("country_code"u8, out var found) || (value.TryGet("country"u8, out var country) && country.TryGet("iso_code"u8, out found))
            ? found.TryText(out code)
            : false;
    }

    private static string?[] Codes()
    {
        var codes = new string?[26 * 26];
        for (var i = 0; i < Assigned.Length; i += 2)
            codes[Place(Assigned[i], Assigned[i + 1])] = Assigned.Substring(i, 2);
        return codes;
    }

    private static int Place(int first, int second) => (first - 'A') * 26 + second - 'A';
}

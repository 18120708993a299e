using System.Numerics;

namespace Platform.Domain.Personalization;

/// <summary>A version by Semantic Versioning 2.0.0 (semver.org), ordered by its section 11; builds don't count.</summary>
public sealed record SemanticVersion(BigInteger Major, BigInteger Minor, BigInteger Patch, string[] PreRelease)
{
    private const int Longest = 256;

    /// <returns>Null where it's none, as v1.2.3 or 1.2 are none.</returns>
    public static SemanticVersion? Read(string? text)
    {
        if (text is not { Length: > 0 and <= Longest }) return null;
        var withoutBuild = text.Split('+', 2);
        var parts = withoutBuild[0].Split('-', 2);
        var numbers = parts[0].Split('.');
        var preRelease = parts.Length > 1 ? parts[1].Split('.') : [];
        if (numbers.Length != 3 || !numbers.All(IsNumber) || !preRelease.All(part => IsIdentifier(part) && (IsNumber(part) || !part.All(char.IsAsciiDigit)))) return null;
        if (withoutBuild.Length > 1 && !withoutBuild[1].Split('.').All(IsIdentifier)) return null;
        return new(BigInteger.Parse(numbers[0]), BigInteger.Parse(numbers[1]), BigInteger.Parse(numbers[2]), preRelease);
    }

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null) return 1;
        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (numbers != 0) return numbers;
        if (PreRelease.Length == 0 || other.PreRelease.Length == 0) return other.PreRelease.Length.CompareTo(PreRelease.Length);
        foreach (var (ours, theirs) in PreRelease.Zip(other.PreRelease))
            if (Compare(ours, theirs) is var order and not 0) return order;
        return PreRelease.Length.CompareTo(other.PreRelease.Length);
    }

    private static int Compare(string ours, string theirs) => (IsNumber(ours), IsNumber(theirs)) switch
    {
        (true, true) => BigInteger.Parse(ours).CompareTo(BigInteger.Parse(theirs)),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(ours, theirs),
    };

    private static bool IsNumber(string part) => part.Length > 0 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0');

    private static bool IsIdentifier(string part) => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}

/// <summary>Versions as texts that are ordered as texts: how GrowthBook's SDKs compare them, by its guide for SDKs.</summary>
internal static class PaddedVersion
{
    private static readonly char[] _between = ['-', '.'];

    /// <summary>Without a leading v and the build; numbers are padded to five places, and a release is after its pre-releases.</summary>
    public static string Of(string version)
    {
        var text = version.Length == 0 ? "0" : version;
        if (text[0] == 'v') text = text[1..];
        var build = text.IndexOf('+', StringComparison.Ordinal);
        var parts = (build < 0 ? text : text[..build]).Split(_between);
        if (parts.Length == 3) parts = [.. parts, "~"];
        return string.Join('-', parts.Select(part => part.Length > 0 && part.All(char.IsAsciiDigit) ? part.PadLeft(5) : part));
    }
}

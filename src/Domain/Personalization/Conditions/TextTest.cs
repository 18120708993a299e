using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;

namespace Platform.Domain.Personalization;

/// <summary>Where in a text another is.</summary>
public enum TextPart
{
    StartsWith,
    EndsWith,
    Contains,
}

/// <summary>A text has one of these in it, at its start or at its end.</summary>
public sealed record TextTest(TextPart Part, ImmutableArray<string> Values, bool IgnoresCase = false) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context)
    {
        if (actual.Text is not { } text) return false;
        var comparison = IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        foreach (var value in Values)
            if (Part switch { TextPart.StartsWith => text.StartsWith(value, comparison), TextPart.EndsWith => text.EndsWith(value, comparison), _ => text.Contains(value, comparison) }) return true;
        return false;
    }

    public bool Equals(TextTest? other) => other is not null && Part == other.Part && IgnoresCase == other.IgnoresCase && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => HashCode.Combine(Part, IgnoresCase, Values.Length);
}

/// <summary>A text in which a pattern is found; what is no pattern is found nowhere.</summary>
/// <param name="Pattern">See <see cref="LinearPattern"/>.</param>
/// <param name="IgnoresCase">Letters are alike whatever their case.</param>
/// <param name="IsLoose">Whatever it is, as JavaScript makes a text of it.</param>
public sealed record PatternTest(string Pattern, bool IgnoresCase = false, bool IsLoose = false) : ValueTest
{
    // When it's first needed: a stream's events are read for many reasons.
    private readonly Lazy<Regex?> _regex = new(() => LinearPattern.Read(Pattern, IgnoresCase));

    /// <summary>It's a pattern that can be matched.</summary>
    public bool IsPattern => _regex.Value is not null;

    public override bool Passes(AttributeValue actual, ConditionContext context) => _regex.Value is { } regex && (IsLoose ? actual.ToString() : actual.Text) is { Length: <= LinearPattern.LongestText } text && regex.IsMatch(text);

    public bool Equals(PatternTest? other) => other is not null && (Pattern, IgnoresCase, IsLoose) == (other.Pattern, other.IgnoresCase, other.IsLoose);

    public override int GetHashCode() => HashCode.Combine(Pattern, IgnoresCase, IsLoose);
}

/// <summary>An address of the Internet Protocol, of either version, within one of these networks.</summary>
/// <param name="Networks">Addresses, or prefixes such as 192.0.2.0/24 (RFC 4632) and 2001:db8::/32; what is neither holds no address.</param>
public sealed record NetworkTest(ImmutableArray<string> Networks) : ValueTest
{
    private readonly ImmutableArray<IPNetwork> _networks = [.. Networks.Select(Read).OfType<IPNetwork>()];

    public override bool Passes(AttributeValue actual, ConditionContext context)
    {
        if (!IPAddress.TryParse(actual.Text, out var address)) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in _networks)
            if (network.Contains(address)) return true;
        return false;
    }

    public bool Equals(NetworkTest? other) => other is not null && Networks.SequenceEqual(other.Networks);

    public override int GetHashCode() => Networks.Length;

    /// <returns>Null where it's neither. Bits beyond the prefix don't count.</returns>
    public static IPNetwork? Read(string text)
    {
        var parts = text.Split('/', 2);
        if (!IPAddress.TryParse(parts[0], out var address) || (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && parts[0].Count(c => c == '.') != 3)) return null;
        var bytes = address.GetAddressBytes();
        var bits = bytes.Length * 8;
        var length = bits;
        if (parts.Length > 1 && (!int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out length) || length > bits)) return null;
        for (var bit = length; bit < bits; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new(new(bytes), length);
    }
}

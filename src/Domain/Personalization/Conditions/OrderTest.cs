using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Platform.Domain.Personalization;

/// <summary>How two values must be ordered.</summary>
public enum Order
{
    Equal,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// <summary>What an order asks of a comparison.</summary>
internal static class Orders
{
    private static readonly ImmutableSortedDictionary<string, Order> _named = new Dictionary<string, Order> { ["equals"] = Order.Equal, ["below"] = Order.Below, ["atMost"] = Order.AtMost, ["above"] = Order.Above, ["atLeast"] = Order.AtLeast }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>By its name in JSON.</summary>
    public static Order Named(string name) => _named[name];

    /// <summary>Its name in JSON.</summary>
    public static string Name(this Order order) => _named.First(pair => pair.Value == order).Key;

    /// <param name="order">The order.</param>
    /// <param name="comparison">Negative, zero or positive: of what there is with what it's compared with.</param>
    public static bool Admits(this Order order, int comparison) => order switch
    {
        Order.Below => comparison < 0,
        Order.AtMost => comparison <= 0,
        Order.Above => comparison > 0,
        Order.AtLeast => comparison >= 0,
        _ => comparison == 0,
    };
}

/// <summary>A number, or a text that reads as one, beside a number; or a text beside a text, by UTF-16 code units. Else it doesn't pass; loosely, as JavaScript compares: null is 0.</summary>
public sealed record OrderTest(Order Order, AttributeValue Value, bool IsLoose = false) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context)
    {
        if (actual.Text is { } text && Value.Text is { } other) return Order.Admits(string.CompareOrdinal(text, other));
        var (left, right) = IsLoose ? (actual.ToNumber(), Value.ToNumber()) : (Number(actual), Number(Value));
        return !double.IsNaN(left) && !double.IsNaN(right) && Order.Admits(left.CompareTo(right));
    }

    private static double Number(AttributeValue value) => value.Kind switch
    {
        JsonValueKind.Number => value.Number,
        JsonValueKind.String when double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => double.NaN,
    };
}

/// <summary>A moment (RFC 3339, or any ISO 8601 that has an offset) before or after another.</summary>
public sealed record MomentTest(Order Order, DateTimeOffset Moment) : ValueTest
{
    public override bool Passes(AttributeValue actual, ConditionContext context) => Read(actual.Text) is { } moment && Order.Admits(moment.CompareTo(Moment));

    internal static DateTimeOffset? Read(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && text!.Length >= 10 && char.IsAsciiDigit(text[0]) ? moment : null;
}

/// <summary>A version before or after another: by semantic versioning, or padded as the GrowthBook SDKs do, where anything is some version.</summary>
public sealed record VersionTest(Order Order, string Version, bool IsPadded = false) : ValueTest
{
    private readonly SemanticVersion? _version = IsPadded ? null : SemanticVersion.Read(Version);
    private readonly string _padded = IsPadded ? PaddedVersion.Of(Version) : "";

    public override bool Passes(AttributeValue actual, ConditionContext context) => IsPadded
        ? Order.Admits(string.CompareOrdinal(PaddedVersion.Of(actual.Kind is JsonValueKind.String or JsonValueKind.Number ? actual.ToString() : ""), _padded))
        : _version is { } version && SemanticVersion.Read(actual.Text) is { } other && Order.Admits(other.CompareTo(version));

    public bool Equals(VersionTest? other) => other is not null && (Order, Version, IsPadded) == (other.Order, other.Version, other.IsPadded);

    public override int GetHashCode() => HashCode.Combine(Order, Version, IsPadded);
}

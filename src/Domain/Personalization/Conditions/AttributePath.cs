using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>Where in a visitor's attributes a value is: names of members, with dots between.</summary>
public sealed record AttributePath
{
    private readonly ImmutableArray<string> _names;

    /// <param name="text">Such as country, or cart.items.</param>
    public AttributePath(string text) => (Text, _names) = (text, [.. text.Split('.')]);

    public string Text { get; }

    public AttributeValue Of(AttributeValue attributes)
    {
        foreach (var name in _names) attributes = attributes[name];
        return attributes;
    }

    public bool Equals(AttributePath? other) => other?.Text == Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}

using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>What a rule does, when and for whom.</summary>
/// <param name="Priority">Of two that do the same the higher one counts, -1,000 to 1,000; of two that are equal that of the nearer site, then the first by key.</param>
/// <param name="Condition">For whom.</param>
/// <param name="Actions">What it does; none: it keeps a rule of the same key above from counting here.</param>
/// <param name="Pages">Paths where it counts, * at the end for whatever follows; none: everywhere.</param>
/// <param name="From">It counts from then on; null: it always did.</param>
/// <param name="Until">It counts until then; null: for good.</param>
/// <param name="IsLocked">Sites below can't override it.</param>
/// <param name="IsLast">Where it holds, rules of lower priority aren't looked at.</param>
/// <param name="Description">For people; null: none.</param>
public sealed record RuleContent(
    int Priority, Condition Condition, ImmutableArray<RuleAction> Actions, ImmutableArray<string> Pages, DateTimeOffset? From = null, DateTimeOffset? Until = null, bool IsLocked = false, bool IsLast = false,
    string? Description = null)
{
    public bool Equals(RuleContent? other) => other is not null && (Priority, Condition, From, Until, IsLocked, IsLast, Description) == (other.Priority, other.Condition, other.From, other.Until, other.IsLocked, other.IsLast, other.Description)
        && Actions.SequenceEqual(other.Actions) && Pages.SequenceEqual(other.Pages);

    public override int GetHashCode() => HashCode.Combine(Priority, Condition, Actions.Length, Pages.Length);

    /// <summary>Whether it counts on a page.</summary>
    /// <param name="page">Path.</param>
    public bool IsOn(string page) => IsOn(Pages, page);

    internal static bool IsOn(ImmutableArray<string> pages, string page)
    {
        if (pages.IsEmpty) return true;
        foreach (var pattern in pages)
            if (Fits(pattern, page)) return true;
        return false;
    }

    /// <summary>Where it sends visitors; null: nowhere.</summary>
    public string? Redirect() => Actions.FirstOrDefault(action => action.Kind == RuleAction.Redirect)?.To;

    internal static bool Fits(string pattern, string page) => pattern.EndsWith('*') ? page.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1)) : page == pattern;
}

/// <summary>Something that a rule does. Of what several rules do to the same thing, the first one counts.</summary>
/// <param name="Kind">variant, slot, recommend, redirect or attribute.</param>
/// <param name="Name">Of a slot, recommendations' too, or an attribute: which.</param>
/// <param name="ItemId">Of a variant or a slot: the item that is shown.</param>
/// <param name="Of">Of a variant: the item that it's shown instead of.</param>
/// <param name="To">Of a redirect: a path of the site.</param>
/// <param name="Value">Of an attribute: its value.</param>
/// <param name="Count">Of recommendations: how many items the slot has room for; null: five.</param>
/// <param name="Model">Of recommendations: the model whose scores count alone; null: the hybrid's.</param>
public sealed record RuleAction(
    string Kind, string? Name = null, Guid? ItemId = null, Guid? Of = null, string? To = null, AttributeValue? Value = null, int? Count = null, string? Model = null)
{
    public const string Variant = "variant", Slot = "slot", Recommend = "recommend", Redirect = "redirect", Attribute = "attribute";

    public const int UsualCount = 5, MostCount = 20;

    public static ImmutableArray<string> Kinds { get; } = [Variant, Slot, Recommend, Redirect, Attribute];

    /// <summary>What it is done to: two actions with the same one do the same thing in two ways.</summary>
    public string Target() => Kind switch
    {
        Redirect => Redirect,
        Variant => $"{Variant} {Of}",
        Attribute => $"{Attribute} {Name}",
        _ => $"{Slot} {Name}",
    };
}

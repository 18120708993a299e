namespace Platform.Domain.Content;

/// <summary>Takes a further locale out of an item's draft; there it falls back from the next publish on.</summary>
public sealed record RemoveLocale(Guid ItemId, string Locale) : ICommand<RemoveLocale, Item>
{
    public static Decision Decide(RemoveLocale command, Item state)
    {
        if (state.Refuse("changed") is { } refused) return refused;

        return state.FindLocale(command.Locale) is { } variant
            ? Decision.Of(new ItemLocaleRemoved(state.ItemId, variant.Locale))
            : Decision.Nothing;
    }
}

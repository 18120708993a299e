namespace Platform.Api.Http;

/// <summary>What requests are counted together with, for rate limits.</summary>
public enum RateClass
{
    /// <summary>Without a valid token or key: counted by network address.</summary>
    Anonymous,

    Read,
    Write,

    /// <summary>Searches, exports and whatever else looks at much.</summary>
    Expensive,
}

/// <summary>An endpoint that isn't limited: whoever watches the node has to get an answer.</summary>
public sealed record Unrated;

/// <summary>The class of an endpoint that isn't as its method says.</summary>
/// <param name="Class">The class.</param>
/// <param name="IsLong">Its answer may take minutes.</param>
public sealed record RatedAs(RateClass Class, bool IsLong = false);

public static class RateClassEndpoints
{
    /// <summary>Counted among requests that look at much.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="isLong">Its answer may take minutes, as an export's.</param>
    public static RouteHandlerBuilder Expensive(this RouteHandlerBuilder endpoint, bool isLong = false) => endpoint.WithMetadata(new RatedAs(RateClass.Expensive, isLong));

    /// <summary>The class of an endpoint: public ones are counted by address, commands write, all else reads, unless it says otherwise; null: it isn't limited, as health isn't.</summary>
    public static RateClass? ClassOf(IEnumerable<object> metadata)
    {
        RateClass? rated = null;
        var (isCommand, isPublic, isApi, isUnrated) = (false, false, false, false);
        foreach (var one in metadata)
            switch (one)
            {
                case RatedAs own:
                    rated = own.Class;
                    break;
                case CommandMetadata:
                    isCommand = true;
                    break;
                case Unrated:
                    isUnrated = true;
                    break;
                case PublicEndpoint:
                    isPublic = true;
                    break;
                case RequiredPermission or AnyCaller:
                    isApi = true;
                    break;
            }
        return isUnrated ? null : rated ?? (isPublic ? RateClass.Anonymous : isCommand ? RateClass.Write : isApi ? RateClass.Read : null);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.EventStore;

namespace Platform.Api.Http;

/// <summary>What every query understands: <c>limit</c>, <c>cursor</c>, <c>after</c>, <c>wait</c>, <c>asOf</c>.</summary>
public static class Reading
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;
    private static readonly string[] Rfc3339 = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    /// <summary>Waits, when the request says <c>after=SEQUENCE</c>, until the projection has that event.</summary>
    /// <exception cref="ProblemException">503 when <c>wait</c> passed first.</exception>
    public static async Task AwaitAsync(HttpContext http, IQuerySession session, string projection)
    {
        if (Number(http, "after", 1, long.MaxValue) is not { } sequence)
            return;
        var wait = Wait(http);
        if (!await HeldTurn.AsideAsync(http, () => session.WaitForAsync(projection, sequence, wait, http.RequestAborted)))
            throw Behind(http, $"The read model {projection} hasn't got event {sequence} yet; waited {wait.TotalSeconds} s.");
    }

    /// <summary>Waits until the read model has all that was accepted before: for what is of no use when it's behind. 503 once <c>wait</c> is over.</summary>
    public static async Task AwaitAllAsync(HttpContext http, IQuerySession session, string projection)
    {
        var wait = Wait(http);
        if (!await HeldTurn.AsideAsync(http, () => session.WaitForAllAsync(projection, wait, http.RequestAborted)))
            throw Behind(http, $"The read model {projection} hasn't got all that was accepted before; waited {wait.TotalSeconds} s.");
    }

    private static TimeSpan Wait(HttpContext http) => Number(http, "wait", 0, (long)MaxWait.TotalSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultWait;

    private static ProblemException Behind(HttpContext http, string detail)
    {
        http.Response.Headers.RetryAfter = "1";
        return new ProblemException(new Problem(ProblemKind.Unavailable, detail));
    }

    /// <summary>Items a page. A collection has no past of its own, so <c>asOf</c> is refused rather than passed over.</summary>
    public static int Limit(HttpContext http) => http.Request.Query.ContainsKey("asOf")
        ? throw new ProblemException(Problem.Field(ProblemKind.Invalid, "asOf", "Only a single resource can be read as it was."))
        : (int)(Number(http, "limit", 1, MaxLimit) ?? DefaultLimit);

    /// <summary>The key after which the page starts; empty: from the beginning.</summary>
    public static string Cursor(HttpContext http)
    {
        if (http.Request.Query["cursor"].ToString() is not { Length: > 0 } cursor)
            return "";
        var bytes = new byte[cursor.Length];
        try
        {
            // A key with a control character is none of ours, and PostgreSQL takes no text with a NUL.
            if (System.Buffers.Text.Base64Url.TryDecodeFromChars(cursor, bytes, out var length)
                && new UTF8Encoding(false, true).GetString(bytes, 0, length) is var key && !key.Any(char.IsControl))
                return key;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
        }
        throw new ProblemException(BadCursor);
    }

    /// <summary>The id after which the page starts; the zero id: from the beginning.</summary>
    public static Guid IdCursor(HttpContext http) => Cursor(http) is not { Length: > 0 } text ? Guid.Empty
        : Guid.TryParse(text, out var id) ? id
        : throw new ProblemException(BadCursor);

    /// <summary>The number after which the page starts; 0: from the beginning.</summary>
    public static long NumberCursor(HttpContext http) => Cursor(http) is not { Length: > 0 } text ? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ProblemException(BadCursor);

    internal static Problem BadCursor => Problem.Field(ProblemKind.Invalid, "cursor", "Use the value of next from the page before.");

    public static string? NextCursor<T>(IReadOnlyList<T> items, int limit, Func<T, string> key) =>
        items.Count < limit ? null : CursorOf(key(items[^1]));

    /// <summary>The same of what a read model answered, which may have ended before its limit.</summary>
    public static string? NextCursor(Answer<StoredDocument> answer, int limit) => LastKey(answer, limit) is { } last ? CursorOf(last) : null;

    private static string? LastKey(Answer<StoredDocument> answer, int limit) => answer.IsCut || answer.Items.Count >= limit ? answer.Items[^1].Key : null;

    public static string CursorOf(string key) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <summary><c>asOf</c> of what comes from several streams: a time.</summary>
    public static DateTimeOffset? PastTime(HttpContext http) => AsOf(http) is (null, var at) ? at
        : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "asOf", "An RFC 3339 time: what holds comes from several streams, each with versions of its own."));

    /// <summary><c>asOf</c> as a version or as a time.</summary>
    public static (long? Version, DateTimeOffset? At) AsOf(HttpContext http)
    {
        var text = http.Request.Query["asOf"].ToString();
        if (text.Length == 0)
            return (null, null);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0)
            return (version, null);
        // An unescaped plus sign arrives as a space.
        if (Time(text.Replace(' ', '+')) is { } at)
            return (null, at);
        throw new ProblemException(Problem.Field(ProblemKind.Invalid, "asOf", "A version (1, 2, ...) or an RFC 3339 time."));
    }

    /// <summary>A time as in RFC 3339, in UTC; null: it's none.</summary>
    internal static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParseExact(text, Rfc3339, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    /// <summary>A time of its own parameter; null: it isn't there.</summary>
    public static DateTimeOffset? Instant(HttpContext http, string name) => http.Request.Query[name].ToString() is not { Length: > 0 } text ? null
        // An unescaped plus sign arrives as a space.
        : Time(text.Replace(' ', '+')) ?? throw new ProblemException(Problem.Field(ProblemKind.Invalid, name, "An RFC 3339 time."));

    public static Guid? Uuid(HttpContext http, string name)
    {
        var text = http.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        return Guid.TryParseExact(text, "D", out var id) ? id : throw new ProblemException(Problem.Field(ProblemKind.Invalid, name, "A UUID."));
    }

    public static string? Text(HttpContext http, string name, params string[] allowed)
    {
        var text = http.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        if (text.Length > 200 || text.Contains('\0') || allowed.Length > 0 && !allowed.Contains(text))
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, name, allowed.Length > 0 ? $"One of {string.Join(", ", allowed)}." : "At most 200 characters, none of them NUL."));
        return text;
    }

    /// <summary>A page of stored documents, passed through as they are.</summary>
    public static IResult Page(HttpContext http, Answer<StoredDocument> answer, int limit) =>
        PageUpTo(http, answer, LastKey(answer, limit));

    /// <summary>The same, where the next page starts after a key of its own; null: this is the last.</summary>
    public static IResult PageUpTo(HttpContext http, Answer<StoredDocument> answer, string? last)
    {
        Index(http, answer);
        var next = last is null ? null : CursorOf(last);
        return Results.Stream(async body =>
        {
            await using var writer = new Utf8JsonWriter(body);
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var document in answer.Items)
            {
                writer.WriteRawValue(document.Json, skipInputValidation: true);
                await writer.FlushAsync();
            }
            writer.WriteEndArray();
            writer.WriteString("next", next);
            writer.WriteEndObject();
        }, "application/json; charset=utf-8");
    }

    /// <summary>A single resource folded from its stream, as it is or as <c>asOf</c> says it was: never stale.</summary>
    /// <param name="http">The request.</param>
    /// <param name="store">Has the stream.</param>
    /// <param name="projection">Folds it.</param>
    /// <param name="id">The stream.</param>
    /// <param name="version">Of the resource.</param>
    /// <param name="json">How it's written.</param>
    public static async Task<IResult> FoldedAsync<T>(HttpContext http, IDocumentStore store, SingleStreamProjection<T> projection, Guid id, Func<T, long> version, JsonTypeInfo<T> json) where T : class
    {
        var resource = await FoldAsync(http, store, projection, id);
        return Single(http, resource, resource is null ? 0 : version(resource), json);
    }

    /// <summary>The same, for who makes the answer of it.</summary>
    public static async Task<T?> FoldAsync<T>(HttpContext http, IDocumentStore store, SingleStreamProjection<T> projection, Guid id) where T : class
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (version, at) = AsOf(http);
        Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        return await session.Events.AggregateStreamAsync(projection, id, version, at, http.RequestAborted);
    }

    /// <summary>A state as it is or as <c>asOf</c> says it was, of a stream of the tenant: never stale.</summary>
    public static async Task<TState> StateAsync<TState>(HttpContext http, IDocumentStore store, Guid id) where TState : class, Domain.IState<TState>
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (version, at) = AsOf(http);
        Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        return (await session.Events.AggregateStreamAsync<TState>(id, version, at, http.RequestAborted)).State;
    }

    /// <summary>What a tenant has one of, such as a policy, folded from its stream; where nothing was ever set, the usual, of version 0.</summary>
    public static async Task<IResult> SettingAsync<T>(HttpContext http, IDocumentStore store, SingleStreamProjection<T> projection, Guid id, T usual, Func<T, long> version, JsonTypeInfo<T> json) where T : class
    {
        var setting = await FoldAsync(http, store, projection, id) ?? (AsOf(http).Version is null ? usual : null);
        return Single(http, setting, setting is null ? 0 : version(setting), json);
    }

    /// <summary>A single resource at a version: its ETag, 304 where the caller has it, 404 where there is none.</summary>
    /// <param name="http">The request.</param>
    /// <param name="resource">Null: there is none.</param>
    /// <param name="version">Its version.</param>
    /// <param name="json">How it's written.</param>
    /// <param name="isSettled">A version always reads the same; else it's never 304.</param>
    public static IResult Single<T>(HttpContext http, T? resource, long version, JsonTypeInfo<T> json, bool isSettled = true) where T : class
    {
        if (resource is null)
            return new Problem(ProblemKind.NotFound);
        if (AsOf(http).Version > version)
            return new Problem(ProblemKind.NotFound, $"The resource is at version {version}.");
        var tag = $"\"{version}\"";
        if (isSettled)
            return Tagged(http, resource, tag, json);
        http.Response.Headers.ETag = tag;
        return Results.Json(resource, json);
    }

    /// <summary>A resource with a tag of its own: 304 where the caller has it.</summary>
    public static IResult Tagged<T>(HttpContext http, T resource, string tag, JsonTypeInfo<T> json)
    {
        http.Response.Headers.ETag = tag;
        return Has(http, tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Json(resource, json);
    }

    /// <summary>The same, tagged by what it says: half a SHA-256 of its JSON.</summary>
    public static IResult Hashed<T>(HttpContext http, T resource, JsonTypeInfo<T> json)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(resource, json);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
        http.Response.Headers.ETag = tag;
        return Has(http, tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(bytes, "application/json; charset=utf-8");
    }

    /// <summary>Whether the caller says that it has what is tagged so.</summary>
    internal static bool Has(HttpContext http, string tag) =>
        http.Request.Headers.IfNoneMatch.Any(t => t is not null && t.Split(',').Any(one => one.Trim() is var x && (x == tag || x == "W/" + tag || x == "*")));

    public static void Index(HttpContext http, long index) => http.Response.Headers["X-Ledger-Index"] = index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Says how far an answer of a read model reaches, and how many events of the log it doesn't have.</summary>
    public static void Index<T>(HttpContext http, Answer<T> answer) => Index(http, answer.Index, answer.Lag);

    public static void Index(HttpContext http, long index, long lag)
    {
        Index(http, index);
        http.Response.Headers["X-Ledger-Lag"] = lag.ToString(CultureInfo.InvariantCulture);
    }

    internal static long? Number(HttpContext http, string name, long min, long max)
    {
        var text = http.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new ProblemException(Problem.Field(ProblemKind.Invalid, name, max == long.MaxValue ? $"A whole number from {min}." : $"A whole number from {min} to {max}."));
    }
}

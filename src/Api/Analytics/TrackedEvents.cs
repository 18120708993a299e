using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;
using Platform.Api.Http;

namespace Platform.Api.Analytics;

/// <summary>Reads one event or an array of them, each held to its own size.</summary>
internal static class TrackedEvents
{
    public const int MaxEvents = 1_000, MaxEventBytes = 1_024;

    /// <summary>The events, each with the place that problems name it by: empty for one alone, else <c>[3]</c>.</summary>
    /// <exception cref="ProblemException">The body is refused; the problem says why and where.</exception>
    public static async Task<IReadOnlyList<(string At, T Value)>> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> info)
    {
        var bytes = await BytesAsync(http);
        if (JsonGate.Check(bytes) is { } problem)
            throw new ProblemException(problem);
        return Split(bytes, info);
    }

    // Whoever sends with sendBeacon or without a preflight sends text/plain.
    private static async Task<byte[]> BytesAsync(HttpContext http)
    {
        var encoding = http.Request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return await JsonBody.BytesAsync(http, Accepts, http.Request.Body);
        if (!encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            throw new ProblemException(new Problem(ProblemKind.UnsupportedMediaType, "Of encodings gzip is understood."));
        await using var unpacked = new GZipStream(http.Request.Body, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            return await JsonBody.BytesAsync(http, Accepts, unpacked);
        }
        catch (InvalidDataException)
        {
            throw new ProblemException(new Problem(ProblemKind.Malformed, "The body isn't gzip."));
        }
    }

    private static bool Accepts(HttpRequest request) =>
        request.HasJsonContentType() || MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase);

    private static List<(string At, T Value)> Split<T>(byte[] bytes, JsonTypeInfo<T> info)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = JsonGate.MaxDepth });
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            return [("", One(bytes, "", info))];
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "$", "An event, or an array of events, is needed."));
        var events = new List<(string, T)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (events.Count == MaxEvents)
                throw new ProblemException(Problem.Field(ProblemKind.Invalid, "$", string.Create(CultureInfo.InvariantCulture, $"At most {MaxEvents} events at once.")));
            var (start, at) = ((int)reader.TokenStartIndex, string.Create(CultureInfo.InvariantCulture, $"[{events.Count}]"));
            reader.Skip();
            events.Add((at, One(bytes.AsSpan(start..(int)reader.BytesConsumed), at, info)));
        }
        return events.Count > 0 ? events : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "$", "At least one event is needed."));
    }

    private static T One<T>(ReadOnlySpan<byte> json, string at, JsonTypeInfo<T> info)
    {
        var place = at.Length == 0 ? "$" : at;
        if (json.Length > MaxEventBytes)
            throw new ProblemException(Problem.Field(ProblemKind.TooLarge, place, string.Create(CultureInfo.InvariantCulture, $"An event has at most {MaxEventBytes} bytes.")));
        try
        {
            return JsonSerializer.Deserialize(json, info) ?? throw new ProblemException(Problem.Field(ProblemKind.Invalid, place, "An object is needed."));
        }
        catch (JsonException e)
        {
            throw new ProblemException(JsonBody.ProblemOf(e, at.Length == 0 ? null : at));
        }
    }
}

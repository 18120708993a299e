using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Api.Http;

/// <summary>A request's body, read once: its bytes (for the idempotency fingerprint) and what they say.</summary>
public sealed record JsonBody<T>(T Value, byte[] Bytes);

public static class JsonBody
{
    /// <summary>Bytes of a body at most; uploads have routes of their own.</summary>
    public const int MaxBytes = 1 << 20;

    /// <exception cref="ProblemException">The body is refused; the problem says why and where.</exception>
    public static async Task<JsonBody<T>> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> info)
    {
        var bytes = await BytesAsync(http, HttpRequestJsonExtensions.HasJsonContentType, http.Request.Body);
        if (bytes.Length == 0)
            bytes = "{}"u8.ToArray(); // A command whose members are all optional may come without a body.
        if (JsonGate.Check(bytes) is { } problem)
            throw new ProblemException(problem);
        try
        {
            return JsonSerializer.Deserialize(bytes, info) is { } value
                ? new JsonBody<T>(value, bytes)
                : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "$", "An object is needed."));
        }
        catch (JsonException e)
        {
            throw new ProblemException(ProblemOf(e));
        }
    }

    /// <param name="e">What the reader met.</param>
    /// <param name="at">Where what it read stands in the body; null: it's the whole.</param>
    public static Problem ProblemOf(JsonException e, string? at = null) =>
        Problem.Field(ProblemKind.Invalid, (at, Field(e.Path)) switch { (null, var field) => field, (_, "$") => at, (_, var field) => $"{at}.{field}" }, Message(e));

    /// <summary>A body of at most <see cref="MaxBytes"/>.</summary>
    /// <param name="http">The request.</param>
    /// <param name="accepts">Whether its type will do.</param>
    /// <param name="body">What is read: the request's body, or what comes of it once it's unpacked.</param>
    /// <exception cref="ProblemException">It's refused.</exception>
    internal static async Task<byte[]> BytesAsync(HttpContext http, Func<HttpRequest, bool> accepts, Stream body)
    {
        var request = http.Request;
        if (request.ContentLength is not (null or 0) || request.Headers.TransferEncoding.Count > 0)
            if (!accepts(request))
                throw new ProblemException(new Problem(ProblemKind.UnsupportedMediaType, "Send the body as application/json."));
        if (request.ContentLength > MaxBytes)
            throw new ProblemException(TooLarge);
        var buffer = new ArrayBufferWriter<byte>(Math.Max(256, (int)(request.ContentLength ?? 4096)));
        while (await body.ReadAsync(buffer.GetMemory(4096), http.RequestAborted) is var read and > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > MaxBytes)
                throw new ProblemException(TooLarge);
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static Problem TooLarge { get; } = new(ProblemKind.TooLarge, $"A body has at most {MaxBytes} bytes.");

    // "$.fields.title" and "$['fields'].x" as the client would write them.
    private static string Field(string? path) => path is null or "$" ? "$" : path.Replace("['", ".").Replace("']", "")[1..].TrimStart('.');

    private static string Message(JsonException e) =>
        e.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "There is no such member."
        : e.Message.Contains("could not be converted", StringComparison.Ordinal) || e.InnerException is InvalidOperationException ? $"The value has the wrong type{Expected(e.Message)}."
        : "The value can't be read.";

    // The reader names our type; a caller is told what to write.
    private static string Expected(string message) => message switch
    {
        _ when message.Contains("Guid]", StringComparison.Ordinal) => ": a UUID is needed",
        _ when message.Contains("DateTimeOffset]", StringComparison.Ordinal) => ": a time with its offset is needed, such as 2030-12-31T23:59:59Z",
        _ when message.Contains("Int64]", StringComparison.Ordinal) => ": a whole number is needed",
        _ when message.Contains("Boolean]", StringComparison.Ordinal) => ": true or false is needed",
        _ => "",
    };
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.EventStore;

namespace Platform.Processors.Collaboration;

/// <summary>
/// What a receiver gets of an event: <c>type</c>, <c>timestamp</c> and <c>data</c> as Standard Webhooks has them, with what the ledger knows the event by. An event larger than
/// 256 KiB comes without its data (<c>dataOmitted</c>): the receiver reads it by the API.
/// </summary>
public static class WebhookPayload
{
    private const int MostData = 256 * 1024;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="e">The event.</param>
    /// <param name="hash">As chained, lower hex.</param>
    public static byte[] Of(Event e, string hash)
    {
        var buffer = new ArrayBufferWriter<byte>(e.Json.Length + 512);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("type", e.Type);
            json.WriteString("timestamp", e.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", null));
            json.WriteString("id", e.Id);
            json.WriteString("streamId", e.StreamId);
            json.WriteNumber("version", e.Version);
            json.WriteNumber("sequence", e.Sequence);
            json.WriteString("hash", hash);
            json.WritePropertyName("data");
            if (e.Json.Length <= MostData)
                json.WriteRawValue(e.Json.Span, skipInputValidation: true);
            else
            {
                json.WriteNullValue();
                json.WriteBoolean("dataOmitted", true);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Ledger;

/// <summary>An event of a bundle: one line of <c>events/&lt;n&gt;.jsonl</c>.</summary>
/// <param name="Index">In the log.</param>
/// <param name="Epoch">Whose origin its hash has.</param>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">In the stream.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Type">Alias.</param>
/// <param name="Timestamp">Hashed to the microsecond.</param>
/// <param name="Data">The body's text in UTF-8.</param>
/// <param name="BinaryData">The binary body; null and empty differ.</param>
/// <param name="Correlation">Correlation id.</param>
/// <param name="Causation">Causation id.</param>
/// <param name="Headers">The headers' text in UTF-8.</param>
/// <param name="Prev">Hash of the stream's event before, or its genesis.</param>
/// <param name="Hash">The log's entry.</param>
/// <param name="PayloadCheck">First 4 bytes of the payload's digest, as recorded.</param>
/// <param name="MetadataCheck">First 4 bytes of the metadata's.</param>
/// <param name="Writer">Key id and signature, 68 bytes; null: not signed.</param>
public readonly record struct BundleEvent(
    long Index, int Epoch, string Tenant, Guid Stream, long Version, Guid Id, string Type, DateTimeOffset Timestamp, ReadOnlyMemory<byte> Data, byte[]? BinaryData,
    string? Correlation, string? Causation, byte[]? Headers, Hash Prev, Hash Hash, int PayloadCheck, int MetadataCheck, byte[]? Writer)
{
    // Never part of a page of HTML.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A writer for <see cref="Write"/>; it may serve many lines.</summary>
    public static Utf8JsonWriter Lines(IBufferWriter<byte> output) => new(output, Compact);

    /// <summary>Writes the line without its newline.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, Index);
        json.WriteNumber("epoch"u8, Epoch);
        json.WriteString("tenant"u8, Tenant);
        json.WriteString("stream"u8, Stream);
        json.WriteNumber("version"u8, Version);
        json.WriteString("id"u8, Id);
        json.WriteString("type"u8, Type);
        json.WriteString("timestamp"u8, L1.Time(Timestamp));
        json.WriteString("data"u8, Data.Span);
        Base64(json, "bdata"u8, BinaryData);
        json.WriteString("correlation"u8, Correlation);
        json.WriteString("causation"u8, Causation);
        if (Headers is null)
            json.WriteNull("headers"u8);
        else
            json.WriteString("headers"u8, Headers);
        json.WriteString("prev"u8, Prev.ToString());
        json.WriteString("hash"u8, Hash.ToString());
        json.WriteString("checks"u8, $"{PayloadCheck:x8}{MetadataCheck:x8}");
        Base64(json, "writer"u8, Writer);
        json.WriteEndObject();
        json.Flush();
        json.Reset();
    }

    private static void Base64(Utf8JsonWriter json, ReadOnlySpan<byte> name, byte[]? bytes)
    {
        if (bytes is null)
            json.WriteNull(name);
        else
            json.WriteBase64String(name, bytes);
    }
}

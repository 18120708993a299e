using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Processors;

namespace Platform.Api.Http;

/// <summary>A page of a collection.</summary>
/// <param name="Items">In the collection's order.</param>
/// <param name="Next">Cursor of the next page; null: this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Receipt))]
internal sealed partial class ReceiptJson : JsonSerializerContext;

using Platform.Api.Http;

namespace Platform.Api.Analytics;

/// <summary>The JSON Schema of what webhooks are told of a summary, for whoever writes a receiver: without a token, the same for all tenants.</summary>
internal static class SummarySchema
{
    private const string Path = "/schemas/daily-summary.v1.json";

    private static readonly byte[] Json = Read();

    public static void MapSummarySchema(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, () => Results.Bytes(Json, "application/schema+json")).WithMetadata(new PublicEndpoint()).ExcludeFromDescription();

    private static byte[] Read()
    {
        using var stream = typeof(SummarySchema).Assembly.GetManifestResourceStream("daily-summary.v1.json")!;
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }
}

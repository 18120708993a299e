namespace Platform.Api.Http;

/// <summary>JSON Schemas for whoever writes a receiver or a builder: without a token, the same for all tenants.</summary>
internal static class PublishedSchemas
{
    private static readonly string[] _names = ["daily-summary.v1.json", "conditions.v1.json", "rules.v1.json", "recommendation-question.v1.json", "recommendation-ranking.v1.json"];

    public static void MapSchemas(this IEndpointRouteBuilder app)
    {
        foreach (var name in _names)
        {
            var json = Read(name);
            app.MapGet($"/schemas/{name}", () => Results.Bytes(json, "application/schema+json")).WithMetadata(new PublicEndpoint()).ExcludeFromDescription();
        }
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(PublishedSchemas).Assembly.GetManifestResourceStream(name)!;
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }
}

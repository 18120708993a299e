namespace Platform.Api.Http;

/// <summary>Rows as a file of one JSON object a line.</summary>
public static class JsonLines
{
    public const string ContentType = "application/jsonl";
}

using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Platform.Api.Http;
using Platform.Processors;

namespace Platform.Api.Tests;

/// <summary>An answer of the API, read whole.</summary>
public sealed record Answer(HttpResponseMessage Message, string Text)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public int Status => (int)Message.StatusCode;

    public JsonElement Json => JsonElement.Parse(Text);

    public Receipt Receipt => JsonSerializer.Deserialize<Receipt>(Text, Web)!;

    /// <summary>The members <c>items</c> of a page.</summary>
    public IReadOnlyList<JsonElement> Items => [.. Json.GetProperty("items").EnumerateArray()];

    /// <summary>The lines of a CSV, each by the names of its first.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Rows
    {
        get
        {
            using var csv = new CsvReader(new StringReader(Text), CultureInfo.InvariantCulture);
            csv.Read();
            csv.ReadHeader();
            var rows = new List<IReadOnlyDictionary<string, string>>();
            while (csv.Read())
                rows.Add(csv.HeaderRecord!.ToDictionary(name => name, name => csv.GetField(name)!));
            return rows;
        }
    }

    /// <summary>The cursor of the next page; null: there is none.</summary>
    public string? Next => Json.GetProperty("next").GetString();

    /// <summary>The header's value; null where it isn't there.</summary>
    public string? Header(string name) =>
        Message.Headers.TryGetValues(name, out var values) || Message.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    public Answer ShouldBe(int status)
    {
        Status.ShouldBe(status, Text);
        return this;
    }

    /// <summary>RFC 9457, whole, and without a trace of our insides.</summary>
    public void ShouldBeProblem(int status, string kind, string? field = null)
    {
        Status.ShouldBe(status, Text);
        Header("Content-Type").ShouldBe("application/problem+json");
        var problem = Json;
        problem.GetProperty("type").GetString().ShouldBe($"urn:platform:problem:{kind}", Text);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        Text.ShouldNotContain("   at ");
        Text.ShouldNotContain("Exception");
        if (field is not null)
            problem.TryGetProperty("errors", out var errors).ShouldBeTrue(Text);
        if (field is not null)
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldContain(field, Text);
    }
}

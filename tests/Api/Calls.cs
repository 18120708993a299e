using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Tests;

/// <summary>Requests as tests write them. A body that is a text is sent as it is, any other as its JSON, none as none.</summary>
internal static class Calls
{
    public static Task<Answer> AskAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Get, path, null, headers);

    public static Task<Answer> PostAsync(this HttpClient client, string path, object? body = null, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Post, path, body, headers);

    public static Task<Answer> PutAsync(this HttpClient client, string path, object? body = null, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Put, path, body, headers);

    public static Task<Answer> SendAsync(this HttpClient client, HttpMethod method, string path, object? body, params (string Name, string Value)[] headers) =>
        client.SendAsync(method, path, Content(body), headers);

    public static async Task<Answer> SendAsync(this HttpClient client, HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        var response = await client.SendAsync(request);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Bytes as <c>application/json</c>.</summary>
    public static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static ByteArrayContent? Content(object? body) => body switch
    {
        null => null,
        string text => Json(Encoding.UTF8.GetBytes(text)),
        _ => Json(JsonSerializer.SerializeToUtf8Bytes(body)),
    };
}

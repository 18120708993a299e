using System.Net.Http.Headers;
using System.Text;
using Platform.Api.Http;

namespace Platform.Api.Tests.Http;

public sealed class BodySizeTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_body_of_10_megabytes_is_413() =>
        await RefusedAsync(() => Admin.SendAsync(HttpMethod.Post, "/api/sites", Calls.Json(Body(10 << 20))), 413, "too-large");

    [Fact]
    public async Task A_body_of_10_megabytes_in_chunks_is_413() => await RefusedAsync(() => ChunkedAsync(10 << 20), 413, "too-large");

    [Fact]
    public async Task A_body_of_one_byte_more_than_a_mebibyte_is_413_with_its_length_or_in_chunks()
    {
        await RefusedAsync(() => Admin.SendAsync(HttpMethod.Post, "/api/sites", Calls.Json(Body(JsonBody.MaxBytes + 1))), 413, "too-large");
        await RefusedAsync(() => ChunkedAsync(JsonBody.MaxBytes + 1), 413, "too-large");
    }

    [Fact]
    public async Task A_body_of_a_mebibyte_is_read()
    {
        await RefusedAsync(() => Admin.SendAsync(HttpMethod.Post, "/api/sites", Calls.Json(Body(JsonBody.MaxBytes))), 422, "invalid", "name");
        await RefusedAsync(() => ChunkedAsync(JsonBody.MaxBytes), 422, "invalid", "name");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/jsonp")]
    public async Task A_body_of_another_type_is_415(string type)
    {
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(Examples.Article)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        await RefusedAsync(() => Admin.SendAsync(HttpMethod.Post, "/api/content-types", body), 415, "unsupported-media-type");
    }

    [Fact]
    public async Task A_body_of_no_type_is_415() => await RefusedAsync(
        () => Admin.SendAsync(HttpMethod.Post, "/api/content-types", new ByteArrayContent(Encoding.UTF8.GetBytes(Examples.Article))), 415, "unsupported-media-type");

    [Fact]
    public async Task Json_may_say_that_it_is_utf_8()
    {
        var body = new StringContent(Examples.Article, Encoding.UTF8, "application/json");
        (await Admin.SendAsync(HttpMethod.Post, "/api/content-types", body)).ShouldBe(201);
    }

    private async Task<Answer> ChunkedAsync(int bytes)
    {
        using var content = Calls.Json(Body(bytes));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sites") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        var response = await Admin.SendAsync(request);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    private static byte[] Body(int bytes)
    {
        var body = new byte[bytes];
        body.AsSpan().Fill((byte)' ');
        "{}"u8.CopyTo(body);
        return body;
    }
}

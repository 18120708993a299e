using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Analytics;

namespace Platform.Api.Tests.Analytics;

/// <summary>The tracker's script as browsers are sent it.</summary>
public sealed class TrackerScriptTests(SharedApp shared) : OverHttp(shared)
{
    private static string Pinned => $"/tracker.{Tracker.Fingerprint}.js";

    [Fact]
    public async Task It_is_at_most_1024_bytes_packed_by_brotli()
    {
        var (_, body) = await LoadAsync("/tracker.js", "br");
        body.Length.ShouldBeLessThanOrEqualTo(Tracker.MaxBytes);
        Unpacked(new BrotliStream(new MemoryStream(body), CompressionMode.Decompress)).ShouldBe(Tracker.Script);
        TestContext.Current.TestOutputHelper!.WriteLine($"brotli {body.Length}, gzip {Tracker.Gzip.Length}, as it is {Tracker.Script.Length} bytes");
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip, br;q=0", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("identity", null)]
    [InlineData(null, null)]
    public async Task It_is_packed_as_the_browser_understands_and_the_same_for_each(string? accepts, string? encoding)
    {
        foreach (var path in new[] { "/tracker.js", Pinned })
        {
            var (response, body) = await LoadAsync(path, accepts);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Content.Headers.ContentEncoding.ShouldBe(encoding is null ? [] : [encoding]);
            response.Headers.Vary.ShouldBe(["Accept-Encoding"]);
            response.Content.Headers.ContentType!.ToString().ShouldBe("text/javascript; charset=utf-8");
            Stream packed = new MemoryStream(body);
            Unpacked(encoding switch { "br" => new BrotliStream(packed, CompressionMode.Decompress), "gzip" => new GZipStream(packed, CompressionMode.Decompress), _ => packed }).ShouldBe(Tracker.Script);
        }
    }

    [Fact]
    public async Task With_its_fingerprint_it_is_kept_for_good_and_without_for_an_hour()
    {
        var kept = (await Nobody().AskAsync(Pinned)).ShouldBe(200);
        kept.Header("Cache-Control").ShouldBe("public, max-age=31536000, immutable");
        (await Nobody().AskAsync("/tracker.js")).ShouldBe(200).Header("Cache-Control").ShouldBe("public, max-age=3600");
        Tracker.Fingerprint.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kept.Text)))[..32]);
        foreach (var (header, value) in new[] { ("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin"), ("X-Content-Type-Options", "nosniff") })
            kept.Header(header).ShouldBe(value);
    }

    [Fact]
    public async Task Whoever_has_it_is_told_so()
    {
        foreach (var path in new[] { "/tracker.js", Pinned })
        {
            var tag = (await Nobody().AskAsync(path)).ShouldBe(200).Header("ETag")!;
            var same = (await Nobody().AskAsync(path, ("If-None-Match", tag))).ShouldBe(304);
            same.Text.ShouldBeEmpty();
            same.Header("ETag").ShouldBe(tag);
            (await Nobody().AskAsync(path, ("If-None-Match", "W/\"another\""))).ShouldBe(200);
        }
        (await Nobody().SendAsync(HttpMethod.Head, "/tracker.js", (object?)null)).ShouldBe(200).Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_of_before_an_upgrade_is_sent_what_is_served_now()
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = App.Url };
        var old = (await client.AskAsync($"/tracker.{new string('0', 32)}.js")).ShouldBe(302);
        old.Header("Location").ShouldBe("/tracker.js");
        old.Header("Cache-Control").ShouldBe("no-store");
        old.Header("Access-Control-Allow-Origin").ShouldBe("*");
        foreach (var path in new[] { "/tracker.min.js", "/tracker..js", $"/tracker.{Tracker.Fingerprint.ToUpperInvariant()}.js" })
            (await client.AskAsync(path)).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Whoever_reads_analytics_learns_what_to_put_into_pages()
    {
        var told = (await As("analyst").AskAsync("/api/analytics/tracker")).ShouldBe(200).Json;
        told.GetProperty("snippet").GetString().ShouldBe($"<script defer src=\"{App.Url}tracker.js\"></script>");
        var script = await Nobody().GetByteArrayAsync(told.GetProperty("pinnedUrl").GetString());
        told.GetProperty("integrity").GetString().ShouldBe($"sha384-{Convert.ToBase64String(SHA384.HashData(script))}");
        script.ShouldBe(await Nobody().GetByteArrayAsync(told.GetProperty("url").GetString()));
        told.GetProperty("brotliBytes").GetInt32().ShouldBe(Tracker.Brotli.Length);
        told.GetProperty("bytes").GetInt32().ShouldBe(script.Length);
        (await As("editor").AskAsync("/api/analytics/tracker")).ShouldBeProblem(403, "forbidden");
    }

    private async Task<(HttpResponseMessage Response, byte[] Body)> LoadAsync(string path, string? accepts)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accepts is not null)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepts).ShouldBeTrue();
        var response = await Nobody().SendAsync(request);
        return (response, await response.Content.ReadAsByteArrayAsync());
    }

    private static byte[] Unpacked(Stream packed)
    {
        using var script = new MemoryStream();
        packed.CopyTo(script);
        return script.ToArray();
    }
}

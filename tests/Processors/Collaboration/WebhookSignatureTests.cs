using System.Text;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Collaboration;

namespace Platform.Processors.Tests.Collaboration;

public sealed class WebhookSignatureTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
    private static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000040");

    /// <summary>The vector that the libraries of Standard Webhooks are tested with.</summary>
    [Fact]
    public void The_published_vector_is_signed_as_published() => WebhookSignature.Of(
            [Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("""{"test": 2432232314}"""))
        .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void Two_secrets_make_two_signatures_apart_by_a_space()
    {
        var both = WebhookSignature.Of([[1], [2]], "id", 5, [6]).Split(' ');
        both.ShouldBe([WebhookSignature.Of([[1]], "id", 5, [6]), WebhookSignature.Of([[2]], "id", 5, [6])]);
    }

    [Fact]
    public void Secrets_differ_by_tenant_webhook_and_generation_and_stay_the_same()
    {
        var secrets = new WebhookSecrets(Key);
        string[] all = [secrets.Of("a", Id, 1), secrets.Of("b", Id, 1), secrets.Of("a", Guid.Empty, 1), secrets.Of("a", Id, 2), new WebhookSecrets([1]).Of("a", Id, 1)];
        all.ShouldBeUnique();
        all.ShouldAllBe(secret => secret.StartsWith("whsec_") && Convert.FromBase64String(secret.Substring(6)).Length == 32);
        new WebhookSecrets(Key).Of("a", Id, 1).ShouldBe(all[0]);
    }

    [Fact]
    public void A_payload_has_the_data_as_stored_unless_it_is_too_large()
    {
        Encoding.UTF8.GetString(WebhookPayload.Of(Example("""{"b": 1.50, "a": "ü"}"""u8.ToArray()), "ab")).ShouldBe(
            """{"type":"sites.site-renamed","timestamp":"2030-06-01T12:00:00.000000Z","id":"0198c0de-0000-7000-8000-000000000040","streamId":"0198c0de-0000-7000-8000-000000000040","version":2,"sequence":7,"hash":"ab","data":{"b": 1.50, "a": "ü"}}""");
        Encoding.UTF8.GetString(WebhookPayload.Of(Example(Encoding.UTF8.GetBytes($"\"{new string('x', 300_000)}\"")), "ab")).ShouldEndWith("\"data\":null,\"dataOmitted\":true}");
    }

    private static Event Example(byte[] json) => new()
    {
        TenantId = "a",
        StreamId = Id,
        Version = 2,
        Sequence = 7,
        Id = Id,
        Type = "sites.site-renamed",
        Data = new SiteRenamed(Id, "x"),
        Json = json,
        Timestamp = new DateTimeOffset(2030, 6, 1, 12, 0, 0, TimeSpan.Zero),
        Headers = new EventHeaders(null, null, null, null),
    };
}

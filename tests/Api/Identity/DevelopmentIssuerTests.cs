using Platform.Api.Identity;

namespace Platform.Api.Tests.Identity;

public sealed class DevelopmentIssuerTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string _directory = Directory.CreateTempSubdirectory("platform-issuer-").FullName;

    private string KeyFile => Path.Combine(_directory, "secrets", "dev-issuer.pem");

    [Fact]
    public void Its_tokens_are_accepted_until_they_expire()
    {
        using var issuer = Open();
        var token = issuer.Issue("user-1", "k3v9d2m7q4xa", ["admin"], TimeSpan.FromHours(1), _now);
        var claims = Validator(issuer, _now).Validate(token).Claims.ShouldNotBeNull();
        (claims.Subject, claims.Tenant, claims.Roles.Single()).ShouldBe(("user-1", "k3v9d2m7q4xa", "admin"));
        Validator(issuer, _now.AddHours(2)).Validate(token).Problem!.Reason.ShouldBe(JwtFailure.Expired);
    }

    [Fact]
    public void The_key_is_kept()
    {
        using var first = Open();
        using var second = Open();
        second.PublishedKeys.ShouldBe(first.PublishedKeys);
        Validator(second, _now).Validate(first.Issue("user-1", "t", [], TimeSpan.FromHours(1), _now)).IsValid.ShouldBeTrue();
    }

    [Fact]
    public void The_key_file_is_its_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("not run: no Unix file modes here");
            return;
        }

        using (Open())
            File.GetUnixFileMode(KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Should.Throw<InvalidOperationException>(Open);
    }

    [Fact]
    public void What_is_published_holds_no_private_part()
    {
        using var issuer = Open();
        issuer.PublishedKeys.ShouldNotContain("\"d\"");
        JsonWebKeySet.Parse(issuer.PublishedKeys).Keys.ShouldHaveSingleItem().Algorithm.ShouldBe("ES256");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private DevelopmentIssuer Open() => DevelopmentIssuer.Open(_directory, "development", "platform");

    private static JwtValidator Validator(DevelopmentIssuer issuer, DateTimeOffset now) => new(
        new JwtOptions { Issuers = new HashSet<string> { "development" }, Audience = "platform" }, () => issuer.Keys, new FixedClock(now));
}

using System.Collections.Immutable;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Platform.Api.Hosting;
using Platform.Api.Personalization;
using Platform.Api.Tests.Identity;
using Platform.Domain;
using Platform.Domain.Personalization;
using Platform.Tests;

namespace Platform.Api.Tests.Personalization;

public sealed class PreferenceCookieTests : IDisposable
{
    private const string Tenant = "tenant222222";

    private readonly ScratchDirectory _scratch = new();
    private readonly KeyDirectory _keys;
    private readonly PreferenceCookie _cookies;

    public PreferenceCookieTests()
    {
        _keys = new(_scratch.Path);
        _cookies = On(1, 31);
    }

    private static CookiePreferences Some { get; } = new(Fields.Parse("""{"language":"de"}"""), ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("topic", ["sport", "arts"]));

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_one_node_wrote_another_reads_and_conditions_look_at()
    {
        var (read, outcome) = On(1, 31).Open(Tenant, _cookies.Seal(Tenant, Some));
        outcome.ShouldBe("read");
        read!.Preferences.ShouldBe(Some.Preferences);
        read.Attributes()["top"]["topic"].Text.ShouldBe("sport");
        read.Attributes()["preferences"]["language"].Text.ShouldBe("de");
    }

    [Fact]
    public void Nothing_of_it_can_be_read_and_no_two_are_alike()
    {
        var text = _cookies.Seal(Tenant, Some);
        text.ShouldNotBe(_cookies.Seal(Tenant, Some));
        Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(text.AsSpan(6))).ShouldNotContain("language");
    }

    [Fact]
    public void What_was_tampered_with_is_of_another_tenant_or_month_or_too_long_is_ignored()
    {
        var text = _cookies.Seal(Tenant, Some);
        for (var n = 0; n < text.Length; n++)
            _cookies.Open(Tenant, $"{text[..n]}{(text[n] == 'A' ? 'B' : 'A')}{text[(n + 1)..]}").Preferences.ShouldBeNull();
        foreach (var cut in new[] { "", "2", "203001", "203001A", text[..^1], text + "A" })
            _cookies.Open(Tenant, cut).ShouldBe((null, "forged"));
        _cookies.Open("tenant333333", text).ShouldBe((null, "forged"));
        _cookies.Open(Tenant, "203002" + text[6..]).ShouldBe((null, "expired"), "of a month that is to come");
        _cookies.Open(Tenant, "202912" + text[6..]).ShouldBe((null, "forged"), "of a month without a key, and none is made");
        _keys.Names("preferences-*").ShouldBe(["preferences-203001.key"]);
        _cookies.Open(Tenant, new string('A', 2_049)).ShouldBe((null, "oversized"));
    }

    [Theory]
    [InlineData("http", false, true)]
    [InlineData("https", true, true)]
    [InlineData("http", true, false)]
    public void It_goes_over_tls_alone_unless_a_developers_machine_has_none(string scheme, bool takesPlain, bool isSecure)
    {
        var http = new DefaultHttpContext { Request = { Scheme = scheme } };
        new PreferenceCookie(_keys, new FixedClock(new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero)), takesPlain).Write(http, Tenant, Some);
        var cookie = http.Response.Headers.SetCookie.ToString();
        cookie.Contains("secure", StringComparison.OrdinalIgnoreCase).ShouldBe(isSecure);
        cookie.ShouldContain("httponly", Case.Insensitive);
    }

    [Fact]
    public void Each_month_has_a_key_old_ones_are_read_for_half_a_year_and_then_destroyed()
    {
        var january = _cookies.Seal(Tenant, Some);
        var july = On(7, 30);
        july.Seal(Tenant, Some).ShouldStartWith("203007");
        july.Forget();
        july.Open(Tenant, january).Outcome.ShouldBe("read");
        On(8, 1).Open(Tenant, january).ShouldBe((null, "expired"));
        On(8, 1).Forget();
        _keys.Names("preferences-*").ShouldBe(["preferences-203007.key"]);
    }

    [Fact]
    public void The_largest_preferences_fit_and_what_visitors_are_drawn_to_as_far_as_it_does()
    {
        var most = Fields.Parse($$"""{"a":"{{new string('x', 200)}}","b":"{{new string('x', 200)}}","c":"{{new string('x', 200)}}","d":"{{new string('x', 200)}}","e":"{{new string('x', 188)}}"}""");
        most.CountBytes().ShouldBeGreaterThan(1_000);
        var top = Enumerable.Range(0, 10).ToImmutableSortedDictionary(n => $"dimension_{n}", _ => Enumerable.Repeat(new string('y', 100), 3).ToImmutableArray(), StringComparer.Ordinal);
        var text = _cookies.Seal(Tenant, new(most, top));
        (PreferenceCookie.Name.Length + 1 + text.Length).ShouldBeLessThanOrEqualTo(PreferenceCookie.MaxBytes);
        var read = _cookies.Open(Tenant, text).Preferences!;
        read.Preferences.ShouldBe(most);
        read.Top.Count.ShouldBeLessThan(10);
    }

    [Fact]
    public void Whatever_a_browser_sends_is_ignored_and_nothing_fails() =>
        Prop.ForAll<string>(text => _cookies.Open(Tenant, text ?? "").Preferences is null).QuickCheckThrowOnFailure();

    private PreferenceCookie On(int month, int day) => new(_keys, new FixedClock(new(2030, month, day, 12, 0, 0, TimeSpan.Zero)));
}

using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Identity;

namespace Platform.Domain.Tests.Identity;

public sealed class AccessTokenProperties
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ClientKey Key = KeyText.Write("a2b3c4d5e6f7", "abcdefgh", Secret).Kept;

    [Fact]
    public void What_was_written_is_read_and_nothing_else_of_it()
    {
        var scopes = Gen.SubListOf(Permission.All.ToArray()).Select(some => (ImmutableSortedSet<string>?)some.ToImmutableSortedSet(StringComparer.Ordinal));
        Prop.ForAll(Gen.Frequency((1, Gen.Constant<ImmutableSortedSet<string>?>(null)), (4, scopes)).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (held, at) =>
        {
            var token = AccessToken.Of(Key, null, held, Noon);
            var text = token.Write(Secret);
            var read = AccessToken.Read(text, Secret).ShouldNotBeNull();
            (read.Prefix, read.KeyTag, read.ExpiresAt).ShouldBe((token.Prefix, token.KeyTag, Noon + AccessToken.Lifetime));
            (read.Scopes is null).ShouldBe(held is null);
            (read.Scopes ?? []).ShouldBe(held ?? []);
            // One character changed, anywhere: no token.
            var n = at % text.Length;
            AccessToken.Read($"{text[..n]}{(text[n] == 'A' ? 'B' : 'A')}{text[(n + 1)..]}", Secret).ShouldBeNull();
            AccessToken.Read(text + "A", Secret).ShouldBeNull();
            AccessToken.Read(text, [.. Secret.Reverse()]).ShouldBeNull();
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_token_is_valid_no_longer_than_its_key_and_its_client()
    {
        AccessToken.Of(Key, Noon.AddMinutes(3), null, Noon).ExpiresAt.ShouldBe(Noon.AddMinutes(3));
        AccessToken.Of(Key with { Until = Noon.AddMinutes(2) }, Noon.AddMinutes(3), null, Noon).ExpiresAt.ShouldBe(Noon.AddMinutes(2));
        var token = AccessToken.Of(Key, null, null, Noon);
        token.IsOf(Key, Noon).ShouldBeTrue();
        token.IsOf(Key with { Until = Noon }, Noon).ShouldBeFalse();
        token.IsOf(Key with { Hash = new string('0', 64) }, Noon).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("pt_")]
    [InlineData("pt_.")]
    [InlineData("pt_AAAA")]
    [InlineData("pt_AAAA.AAAA")]
    [InlineData("pk_AAAA.AAAA")]
    [InlineData("pt_ü.ü")]
    public void What_is_no_token_is_read_as_none(string text) => AccessToken.Read(text, Secret).ShouldBeNull();
}

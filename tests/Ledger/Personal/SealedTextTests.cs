using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests.Personal;

public sealed class SealedTextTests
{
    private static readonly Guid EventId = new("0198c0de-0000-7000-8000-000000000001");
    private static readonly SubjectKey Key = NewKey();

    private static SubjectKey NewKey(Guid? id = null) => new(id ?? Guid.NewGuid(), "demotenant22", Guid.NewGuid(), RandomNumberGenerator.GetBytes(SubjectKey.Size));

    private static SealedText Parse(string token) => SealedText.TryParse(token, out var text) ? text : throw new FormatException("It isn't sealed.");

    [Fact]
    public void A_text_opens_as_it_was_sealed() => Prop.ForAll((NonNull<string> text) =>
    {
        // A lone surrogate has no UTF-8 form.
        var plain = new string([.. text.Get.Where(c => !char.IsSurrogate(c))]);
        return Parse(SealedText.Seal(Key, EventId, "email", plain)).Open(Key) == plain;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void It_says_where_it_stands_and_nothing_of_the_text()
    {
        var token = SealedText.Seal(Key, EventId, "email", "ada@example.org");
        token.ShouldStartWith(SealedText.Prefix);
        var text = Parse(token);
        (text.KeyId, text.SubjectId, text.TenantId, text.EventId, text.Property).ShouldBe((Key.Id, Key.SubjectId, "demotenant22", EventId, "email"));
        SealedText.Seal(Key, EventId, "email", "ada@example.org").ShouldNotBe(token, "the same text twice looks the same");
    }

    // RFC 7516, section 5.2, by hand: what any JOSE library does.
    [Fact]
    public void It_is_a_jwe_in_compact_serialization()
    {
        var parts = SealedText.Seal(Key, EventId, "email", "ada@example.org").Split('.');
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        (header.RootElement.GetProperty("alg").GetString(), header.RootElement.GetProperty("enc").GetString(), header.RootElement.GetProperty("kid").GetGuid()).ShouldBe(("dir", "A256GCM", Key.Id));
        parts[1].ShouldBeEmpty("direct encryption has no encrypted key");
        var plain = new byte[Base64Url.DecodeFromChars(parts[3]).Length];
        using var gcm = new AesGcm(Key.Bytes.Span, 16);
        gcm.Decrypt(Base64Url.DecodeFromChars(parts[2]), Base64Url.DecodeFromChars(parts[3]), Base64Url.DecodeFromChars(parts[4]), plain, Encoding.ASCII.GetBytes(parts[0]));
        Encoding.UTF8.GetString(plain).ShouldBe("ada@example.org");
    }

    [Fact]
    public void Another_key_opens_nothing_even_under_the_same_id()
    {
        var text = Parse(SealedText.Seal(Key, EventId, "email", "ada@example.org"));
        text.IsCommittedTo(Key).ShouldBeTrue();
        foreach (var other in new[] { NewKey(), Key with { Bytes = RandomNumberGenerator.GetBytes(SubjectKey.Size) } })
        {
            text.IsCommittedTo(other).ShouldBeFalse();
            Should.Throw<CryptographicException>(() => text.Open(other));
        }
    }

    [Fact]
    public void A_change_of_any_character_is_noticed()
    {
        var token = SealedText.Seal(Key, EventId, "email", "ada@example.org");
        for (var n = 0; n < token.Length; n++)
        {
            var changed = token.Remove(n, 1).Insert(n, token[n] == 'A' ? "B" : "A");
            if (SealedText.TryParse(changed, out var text))
                Should.Throw<CryptographicException>(() => text.Open(Key), $"character {n} may be changed");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("ada@example.org")]
    [InlineData(SealedText.Prefix)]
    [InlineData(SealedText.Prefix + "....")]
    [InlineData("eyJhbGciOiJub25lIn0....")]
    public void What_is_not_sealed_is_not_taken_for_it(string text) => SealedText.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_header_with_a_member_of_another_kind_or_too_much_is_refused()
    {
        var parts = SealedText.Seal(Key, EventId, "email", "x").Split('.');
        var header = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]));
        foreach (var other in new[] { header.Replace("\"property\":\"email\"", "\"property\":1"), header.Replace("}", ",\"zip\":\"DEF\"}"), header[..^1], header.Replace("A256GCM", "A128GCM"), header.Replace(",\"salt\"", ",\"pepper\"") })
            SealedText.TryParse($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(other))}..{parts[2]}.{parts[3]}.{parts[4]}", out _).ShouldBeFalse(other);
    }

    [Fact]
    public void A_text_that_is_too_long_or_no_text_is_refused()
    {
        Should.Throw<ArgumentException>(() => SealedText.Seal(Key, EventId, "email", new string('x', SealedText.LongestText + 1)));
        Should.Throw<ArgumentException>(() => SealedText.Seal(Key, EventId, "email", "\ud800"));
        var longest = new string('\u20ac', SealedText.LongestText);
        Parse(SealedText.Seal(Key, EventId, "email", longest)).Open(Key).ShouldBe(longest);
    }

    [Fact]
    public void A_personal_text_that_is_not_sealed_is_written_nowhere()
    {
        var plain = PersonalText.Plain("ada@example.org");
        Should.Throw<InvalidOperationException>(() => JsonSerializer.Serialize(plain));
        $"{plain}".ShouldNotContain("ada");
        var token = SealedText.Seal(Key, EventId, "email", "ada@example.org");
        JsonSerializer.Serialize(PersonalText.Sealed(token)).ShouldBe($"\"{token}\"");
        JsonSerializer.Deserialize<PersonalText>($"\"{token}\"").ShouldBe(PersonalText.Sealed(token));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<PersonalText>("{\"plain\":\"ada\"}"));
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Platform.Ledger.Tests;

public class HashTests
{
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void The_digest_of_abc_is_that_of_the_standard() => Hash.Of("abc"u8).ToString().ShouldBe(Abc);

    [Fact]
    public void The_digest_of_every_length_is_the_runtimes()
    {
        var content = new byte[3000];
        new Random(1).NextBytes(content);
        for (var length = 0; length <= content.Length; length++)
            Hash.Of(content.AsSpan(0, length)).Bytes.ToArray().ShouldBe(SHA256.HashData(content.AsSpan(0, length)), $"{length} bytes");
    }

    [Fact]
    public void Many_threads_hash_at_once() => Parallel.For(0, 50_000, n =>
        Hash.Of(BitConverter.GetBytes(n)).Equals(new Hash(SHA256.HashData(BitConverter.GetBytes(n)))).ShouldBeTrue());

    [Fact]
    public void What_is_written_is_read_back() => Hash.Parse(Abc).ShouldBe(Hash.Of("abc"u8));

    [Theory]
    [InlineData("")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Other_spellings_are_refused(string text) => Should.Throw<FormatException>(() => Hash.Parse(text));

    [Fact]
    public void A_digest_of_another_length_is_refused() => Should.Throw<ArgumentException>(() => new Hash(new byte[31]));

    [Fact]
    public void One_bit_makes_another_hash() => (Hash.Of("abc"u8) == Hash.Of("abb"u8)).ShouldBeFalse();

    [Fact]
    public void Null_and_empty_differ() => new L1().Payload("{}", null).ShouldNotBe(new L1().Payload("{}", []));

    [Fact]
    public void A_lone_surrogate_is_refused_and_leaves_nothing_behind()
    {
        var suite = new L1();
        var expected = suite.Payload("{}", null);
        Should.Throw<ArgumentException>(() => suite.Payload("\ud800", null));
        suite.Payload("{}", null).ShouldBe(expected);
    }

    [Fact]
    public void A_body_longer_than_the_buffer_is_hashed_whole()
    {
        var text = string.Concat(Enumerable.Repeat("ünïcode ", 20_000));
        var utf8 = Encoding.UTF8.GetBytes(text);
        var input = new byte[4 + utf8.Length + 1];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(input, utf8.Length);
        utf8.CopyTo(input, 4);
        new L1().Payload(text, null).ShouldBe(Hash.Of(input));
    }
}

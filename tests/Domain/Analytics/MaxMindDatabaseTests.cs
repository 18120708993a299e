using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Analytics;
using static Platform.Domain.Tests.Analytics.MaxMindFile;

namespace Platform.Domain.Tests.Analytics;

public sealed class MaxMindDatabaseTests
{
    private static readonly byte[] _austria = Map(("country_code", Text("AT")));

    [Theory]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void A_network_is_found_by_each_of_its_addresses_and_by_no_other(int recordSize)
    {
        var database = MaxMindDatabase.Open(new MaxMindFile(recordSize) { Data = _austria }.With("198.51.100.128/25", 0).Bytes());

        foreach (var last in (int[])[128, 200, 255])
        {
            database.TryFind(IPAddress.Parse($"198.51.100.{last}"), out var value, out var prefix).ShouldBeTrue();
            prefix.ShouldBe(25);
            ((Dictionary<string, object>)value.Decode()).ShouldBe([new("country_code", "AT")]);
        }
        database.TryFind(IPAddress.Parse("198.51.100.127"), out _, out _).ShouldBeFalse();
        database.TryFind(IPAddress.Parse("::c633:6480"), out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void The_metadata_are_as_written() =>
        MaxMindDatabase.Open(new MaxMindFile(28, 6).Bytes()).Metadata
            .ShouldSatisfyAllConditions(m => m.NodeCount.ShouldBe(1u), m => m.RecordSize.ShouldBe(28), m => m.IpVersion.ShouldBe(6), m => m.DatabaseType.ShouldBe("Test"),
                m => m.BuildEpoch.ShouldBe(256ul), m => m.Languages.ShouldBe(["en"]), m => m.Description["en"].ShouldBe("A test"));

    [Fact]
    public void IPv4_lies_in_the_last_32_bits_of_IPv6()
    {
        var database = MaxMindDatabase.Open(new MaxMindFile(24, 6) { Data = _austria }.With("::c633:6400/120", 0).Bytes());

        database.TryFind(IPAddress.Parse("198.51.100.7"), out _, out var prefix).ShouldBeTrue();
        prefix.ShouldBe(24);
        database.TryFind(IPAddress.Parse("::c633:6407"), out _, out prefix).ShouldBeTrue();
        prefix.ShouldBe(120);
        database.TryFind(IPAddress.Parse("::ffff:198.51.100.7"), out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Of_a_map_one_value_is_read_without_the_others()
    {
        var data = (byte[])[.. Map(("a", Array(Map(("deep", Text("x"))), Pointer(0))), ("country_code", Text("AT")))];
        MaxMindDatabase.Open(new MaxMindFile { Data = data }.With("0.0.0.0/1", 0).Bytes()).TryFind(IPAddress.Any, out var value, out _).ShouldBeTrue();

        value.TryGet("country_code"u8, out var code).ShouldBeTrue();
        code.TryText(out var text).ShouldBeTrue();
        text.SequenceEqual("AT"u8).ShouldBeTrue();
        value.TryGet("b"u8, out _).ShouldBeFalse();
        code.TryGet("a"u8, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(MaxMindFault.InvalidPointer, "3800000000")] // to itself
    [InlineData(MaxMindFault.InvalidPointer, "3800001000")]
    [InlineData(MaxMindFault.InvalidPointer, "2007")]
    [InlineData(MaxMindFault.Truncated, "380000")]
    [InlineData(MaxMindFault.Truncated, "424154")]
    [InlineData(MaxMindFault.Truncated, "5FFFFFFF4154")]
    [InlineData(MaxMindFault.Truncated, "FFFFFFFF4154")] // a map of millions
    [InlineData(MaxMindFault.Truncated, "1F04FFFFFF4154")]
    [InlineData(MaxMindFault.InvalidType, "0005")] // deprecated container
    [InlineData(MaxMindFault.InvalidType, "0006")]
    [InlineData(MaxMindFault.InvalidType, "0009")]
    [InlineData(MaxMindFault.InvalidType, "00FF")]
    [InlineData(MaxMindFault.InvalidType, "0000")]
    [InlineData(MaxMindFault.InvalidType, "E1A10141")] // a number as a key
    [InlineData(MaxMindFault.InvalidSize, "0207")] // a boolean of two
    [InlineData(MaxMindFault.InvalidSize, "A3000000")]
    [InlineData(MaxMindFault.InvalidSize, "6400000000")]
    [InlineData(MaxMindFault.InvalidSize, "0508")]
    [InlineData(MaxMindFault.InvalidText, "42C328")]
    [InlineData(MaxMindFault.TooDeep, "01043800000000")] // an array that has itself
    [InlineData(MaxMindFault.TooDeep, "E141613800000000")]
    public void Damaged_data_have_a_named_fault(MaxMindFault fault, string hex)
    {
        // Cut where it ends: what follows isn't of the section.
        var data = fault == MaxMindFault.Truncated ? Convert.FromHexString(hex)[..^1] : Convert.FromHexString(hex);
        Should.Throw<MaxMindException>(() => Read(data)).Fault.ShouldBe(fault);
    }

    [Fact]
    public void What_pointers_blow_up_is_refused()
    {
        // Twenty arrays of sixteen pointers, each to the one before: 16 to the power of 20 values.
        var data = Text("x").ToList();
        uint last = 0;
        for (var i = 0; i < 20; i++)
        {
            var at = (uint)data.Count;
            data.AddRange(Array([.. Enumerable.Repeat(Pointer(last), 16)]));
            last = at;
        }
        Should.Throw<MaxMindException>(() => Read([.. data], (int)last)).Fault.ShouldBe(MaxMindFault.TooLarge);
    }

    [Fact]
    public void A_tree_that_leads_nowhere_has_a_named_fault()
    {
        Should.Throw<MaxMindException>(() => Read(_austria, -1)).Fault.ShouldBe(MaxMindFault.InvalidSearchTree);
        Should.Throw<MaxMindException>(() => Read(_austria, 1_000)).Fault.ShouldBe(MaxMindFault.InvalidSearchTree);
        var circle = new MaxMindFile { Data = _austria }.With("0.0.0.0/1", -17).Bytes();
        Should.Throw<MaxMindException>(() => MaxMindDatabase.Open(circle).TryFind(IPAddress.Any, out _, out _)).Fault.ShouldBe(MaxMindFault.InvalidSearchTree);
    }

    [Fact]
    public void A_file_that_is_none_has_a_named_fault()
    {
        Fault([]).ShouldBe(MaxMindFault.NoMetadata);
        Fault("country,code\nAT,1"u8.ToArray()).ShouldBe(MaxMindFault.NoMetadata);
        Fault([.. new MaxMindFile().Bytes(), .. new byte[128 * 1024]]).ShouldBe(MaxMindFault.NoMetadata);
        Fault([.. new MaxMindFile().Bytes(), 0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8, .. Map()]).ShouldBe(MaxMindFault.InvalidMetadata);
        Fault(new MaxMindFile { Major = 3 }.Bytes()).ShouldBe(MaxMindFault.UnsupportedVersion);
        Fault(new MaxMindFile(20).Bytes()).ShouldBe(MaxMindFault.UnsupportedRecordSize);
        Fault(new MaxMindFile(24, 5).Bytes()).ShouldBe(MaxMindFault.InvalidMetadata);
        Fault(new MaxMindFile().Bytes()[1..]).ShouldBe(MaxMindFault.InvalidSearchTree);
    }

    [Fact]
    public void Whatever_is_changed_in_a_file_reading_it_ends_with_a_value_or_a_named_fault()
    {
        var file = new MaxMindFile(28, 6) { Data = [.. _austria, .. Map(("a", Array(Pointer(0), Pointer(0))), ("b", UInt32(7)))] }
            .With("2001:db8::/32", 0).With("::c633:6400/120", _austria.Length).Bytes();
        var mutation = Gen.Zip(Gen.Choose(0, file.Length - 1), Gen.Choose(0, 255));
        var mutations = Gen.NonEmptyListOf(mutation).ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(mutations, changes =>
        {
            var mutated = file.ToArray();
            foreach (var (at, value) in changes)
                mutated[at] = (byte)value;
            ReadAll(mutated);
        }));
        for (var length = 0; length < file.Length; length++)
            ReadAll(file[..length]);
    }

    private static void ReadAll(byte[] file)
    {
        try
        {
            var database = MaxMindDatabase.Open(file);
            foreach (var address in (string[])["2001:db8::1", "198.51.100.7", "::", "ffff::"])
            {
                if (!database.TryFind(IPAddress.Parse(address), out var value, out _))
                    continue;
                value.TryGet("country_code"u8, out _);
                value.Decode();
            }
        }
        catch (MaxMindException)
        {
            // What is asserted: nothing else is thrown, and this ends.
        }
    }

    private static object Read(byte[] data, int offset = 0)
    {
        MaxMindDatabase.Open(new MaxMindFile { Data = data }.With("0.0.0.0/1", offset).Bytes()).TryFind(IPAddress.Any, out var value, out _).ShouldBeTrue();
        return value.Decode();
    }

    private static MaxMindFault Fault(byte[] file) => Should.Throw<MaxMindException>(() => MaxMindDatabase.Open(file)).Fault;
}

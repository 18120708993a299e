using System.Net;
using System.Text.Json;
using Platform.Domain.Analytics;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Analytics;

/// <summary>MaxMind's own test files, with the JSON that some were made from.</summary>
public sealed class MaxMindFilesTests(ITestOutputHelper output)
{
    private const string Set = "delivery/maxmind-db";

    private static readonly string[] _broken = ["MaxMind-DB-test-broken-pointers-24", "MaxMind-DB-test-broken-search-tree-24"];

    [Theory]
    [InlineData("GeoIP2-Country-Test")]
    [InlineData("GeoIP2-City-Test")]
    [InlineData("GeoLite2-ASN-Test")]
    public void Each_network_has_the_value_that_it_was_made_with(string name)
    {
        var database = Open(name);
        using var source = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), "source-data", $"{name}.json")));
        var networks = source.RootElement.EnumerateArray().SelectMany(part => part.EnumerateObject()).ToList();

        networks.ShouldNotBeEmpty();
        foreach (var network in networks)
        {
            database.TryFind(IPAddress.Parse(network.Name.Split('/')[0]), out var value, out _).ShouldBeTrue(network.Name);
            Same(value.Decode(), network.Value).ShouldBeTrue(network.Name);
        }
        output.WriteLine($"{networks.Count} passed, 0 failed");
    }

    [Theory]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void Each_network_of_the_made_up_files_says_its_own_address(int recordSize)
    {
        foreach (var version in (string[])["ipv4", "ipv6", "mixed"])
        {
            var networks = Networks(Open($"MaxMind-DB-test-{version}-{recordSize}")).Where(network => network.Value is not null).ToList();
            networks.Count.ShouldBeGreaterThanOrEqualTo(5);
            foreach (var (first, _, value) in networks)
                Plain(IPAddress.Parse((string)((Dictionary<string, object>)value!)["ip"])).ShouldBe(Plain(first));
        }
    }

    [Fact]
    public void Each_type_is_decoded()
    {
        Open("MaxMind-DB-test-decoder").TryFind(IPAddress.Parse("::1.1.1.0"), out var value, out _).ShouldBeTrue();
        var map = (Dictionary<string, object>)value.Decode();

        map["array"].ShouldBe(new List<object> { 1u, 2u, 3u });
        map["boolean"].ShouldBe(true);
        map["bytes"].ShouldBe(new byte[] { 0, 0, 0, 42 });
        map["double"].ShouldBe(42.123456);
        map["float"].ShouldBe(1.1f);
        map["int32"].ShouldBe(-268_435_456);
        map["uint16"].ShouldBe((ushort)100);
        map["uint32"].ShouldBe(268_435_456u);
        map["uint64"].ShouldBe(1_152_921_504_606_846_976ul);
        map["uint128"].ShouldBe(UInt128.Parse("1329227995784915872903807060280344576"));
        map["utf8_string"].ShouldBe("unicode! ☯ - ♫");
        var inner = (Dictionary<string, object>)((Dictionary<string, object>)map["map"])["mapX"];
        inner["arrayX"].ShouldBe(new List<object> { 7u, 8u, 9u });
        inner["utf8_stringX"].ShouldBe("hello");
    }

    [Fact]
    public void Every_file_is_read_from_end_to_end_and_broken_ones_say_what_is_wrong()
    {
        var files = Directory.GetFiles(Path.Combine(Folder(), "test-data"), "*.mmdb");
        files.Length.ShouldBeGreaterThan(30);
        foreach (var name in files.Select(file => Path.GetFileNameWithoutExtension(file)!))
        {
            if (_broken.Contains(name))
                Should.Throw<MaxMindException>(() => Networks(Open(name)).Count(), name);
            else
                Networks(Open(name)).Count(network => network.Value is not null).ShouldBePositive(name);
        }
    }

    [Fact]
    public void Every_corrupt_file_ends_with_a_named_fault_or_a_value()
    {
        var files = Directory.GetFiles(Path.Combine(Folder(), "bad-data"), "*.mmdb", SearchOption.AllDirectories);
        Assert.SkipWhen(files.Length == 0, "not run: the set has no corrupt file");
        foreach (var file in files)
        {
            try
            {
                _ = Networks(MaxMindDatabase.Open(File.ReadAllBytes(file))).Take(10_000).Count();
            }
            catch (MaxMindException error)
            {
                error.Message.ShouldNotBeEmpty();
            }
        }
    }

    private static MaxMindDatabase Open(string name) => MaxMindDatabase.Open(File.ReadAllBytes(Path.Combine(Folder(), "test-data", $"{name}.mmdb")));

    private static string Folder()
    {
        var folder = AcceptanceSets.Find(Set);
        Assert.SkipWhen(folder is null, AcceptanceSets.Absent(Set));
        return folder!;
    }

    /// <summary>All networks of a file, one after the other.</summary>
    private static IEnumerable<(IPAddress First, int Prefix, object? Value)> Networks(MaxMindDatabase database)
    {
        var width = database.Metadata.IpVersion == 4 ? 32 : 128;
        for (var next = UInt128.Zero; ;)
        {
            var address = Address(next, width);
            var found = database.TryFind(address, out var value, out var prefix);
            yield return (address, prefix, found ? value.Decode() : null);
            var size = prefix == 0 ? UInt128.Zero : UInt128.One << (width - prefix);
            next += size;
            if (size == 0 || next == 0 || (width == 32 && next > uint.MaxValue))
                yield break;
        }
    }

    private static IPAddress Address(UInt128 value, int width)
    {
        var bytes = new byte[width / 8];
        for (var i = bytes.Length - 1; i >= 0; i--, value >>= 8)
            bytes[i] = (byte)value;
        return new IPAddress(bytes);
    }

    // IPv4 in the last 32 bits, however it is written; the files have mapped, 6to4 and Teredo networks as aliases of it.
    private static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return bytes switch
        {
            [0x20, 0x02, ..] => new IPAddress(bytes.AsSpan(2, 4)),
            [0x20, 0x01, 0, 0, ..] => new IPAddress(bytes.AsSpan(4, 4)),
            [_, _, _, _] => address,
            _ when !bytes.AsSpan(0, 12).ContainsAnyExcept((byte)0) => new IPAddress(bytes.AsSpan(12)),
            _ => address,
        };
    }

    private static bool Same(object value, JsonElement expected) => value switch
    {
        Dictionary<string, object> map => expected.ValueKind == JsonValueKind.Object && map.Count == expected.EnumerateObject().Count()
            && expected.EnumerateObject().All(member => map.TryGetValue(member.Name, out var inner) && Same(inner, member.Value)),
        List<object> array => expected.ValueKind == JsonValueKind.Array && array.Count == expected.GetArrayLength() && array.Zip(expected.EnumerateArray()).All(pair => Same(pair.First, pair.Second)),
        string text => expected.ValueKind == JsonValueKind.String && expected.GetString() == text,
        bool flag => expected.ValueKind is JsonValueKind.True or JsonValueKind.False && expected.GetBoolean() == flag,
        _ => expected.ValueKind == JsonValueKind.Number && expected.GetDouble().Equals(Convert.ToDouble(value)),
    };
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Tests.Support;

namespace Platform.Ledger.Tests;

/// <summary>Suite l1 against samples/ledger/vectors-l1.json, whose values another implementation computed.</summary>
public class L1VectorTests
{
    private static readonly JsonElement _file = Read();
    private readonly L1 _suite = new();

    public static TheoryData<int> Vectors => [.. Enumerable.Range(0, _file.GetProperty("vectors").GetArrayLength())];

    [Fact]
    public void There_are_ten_vectors() => Vectors.Count.ShouldBe(10);

    [Theory, MemberData(nameof(Vectors))]
    public void Each_vector_is_met_from_text_and_from_utf8(int number)
    {
        var v = _file.GetProperty("vectors")[number];
        var (data, headers) = (v.GetProperty("data").GetString()!, Text(v, "headers"));
        var bdata = Text(v, "bdata") is { } hex ? Convert.FromHexString(hex) : null;
        var (tenant, stream) = (v.GetProperty("tenant").GetString()!, v.GetProperty("stream").GetGuid());

        var payload = _suite.Payload(data, bdata);
        payload.ToString().ShouldBe(Text(v, "payload"));
        _suite.Payload(Encoding.UTF8.GetBytes(data), bdata).ShouldBe(payload);

        var metadata = _suite.Metadata(Text(v, "correlation"), Text(v, "causation"), headers);
        metadata.ToString().ShouldBe(Text(v, "metadata"));
        var headersUtf8 = headers is null ? null : Encoding.UTF8.GetBytes(headers);
        _suite.MetadataUtf8(Text(v, "correlation"), Text(v, "causation"), headersUtf8).ShouldBe(metadata);

        _suite.Genesis(tenant, stream).ToString().ShouldBe(Text(v, "genesis"));

        var time = DateTimeOffset.Parse(Text(v, "timestamp")!, CultureInfo.InvariantCulture);
        var (id, version) = (v.GetProperty("id").GetGuid(), v.GetProperty("version").GetInt64());
        var fields = new EventFields(id, version, Text(v, "type")!, time, payload, metadata);
        var hash = _suite.Event(Text(v, "origin")!, tenant, stream, fields, Hash.Parse(Text(v, "prev")!));
        hash.ToString().ShouldBe(Text(v, "hash"));
        L1.Leaf(hash).ToString().ShouldBe(Text(v, "leaf"));
    }

    [Fact]
    public void The_node_above_the_first_two_leaves_is_met()
    {
        var leaves = _file.GetProperty("vectors").EnumerateArray().Take(2).Select(v => Hash.Parse(Text(v, "leaf")!)).ToList();
        L1.Node(leaves[0], leaves[1]).ToString().ShouldBe(Text(_file, "node"));
    }

    [Fact]
    public void Prev_is_the_hash_of_the_highest_lower_version_or_genesis()
    {
        var heads = new Dictionary<string, string?>();
        foreach (var v in _file.GetProperty("vectors").EnumerateArray())
        {
            var stream = Text(v, "tenant") + Text(v, "stream");
            Text(v, "prev").ShouldBe(heads.GetValueOrDefault(stream, Text(v, "genesis")));
            heads[stream] = Text(v, "hash");
        }
    }

    [Fact]
    public void The_whole_set_verifies_as_stored_streams()
    {
        var findings = new List<Finding>();
        var origins = new Dictionary<int, string>();
        var streams = new Dictionary<(string, Guid), List<StoredEvent>>();
        foreach (var v in _file.GetProperty("vectors").EnumerateArray())
        {
            origins[v.GetProperty("epoch").GetInt32()] = Text(v, "origin")!;
            var key = (Text(v, "tenant")!, v.GetProperty("stream").GetGuid());
            streams.TryAdd(key, []);
            streams[key].Add(Row(v));
        }

        var verifier = new StreamVerifier(origins, findings.Add);
        foreach (var ((tenant, stream), rows) in streams)
        {
            verifier.Begin(tenant, stream, rows[^1].Version, []);
            rows.ForEach(row => verifier.Next(row));
            verifier.End();
        }

        verifier.Complete();
        findings.ShouldBeEmpty();
        verifier.Checked.ShouldBe(10);
    }

    private static StoredEvent Row(JsonElement v) => new()
    {
        Sequence = 0,
        Id = v.GetProperty("id").GetGuid(),
        Version = v.GetProperty("version").GetInt64(),
        Type = Text(v, "type")!,
        Timestamp = DateTimeOffset.Parse(Text(v, "timestamp")!, CultureInfo.InvariantCulture),
        Data = Encoding.UTF8.GetBytes(Text(v, "data")!),
        BinaryData = Text(v, "bdata") is { } hex ? Convert.FromHexString(hex) : null,
        Correlation = Text(v, "correlation"),
        Causation = Text(v, "causation"),
        Headers = Text(v, "headers") is { } headers ? Encoding.UTF8.GetBytes(headers) : null,
        Chain = new ChainEntry(v.GetProperty("epoch").GetInt32(), Hash.Parse(Text(v, "hash")!),
            ChainEntry.Check(Hash.Parse(Text(v, "payload")!)), ChainEntry.Check(Hash.Parse(Text(v, "metadata")!))),
    };

    private static string? Text(JsonElement v, string name) => v.GetProperty(name).GetString();

    private static JsonElement Read() =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "samples/ledger/vectors-l1.json"))).RootElement;
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Platform.Domain.Sites;
using Platform.Processors.Sites;

namespace Platform.Api.Http;

/// <summary>A limit that a request was held to.</summary>
/// <param name="Name">Of the policy: read, write, expensive, anonymous or tenant.</param>
/// <param name="Rate">What it allows.</param>
/// <param name="Verdict">What it says.</param>
public readonly record struct RateCheck(string Name, Rate Rate, RateVerdict Verdict);

/// <summary>
/// How often tenants, their clients and addresses may call this node. Nodes don't tell each other: a client that comes to several is counted on each.
/// </summary>
public sealed class RateLimits(RateOptions options, QuotaModels quotas, TimeProvider time)
{
    // Buckets that are kept at most: idle ones are forgotten, and if none is idle all are full again.
    private const int MostBuckets = 100_000;

    // Whoever's address falls into the same place shares a bucket: memory is bounded however many addresses there are. A power of two.
    private const int Places = 1 << 16;

    private readonly record struct Key(string Tenant, string? Client, RateClass Class);

    private readonly ConcurrentDictionary<Key, RateBucket> _buckets = new();
    private readonly long[] _addresses = new long[Places];
    private readonly long _begun = time.GetTimestamp();
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(16);

    public bool IsEnabled => options.IsEnabled;

    /// <summary>Counts a request of a tenant's client, toward the client's rate and the tenant's.</summary>
    /// <returns>First the client's, then, unless that refuses, the tenant's.</returns>
    public IReadOnlyList<RateCheck> Take(string tenantId, string client, RateClass rateClass)
    {
        var now = Now;
        var (rate, ofTenant) = (options.Classes[rateClass], RateOf(tenantId));
        var own = new RateCheck(NameOf(rateClass), rate, BucketOf(new Key(tenantId, client, rateClass), now).Take(rate, now));
        // What a client may not doesn't use up what others of its tenant may.
        return own.Verdict.IsTaken ? [own, new RateCheck("tenant", ofTenant, BucketOf(new Key(tenantId, null, default), now).Take(ofTenant, now))] : [own];
    }

    /// <summary>Counts a request without a valid token or key.</summary>
    /// <param name="address">Whence it came; of IPv6 the first 64 bits count, which is what one customer has.</param>
    public RateCheck Take(IPAddress? address)
    {
        var rate = options.Classes[RateClass.Anonymous];
        return new RateCheck(NameOf(RateClass.Anonymous), rate, RateBucket.Take(ref _addresses[PlaceOf(address)], rate, Now));
    }

    // A tenant's quota holds, as this node knows it; without one, what the settings say.
    private Rate RateOf(string tenantId) => quotas.Glance(tenantId, Quotas.RequestsPerSecond)?.Hard is { } perSecond
        ? new Rate(Math.Max(0.001, (double)perSecond / options.Nodes), Math.Max(1, perSecond / options.Nodes))
        : options.Tenant;

    private RateBucket BucketOf(Key key, long now)
    {
        if (_buckets.TryGetValue(key, out var known))
            return known;
        if (_buckets.Count >= MostBuckets)
            Forget(now);
        return _buckets.GetOrAdd(key, _ => new RateBucket());
    }

    private void Forget(long now)
    {
        foreach (var (key, bucket) in _buckets)
            if (bucket.IsFull(now))
                _buckets.TryRemove(KeyValuePair.Create(key, bucket));
        if (_buckets.Count >= MostBuckets)
            _buckets.Clear();
    }

    // Keyed, so that nobody can choose addresses that fall into another's place.
    private int PlaceOf(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var known = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        if (known is not null && known.TryWriteBytes(bytes, out _) && known.AddressFamily == AddressFamily.InterNetworkV6)
            bytes[8..].Clear();
        Span<byte> digest = stackalloc byte[32];
        HMACSHA256.HashData(_secret, bytes, digest);
        return BitConverter.ToUInt16(digest);
    }

    private long Now => time.GetElapsedTime(_begun).Ticks;

    internal static string NameOf(RateClass rateClass) => rateClass switch
    {
        RateClass.Read => "read",
        RateClass.Write => "write",
        RateClass.Expensive => "expensive",
        _ => "anonymous",
    };
}

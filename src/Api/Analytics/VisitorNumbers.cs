using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Hosting;
using Platform.Processors;
using Platform.Processors.Analytics;

namespace Platform.Api.Analytics;

/// <summary>
/// Numbers for visitors: HMACs (RFC 2104), as whoever has the ledger could else try out addresses and names. With a cookie, which they agreed to, it's the same for as long as they keep it. Without
/// one it comes of what every request says, under a secret of the day: once that is destroyed, two days later, nobody can tell anymore which number an address had, the platform included.
/// </summary>
/// <param name="keys">Shared by the nodes.</param>
public sealed class VisitorNumbers(KeyDirectory keys)
{
    private const string Prefix = "visitors-", Suffix = ".key", DayForm = "yyyy-MM-dd";

    private readonly ConcurrentDictionary<DateOnly, byte[]> _secrets = new();
    private readonly Lazy<byte[]> _lasting = new(() => keys.Secret("visitors.key"));

    /// <summary>Of a visitor with a cookie.</summary>
    public Guid Of(string tenantId, Guid cookie) => Of(tenantId, cookie.ToString());

    /// <summary>Of a visitor with a name that a record of the past gives them.</summary>
    public Guid Of(string tenantId, string name) => NumberOf(_lasting.Value, tenantId, name);

    /// <summary>Of a person whom a site knows by a name of its own.</summary>
    public Guid OfPerson(string tenantId, string person) => NumberOf(_lasting.Value, tenantId, "person", person);

    /// <summary>Of a visitor without one. A visit that began before midnight (UTC) goes on under the number of the day before.</summary>
    public Guid Of(string tenantId, Guid siteId, IPAddress? address, string? userAgent, DateTimeOffset now, OpenVisits visits)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var number = Of(tenantId, siteId, address, userAgent, today);
        if (visits.IsOpen(siteId, number, now))
            return number;
        var before = Of(tenantId, siteId, address, userAgent, today.AddDays(-1));
        return visits.IsOpen(siteId, before, now) ? before : number;
    }

    /// <summary>Of a visitor without one, on a day.</summary>
    public Guid Of(string tenantId, Guid siteId, IPAddress? address, string? userAgent, DateOnly day) =>
        NumberOf(SecretOf(day), tenantId, siteId.ToString(), (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "", userAgent ?? "");

    private static Guid NumberOf(byte[] secret, params ReadOnlySpan<string> parts)
    {
        var text = new ArrayBufferWriter<byte>(256);
        foreach (var part in parts)
        {
            Encoding.UTF8.GetBytes(part, text);
            text.Write([(byte)0]);
        }
        var bytes = HMACSHA256.HashData(secret, text.WrittenSpan).AsSpan(0, 16);
        // A UUID of version 8, as other derived ids.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Destroys the secrets of days before one.</summary>
    public void Forget(DateOnly before)
    {
        foreach (var name in keys.Names($"{Prefix}*{Suffix}"))
            if (DateOnly.TryParseExact(name[Prefix.Length..^Suffix.Length], DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < before)
                keys.Shred(name);
        foreach (var day in _secrets.Keys)
            if (day < before)
                _secrets.TryRemove(day, out _);
    }

    private byte[] SecretOf(DateOnly day) => _secrets.GetOrAdd(day, one => keys.Secret($"{Prefix}{one.ToString(DayForm, CultureInfo.InvariantCulture)}{Suffix}"));
}

/// <summary>Destroys the secrets of past days: yesterday's is kept for visits that go on past midnight.</summary>
internal sealed class VisitorNumberExpiry(VisitorNumbers numbers, TimeProvider time, ILogger<VisitorNumberExpiry> log) : RecurringJob(TimeSpan.FromHours(1), time, log)
{
    private readonly TimeProvider _time = time;

    public override Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        numbers.Forget(DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime).AddDays(-1));
        return Task.FromResult(false);
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.Identity;
using Platform.Domain;
using Platform.Domain.Personalization;
using Platform.Processors;

namespace Platform.Api.Personalization;

/// <summary>What a browser has of what its visitor prefers: no number, no id, nothing of when and where.</summary>
/// <param name="Preferences">As they were said.</param>
/// <param name="Top">What the visitor is most drawn to, the strongest first, by dimension.</param>
public sealed record CookiePreferences(Fields Preferences, ImmutableSortedDictionary<string, ImmutableArray<string>> Top)
{
    private const int MostOfDimension = 3;

    public static CookiePreferences Of(VisitorProfile profile) => new(
        profile.Preferences,
        profile.Affinities.GroupBy(affinity => affinity.Dimension, StringComparer.Ordinal).ToImmutableSortedDictionary(
            group => group.Key, group => group.Take(MostOfDimension).Select(affinity => affinity.Value).ToImmutableArray(), StringComparer.Ordinal));

    /// <summary>As conditions look at them, named as those of a profile.</summary>
    public AttributeValue Attributes() => AttributeValue.Of(new Dictionary<string, AttributeValue>(StringComparer.Ordinal)
    {
        ["preferences"] = AttributeValue.Of(Preferences.Values.Select(member => KeyValuePair.Create(member.Key, AttributeValue.Of(member.Value)))),
        ["top"] = AttributeValue.Of(Top.Where(dimension => !dimension.Value.IsDefaultOrEmpty).Select(dimension => KeyValuePair.Create(dimension.Key, AttributeValue.Of(dimension.Value[0])))),
    });
}

/// <summary>
/// A visitor's preferences in one cookie of at most 2,048 bytes, sealed (<see cref="SealedValue"/>) under a key of the month and for one tenant; the month stands before it. Keys of seven months are kept, so that a
/// cookie is read for its half year, whenever it was written. What was tampered with is ignored, and counted.
/// </summary>
/// <param name="keys">Shared by the nodes.</param>
/// <param name="time">The clock.</param>
/// <param name="takesPlain">Also browsers that came without TLS get it, as on a developer's machine; else what ends TLS may stand before this.</param>
public sealed class PreferenceCookie(KeyDirectory keys, TimeProvider time, bool takesPlain = false)
{
    public const string Name = "platform-preferences";
    public const int MaxBytes = 2_048, Days = 180;

    private const string Prefix = "preferences-", Suffix = ".key", MonthForm = "yyyyMM", Purpose = "preferences";
    private const int MonthsKept = 7;

    private readonly ConcurrentDictionary<string, SealedValue> _sealed = new(StringComparer.Ordinal);

    /// <summary>Sets it.</summary>
    /// <param name="http">Is answered.</param>
    /// <param name="tenantId">For whose sites.</param>
    /// <param name="preferences">What it says; of what visitors are drawn to no more than fits.</param>
    public void Write(HttpContext http, string tenantId, CookiePreferences preferences) =>
        http.Response.Cookies.Append(Name, Seal(tenantId, preferences), new CookieOptions
        {
            HttpOnly = true,
            Secure = !takesPlain || http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = TimeSpan.FromDays(Days),
        });

    /// <summary>What a browser sent; null: nothing, or nothing that was written here for the tenant.</summary>
    public CookiePreferences? Read(HttpContext http, string tenantId)
    {
        if (http.Request.Cookies[Name] is not { } text) return null;
        var (preferences, outcome) = Open(tenantId, text);
        ProcessorMeter.PreferenceCookie(outcome);
        return preferences;
    }

    /// <summary>The cookie's text.</summary>
    public string Seal(string tenantId, CookiePreferences preferences)
    {
        var month = time.GetUtcNow().ToString(MonthForm, CultureInfo.InvariantCulture);
        var cipher = _sealed.GetOrAdd(month, one => new(keys.Secret(NameOf(one)), Purpose));
        while (true)
        {
            var text = month + cipher.Seal(JsonSerializer.SerializeToUtf8Bytes(preferences, PreferenceCookieJson.Default.CookiePreferences), PlaceOf(tenantId, month));
            if (Name.Length + 1 + text.Length <= MaxBytes) return text;
            // What was said fits by its own limit.
            preferences = preferences with { Top = preferences.Top.Remove(preferences.Top.Keys.Last()) };
        }
    }

    /// <summary>What a cookie's text says, and what became of it: read, forged, expired or oversized.</summary>
    public (CookiePreferences? Preferences, string Outcome) Open(string tenantId, string text)
    {
        if (text.Length > MaxBytes) return (null, "oversized");
        if (text.Length <= MonthForm.Length || !DateOnly.TryParseExact(text[..MonthForm.Length] + "01", "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
            return (null, "forged");
        if (month > DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) || month < FirstKept) return (null, "expired");
        var name = text[..MonthForm.Length];
        // Who invents months makes no keys.
        if (!_sealed.TryGetValue(name, out var cipher))
            if (keys.Find(NameOf(name)) is { } secret) cipher = _sealed.GetOrAdd(name, new SealedValue(secret, Purpose));
            else return (null, "forged");
        return cipher.Open(text[MonthForm.Length..], PlaceOf(tenantId, name)) is { } plain
            ? (JsonSerializer.Deserialize(plain, PreferenceCookieJson.Default.CookiePreferences), "read")
            : (null, "forged");
    }

    /// <summary>Destroys the keys of months that no cookie is left of.</summary>
    public void Forget()
    {
        foreach (var file in keys.Names($"{Prefix}*{Suffix}"))
            if (file[Prefix.Length..^Suffix.Length] is var name && DateOnly.TryParseExact($"{name}01", "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month < FirstKept)
            {
                keys.Shred(file);
                _sealed.TryRemove(name, out _);
            }
    }

    private DateOnly FirstKept => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) is var today ? new DateOnly(today.Year, today.Month, 1).AddMonths(1 - MonthsKept) : default;

    private static string NameOf(string month) => Prefix + month + Suffix;

    private static string PlaceOf(string tenantId, string month) => $"{month}/{tenantId}";
}

/// <summary>Destroys the keys of months that no cookie is left of.</summary>
internal sealed class PreferenceKeyExpiry(PreferenceCookie cookies, TimeProvider time, ILogger<PreferenceKeyExpiry> log) : RecurringJob(TimeSpan.FromHours(12), time, log)
{
    public override Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        cookies.Forget();
        return Task.FromResult(false);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(CookiePreferences))]
internal sealed partial class PreferenceCookieJson : JsonSerializerContext;

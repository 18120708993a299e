using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>Opens texts about people for one answer, all of them at once, if its caller may read such texts.</summary>
public sealed class PersonalAnswers(PersonalData personal, IDocumentStore store)
{
    /// <summary>What is shown instead of a text to a caller who may not read it.</summary>
    public const string Hidden = "[hidden]";

    /// <summary>What is shown instead of a text whose use is restricted (GDPR, Article 18) to a caller who doesn't manage that.</summary>
    public const string Restricted = "[restricted]";

    /// <param name="http">The request; its answer is kept by nobody on the way.</param>
    /// <param name="texts">All that the answer has.</param>
    /// <param name="about">The person whom the answer is about: whether they are restricted is asked of their stream, of others of the read model.</param>
    /// <returns>What to show for each.</returns>
    public async Task<Func<PlacedText?, string?>> OpenAsync(HttpContext http, IEnumerable<PlacedText> texts, Guid? about = null)
    {
        var (caller, cancel) = (Caller.Of(http), http.RequestAborted);
        // A stream opens more once its answer has begun.
        if (!http.Response.HasStarted)
            http.Response.Headers.CacheControl = "no-store";
        var access = CallerAccess.Of(http);
        if (!access.Has(Permission.PersonalRead))
            return text => text is null ? null : Hidden;
        var all = texts.ToList();
        if (access.Has(Permission.PrivacyManage))
            return Shown(await personal.OpenAsync(caller.TenantId, all, cancel), []);
        var subjects = all.ToLookup(text => text.SubjectId);
        var restricted = await RestrictedAsync(store.QuerySession(caller.TenantId), [.. subjects.Select(s => s.Key)], about, cancel);
        return Shown(await personal.OpenAsync(caller.TenantId, subjects.Where(s => !restricted.Contains(s.Key)).SelectMany(s => s), cancel), [.. subjects.Where(s => restricted.Contains(s.Key)).SelectMany(s => s)]);
    }

    private static Func<PlacedText?, string?> Shown(IReadOnlyDictionary<PlacedText, string> opened, HashSet<PlacedText> restricted) =>
        text => text is null ? null : restricted.Contains(text) ? Restricted : opened[text];

    private static async Task<HashSet<Guid>> RestrictedAsync(IQuerySession session, IReadOnlyList<Guid> subjects, Guid? about, CancellationToken cancel)
    {
        var restricted = (await SubjectDetails.RestrictedAmongAsync(session, [.. subjects.Where(id => id != about)], cancel)).ToHashSet();
        if (about is { } one && (await session.Events.AggregateStreamAsync<DataSubject>(one, cancel: cancel)).State.IsRestricted)
            restricted.Add(one);
        return restricted;
    }
}

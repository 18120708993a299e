using Platform.Api.Http;
using Platform.EventStore;

namespace Platform.Api.Security;

/// <summary>Who is found by a text that they had at some time, and have still.</summary>
internal static class FoundByText
{
    /// <summary>At most <see cref="Reading.MaxLimit"/>, and no more texts are opened than that takes.</summary>
    /// <param name="http">The request.</param>
    /// <param name="ids">Data subjects that had the text.</param>
    /// <param name="text">The text.</param>
    /// <param name="load">What the read model has of some of them.</param>
    /// <param name="show">The same as the caller may see it.</param>
    /// <param name="of">Whose it is, and what stands now where the text stood.</param>
    /// <exception cref="PersonalDataUnavailableException">What stands there now can't be read.</exception>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(
        HttpContext http, IEnumerable<Guid> ids, string text, Func<Guid[], Task<Answer<StoredDocument>>> load, Func<IReadOnlyList<StoredDocument>, Task<IReadOnlyList<T>>> show, Func<T, (Guid Person, string? Now)> of)
    {
        var found = new List<T>();
        // Of none at all the read model says how far it is.
        var waiting = new Queue<Guid[]>(ids.Chunk(Reading.MaxLimit).DefaultIfEmpty([]));
        while (found.Count < Reading.MaxLimit && waiting.TryDequeue(out var batch))
        {
            var answer = await load(batch);
            Reading.Index(http, answer);
            var shown = await show(answer.Items);
            foreach (var one in shown)
                if (of(one) is (var person, PersonalData.Unavailable))
                    throw new PersonalDataUnavailableException($"What data subject {person} is called now can't be read.");
                else if (of(one).Now is { } now && PersonalData.Normal(now) == PersonalData.Normal(text))
                    found.Add(one);
            if (answer.IsCut && shown.Count > 0)
                waiting.Enqueue([.. batch.Except(shown.Select(one => of(one).Person))]);
        }
        return [.. found.Take(Reading.MaxLimit)];
    }
}

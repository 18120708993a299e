using System.Collections.Immutable;

namespace Platform.Api.Content;

/// <summary>Counts what became of each file, and says how far the work is; several workers at once may.</summary>
internal sealed class ImportTally(long total, Action<long, long>? progress)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ArticleOutcome, int> _outcomes = [];
    private readonly List<ImportRefusal> _refused = [];
    private int _archived;
    private int _published;
    private long _done;

    public void Add(ArticleOutcome outcome, bool isPublished) => Step(() =>
    {
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        _published += isPublished ? 1 : 0;
    });

    public void Add(ImportRefusal refusal) => Step(() => _refused.Add(refusal));

    public void AddArchived() => Step(() => _archived++);

    /// <summary>With what the plan knew already: files to leave alone, and files refused.</summary>
    public ImportReport Report(int unchanged, IEnumerable<ImportRefusal> refused) => new(
        _outcomes.GetValueOrDefault(ArticleOutcome.Created), _outcomes.GetValueOrDefault(ArticleOutcome.Edited), _archived,
        _outcomes.GetValueOrDefault(ArticleOutcome.Unchanged) + unchanged, _published,
        [.. refused.Concat(_refused).OrderBy(r => r.Path, StringComparer.Ordinal)]);

    private void Step(Action count)
    {
        lock (_lock)
        {
            count();
            progress?.Invoke(++_done, total);
        }
    }
}

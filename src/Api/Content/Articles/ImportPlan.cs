using System.Collections.Immutable;

namespace Platform.Api.Content;

/// <summary>A file that needs commands.</summary>
/// <param name="File">The file.</param>
/// <param name="Outcome">How it counts.</param>
/// <param name="SlugKey">Locale and slug: files that want the same one take turns.</param>
/// <param name="IsPublished">Whether it goes live.</param>
public sealed record PlannedFile(ArticlePath File, ArticleOutcome Outcome, (string Locale, string Slug) SlugKey, bool IsPublished);

/// <summary>What an import is going to do.</summary>
/// <param name="Files">Files that need commands, in order of their paths.</param>
/// <param name="Gone">Items to archive.</param>
/// <param name="Unchanged">Number of files that need nothing.</param>
/// <param name="Refused">Files that can't be imported.</param>
public sealed record ImportPlan(
    ImmutableArray<PlannedFile> Files, ImmutableArray<(Guid ItemId, string Path)> Gone, int Unchanged, ImmutableArray<ImportRefusal> Refused)
{
    /// <summary>Whether so much would be archived that it's rather the wrong directory.</summary>
    public bool ArchivesMost => Gone.Length > 10 && Gone.Length > Unchanged + Files.Count(f => f.Outcome != ArticleOutcome.Created);

    /// <summary>What comes of it if no command is refused.</summary>
    public ImportReport Expected => new(
        Files.Count(f => f.Outcome == ArticleOutcome.Created), Files.Count(f => f.Outcome == ArticleOutcome.Edited), Gone.Length,
        Unchanged + Files.Count(f => f.Outcome == ArticleOutcome.Unchanged), Files.Count(f => f.IsPublished), [.. Refused.OrderBy(r => r.Path, StringComparer.Ordinal)]);
}

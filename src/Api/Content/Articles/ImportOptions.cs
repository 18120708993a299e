using System.Collections.Immutable;

namespace Platform.Api.Content;

/// <param name="TenantId">The tenant that the site is of.</param>
/// <param name="SiteId">Where the articles go.</param>
/// <param name="Type">Name of their content type; defined if it isn't.</param>
/// <param name="Locale">Language tag of files that name none.</param>
/// <param name="User">Who is said to have done it.</param>
/// <param name="Publish">Publish what is created or changed, except what says <c>draft: true</c>.</param>
/// <param name="Archive">Archive the items of files that are gone.</param>
/// <param name="Workers">Files worked on at the same time.</param>
public sealed record ImportOptions(
    string TenantId, Guid SiteId, string Type = "article", string Locale = "en", string User = ArticleImport.Trigger, bool Publish = false, bool Archive = true, int Workers = 16);

/// <summary>A file that wasn't imported, or a folder that couldn't be looked into.</summary>
/// <param name="Path">Relative to what was imported.</param>
/// <param name="Reason">A sentence for people.</param>
public sealed record ImportRefusal(string Path, string Reason);

/// <summary>The import as a whole can't be done; the message is a sentence that says why. Nothing was changed.</summary>
public sealed class ImportImpossibleException(string reason) : Exception(reason);

/// <summary>What an import did, or would do.</summary>
/// <param name="Created">Files that are new.</param>
/// <param name="Edited">Files that changed, or came back.</param>
/// <param name="Archived">Files that are gone.</param>
/// <param name="Unchanged">Files as they were.</param>
/// <param name="Published">Items that went live.</param>
/// <param name="Refused">In order of their paths.</param>
public sealed record ImportReport(int Created, int Edited, int Archived, int Unchanged, int Published, ImmutableArray<ImportRefusal> Refused)
{
    public override string ToString() =>
        $"{Created + Edited + Unchanged + Refused.Length} files: {Created} created, {Edited} edited, {Archived} archived, {Unchanged} unchanged, {Refused.Length} refused"
        + (Published > 0 ? $"; {Published} published" : "");
}

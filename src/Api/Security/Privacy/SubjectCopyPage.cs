using System.Text;
using Platform.Domain.Security;

namespace Platform.Api.Security;

/// <summary>A person's copy of their data as a page for people.</summary>
internal static class SubjectCopyPage
{
    private static readonly string[] EventColumns = ["When", "What", "Texts about you", "Hash and proof"];

    public static async Task WriteAsync(Stream body, SubjectCopy head, IAsyncEnumerable<SubjectCopyEvent> events, SubjectExport.Opening opening, CancellationToken cancel)
    {
        await WriteAsync(body, PrintedPage.Start("A copy of your data") + Begins(head) + PrintedPage.Heading("Everything that was recorded about you")
            + PrintedPage.Paragraph("In the order in which it happened. The ledger proves that nothing of it was changed since: each entry has a hash, and a path at which its proof is to be had.")
            + PrintedPage.TableStart(EventColumns), cancel);
        await foreach (var e in events)
            await WriteAsync(body, PrintedPage.Row(
                EventColumns, [PrintedPage.At(e.At), $"{e.Summary}\n({e.Type})", string.Join('\n', e.Texts.Select(t => $"{t.Key}: {t.Value}")), $"{e.Hash}\n{e.Proof}"]), cancel);
        await WriteAsync(body, PrintedPage.TableEnd
            + (opening.IsComplete ? "" : PrintedPage.Paragraph("Some of it couldn't be told when this copy was made, such as texts that read [unavailable]. Ask for another copy.")) + PrintedPage.End, cancel);
    }

    private static string Begins(SubjectCopy copy)
    {
        var s = copy.Subject;
        return PrintedPage.Paragraph($"Made {PrintedPage.At(copy.CreatedAt)} for the data subject {s.Id}, of whom {copy.Tenant} keeps data since {PrintedPage.At(s.RegisteredAt)}.")
            + PrintedPage.Heading("What is kept of you now")
            + PrintedPage.Table("Nothing.", ["What", "Text"],
                [.. new[] { ("Name", s.Name), ("E-mail address", s.Email), ("Phone", s.Phone), ("Address", s.Address), ("Reference", s.Reference) }.Where(m => m.Item2 is not null).Select(m => new[] { m.Item1, m.Item2 })])
            + PrintedPage.Heading("What personal data is processed for")
            + PrintedPage.Table("No purposes were recorded.", ["Purpose", "Legal basis", "Description", "Kinds of data", "Version"],
                [.. copy.Purposes.Select(p => new[] { p.Name, p.LegalBasis, p.Description, string.Join(", ", p.Categories), $"{p.Version}, since {PrintedPage.At(p.ChangedAt)}" })])
            + PrintedPage.Heading("Your consents")
            + PrintedPage.Table("You gave none.", ["Purpose", "Given", "Withdrawn", "How"],
                [.. s.Consents.Select(c => new[] { $"{c.Purpose}, version {c.PurposeVersion}", PrintedPage.At(c.GivenAt), PrintedPage.At(c.WithdrawnAt), c.GuardianId is null ? c.Evidence : $"By a guardian.\n{c.Evidence}".TrimEnd() })])
            + PrintedPage.Heading("Your objections")
            + PrintedPage.Table("You raised none.", ["Purpose", "State", "Raised", "Your grounds", "Gone on with because"],
                [.. s.Objections.Select(o => new[] { o.Purpose, StateOf(o.State), PrintedPage.At(o.RaisedAt), o.Grounds, o.OverriddenBecause })])
            + PrintedPage.Heading("Restriction and erasure")
            + PrintedPage.Paragraph(s.Restriction is { } r ? $"Since {PrintedPage.At(r.At)} your data is kept, and used for nothing else: {r.Reason}" : "The use of your data isn't restricted.")
            + PrintedPage.Paragraph(ErasureOf(s));
    }

    private static string StateOf(ObjectionState state) => state switch
    {
        ObjectionState.Withdrawn => "withdrawn",
        ObjectionState.Overridden => "overridden",
        _ => "stands",
    };

    private static string ErasureOf(SubjectAnswer s) => s.Erasure switch
    {
        { CompletedAt: { } at } => $"Your data was erased {PrintedPage.At(at)}: the keys to its texts were destroyed.",
        { } erasure => $"Erasure was asked for {PrintedPage.At(erasure.RequestedAt)}; it's done by {PrintedPage.At(erasure.Deadline)}, if nothing stands against it.",
        _ => s.RefusedAt is { } refused ? $"An erasure was refused {PrintedPage.At(refused)}: {s.RefusedBecause}" : "No erasure was asked for.",
    };

    private static Task WriteAsync(Stream body, string text, CancellationToken cancel) => body.WriteAsync(Encoding.UTF8.GetBytes(text), cancel).AsTask();
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Audit;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>
/// A person's copy of their data, of any length: events are read, opened and sent batch by batch, so that memory doesn't grow with it. What is wrong before the first batch is still a problem.
/// </summary>
internal static class SubjectExport
{
    private const int Batch = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly DataSubjects Details = new();

    public static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store, PersonalAnswers personal, TimeProvider time)
    {
        var (session, cancel) = (store.QuerySession(Caller.Of(http).TenantId), http.RequestAborted);
        var format = Reading.Text(http, "format", [.. ProvideSubjectData.Formats]) ?? "json";
        if (await session.Events.AggregateStreamAsync(Details, id, cancel: cancel) is not { } subject)
            return new Problem(ProblemKind.NotFound, "There is no such data subject.");
        var index = await session.Events.LogSizeAsync(cancel) - 1;
        Reading.Index(http, index);
        foreach (var model in new[] { SubjectEvents.ReadModel, PurposeDetails.ReadModel })
            if (!await session.WaitForAllAsync(model, Patience, cancel))
            {
                http.Response.Headers.RetryAfter = "1";
                return new Problem(ProblemKind.Unavailable, $"The read model {model} is behind: a copy would lack what was recorded last.");
            }
        var opening = new Opening(http, id, personal);
        var head = new SubjectCopy(
            SubjectCopy.FirstFormat, session.TenantId, time.GetUtcNow(), index, SubjectAnswer.Of(subject, await opening.OpenAsync(SubjectAnswer.TextsOf(subject))), (await PurposeDetails.AllAsync(session, cancel)).Items, [], Complete: false);
        PrintedPage.Prepare(http, $"subject-{id}.{format}");
        return Results.Stream(body => format == "html" ? SubjectCopyPage.WriteAsync(body, head, EventsAsync(session, id, opening, cancel), opening, cancel) : WriteJsonAsync(body, head, EventsAsync(session, id, opening, cancel), opening, cancel),
            format == "html" ? PrintedPage.ContentType : "application/json; charset=utf-8");
    }

    /// <summary>Opens the person's own texts, and remembers whether one couldn't be.</summary>
    internal sealed class Opening(HttpContext http, Guid subject, PersonalAnswers personal)
    {
        public bool IsComplete { get; private set; } = true;

        public async Task<Func<PlacedText?, string?>> OpenAsync(IEnumerable<PlacedText> texts)
        {
            var own = texts.Where(IsOwn).ToList();
            var show = await personal.OpenAsync(http, own, subject);
            IsComplete &= own.TrueForAll(text => show(text) is not (PersonalData.Unavailable or PersonalAnswers.Hidden or PersonalAnswers.Restricted));
            return text => text is not null && IsOwn(text) ? show(text) : null;
        }

        /// <summary>Something of it can't be told.</summary>
        public void Lack() => IsComplete = false;

        private bool IsOwn(PlacedText text) => text.SubjectId == subject;
    }

    private static async IAsyncEnumerable<SubjectCopyEvent> EventsAsync(
        IQuerySession session, Guid subject, Opening opening, [EnumeratorCancellation] CancellationToken cancel)
    {
        IReadOnlyList<SubjectEvent> page;
        for (var after = 0L; (page = (await SubjectEvents.OfAsync(session, subject, after, Batch, cancel)).Items).Count > 0; after = page[^1].Sequence)
        {
            var stored = await StoredAsync(session, page, cancel);
            var show = await opening.OpenAsync(stored.Values.SelectMany(s => TextsOf(s.Event, subject)));
            foreach (var row in page)
            {
                var (e, receipt) = stored[(row.StreamId, row.Version)];
                // Of a release after this one: which of its members are texts is for that one to say.
                if (!EventCatalog.All.ContainsKey(e.Type))
                    opening.Lack();
                yield return new SubjectCopyEvent(
                    row.Sequence, e.Id, e.StreamId, e.Version, e.Type, EventSentence.Of(e.Data, e.Type), e.Timestamp,
                    TextsOf(e, subject).ToDictionary(text => text.Property, text => show(text)!, StringComparer.Ordinal), DataOf(e), receipt.Hash, $"/api/ledger/proof?event={e.Id}");
            }
        }
    }

    /// <summary>The events of a page, read by runs of versions that follow each other.</summary>
    private static async Task<Dictionary<(Guid Stream, long Version), (Event Event, AppendedEvent Receipt)>> StoredAsync(IQuerySession session, IReadOnlyList<SubjectEvent> page, CancellationToken cancel)
    {
        var stored = new Dictionary<(Guid, long), (Event, AppendedEvent)>();
        foreach (var run in page.GroupBy(e => e.StreamId).SelectMany(stream => stream.OrderBy(e => e.Version).Select((e, n) => (e.StreamId, e.Version, Run: e.Version - n)).GroupBy(e => (e.StreamId, e.Run))))
        {
            var (first, last) = (run.Min(e => e.Version), run.Max(e => e.Version));
            var events = await session.Events.FetchStreamAsync(run.Key.StreamId, first - 1, last, cancel: cancel);
            var receipts = await session.Events.FetchReceiptAsync(run.Key.StreamId, first, last, cancel);
            foreach (var (e, receipt) in events.Zip(receipts))
                stored.Add((e.StreamId, e.Version), (e, receipt));
        }
        return stored;
    }

    private static IEnumerable<PlacedText> TextsOf(Event e, Guid subject) =>
        PersonalOf(e).Where(member => member.Subject(e.Data) == subject && member.Text(e.Data) is not null).Select(member => new PlacedText(member.Text(e.Data)!, subject, member.Name, e.Id));

    private static Dictionary<string, JsonElement> DataOf(Event e)
    {
        if (!EventCatalog.All.ContainsKey(e.Type))
            return [];
        using var json = JsonDocument.Parse(e.Json);
        return json.RootElement.EnumerateObject().Where(member => PersonalOf(e).All(personal => personal.Name != member.Name)).ToDictionary(member => member.Name, member => member.Value.Clone(), StringComparer.Ordinal);
    }

    private static IEnumerable<PersonalMember> PersonalOf(Event e) => EventCatalog.All.TryGetValue(e.Type, out var entry) ? entry.Personal : [];

    private static async Task WriteJsonAsync(Stream body, SubjectCopy head, IAsyncEnumerable<SubjectCopyEvent> events, Opening opening, CancellationToken cancel)
    {
        var json = PrivacyBodies.Default;
        // Into memory first: the serializer flushes, and a response takes nothing but asynchronous writes.
        var buffer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("format", head.Format);
        writer.WriteString("tenant", head.Tenant);
        writer.WriteString("createdAt", head.CreatedAt);
        writer.WriteNumber("ledgerIndex", head.LedgerIndex);
        writer.WritePropertyName("subject");
        JsonSerializer.Serialize(writer, head.Subject, json.SubjectAnswer);
        writer.WritePropertyName("purposes");
        JsonSerializer.Serialize(writer, head.Purposes, json.IReadOnlyListPurposeDetails);
        writer.WriteStartArray("events");
        await foreach (var e in events)
        {
            JsonSerializer.Serialize(writer, e, json.SubjectCopyEvent);
            await SendAsync();
        }
        writer.WriteEndArray();
        writer.WriteBoolean("complete", opening.IsComplete);
        writer.WriteEndObject();
        await SendAsync();

        async Task SendAsync()
        {
            await writer.FlushAsync(cancel);
            await body.WriteAsync(buffer.WrittenMemory, cancel);
            buffer.ResetWrittenCount();
        }
    }
}

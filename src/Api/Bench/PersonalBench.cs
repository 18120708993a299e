using System.Diagnostics;
using System.Security.Cryptography;
using Platform.EventStore;
using Platform.Ledger;
using SessionOptions = Platform.EventStore.SessionOptions;

namespace Platform.Api.Bench;

/// <summary>Three texts about a person, and a number.</summary>
public sealed record BenchPerson(Guid SubjectId, PersonalText Name, PersonalText Email, PersonalText Address, int Number);

/// <summary>The same in plain: what it would cost if nobody minded.</summary>
public sealed record BenchOpenPerson(Guid SubjectId, string Name, string Email, string Address, int Number);

/// <summary>What sealing costs an append, opening a page of people, and holding texts against their keys a verification: beside the same in plain, the cipher alone, and a verification that leaves it out.</summary>
internal sealed class PersonalBench(BenchDatabase database, int rounds, TimeSpan life, CancellationToken cancel)
{
    private const string Name = "A name as long as names are", Email = "somebody.or.other@mail.example.org", Address = "A street and its number, a town and its code, a country";
    private const int AtOnce = 100, Subjects = 1_000, Texts = 10_000, Verified = 10_000, VerifiedPeople = 2_000;

    private static readonly Workload Work = new("100 events, 1 writer", 1, AtOnce);
    private readonly Guid[] _subjects = [.. Enumerable.Range(0, Subjects).Select(_ => Guid.CreateVersion7())];

    public async Task RunAsync()
    {
        await AppendsAsync();
        await OpeningsAsync();
        await VerificationsAsync();
    }

    private async Task AppendsAsync()
    {
        var (plain, known, unknown) = (new List<Round>(), new List<Round>(), new List<Round>());
        await database.Personal.KeysForWritingAsync(AppendBench.Tenant, _subjects, cancel);
        for (var round = 0; round < rounds; round++)
        {
            BenchReport.Progress($"personal: appends, round {round + 1} of {rounds}");
            plain.Add(await AppendAsync(n => new BenchOpenPerson(SubjectOf(n), Name, Email, Address, n)));
            known.Add(await AppendAsync(n => Person(SubjectOf(n), n)));
            unknown.Add(await AppendAsync(n => Person(Guid.CreateVersion7(), n)));
        }
        BenchReport.Table($"Appends of {AtOnce} events with three texts about people, 1 writer, events/s (median of {rounds} rounds)",
            ["floor: the same in plain", $"sealed, {Subjects:#,##0} people", "sealed, somebody new each time", "sealed / plain"],
            [[Rate(plain), Rate(known), Rate(unknown), BenchReport.Number(Round.Median(known).EventsPerSecond / Round.Median(plain).EventsPerSecond)]]);
    }

    private async Task OpeningsAsync()
    {
        var rows = new List<string[]>();
        foreach (var people in new[] { 1, 100, Subjects })
        {
            BenchReport.Progress($"personal: opening texts of {people:#,##0} people");
            var keys = (await database.Personal.KeysForWritingAsync(AppendBench.Tenant, [.. _subjects.Take(people)], cancel)).Values.ToList();
            var texts = Enumerable.Range(0, Texts).Select(n => keys[n % people])
                .Select(key => new PlacedText(PersonalText.Sealed(SealedText.Seal(key, Guid.CreateVersion7(), "email", Email)), key.SubjectId, "email")).ToList();
            var (cipher, first, again) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                cipher.Add(Time(() => Decipher(keys[0])));
                await Task.Delay(2 * PersonalData.CacheLife, cancel);
                first.Add(await TimeAsync(() => database.Personal.OpenAsync(AppendBench.Tenant, texts, cancel)));
                again.Add(await TimeAsync(() => database.Personal.OpenAsync(AppendBench.Tenant, texts, cancel)));
            }
            rows.Add([$"{people:#,##0}", Speed(cipher), Speed(first), Speed(again)]);
        }
        BenchReport.Table($"Opening {Texts:#,##0} texts, texts/s (median of {rounds} rounds)", ["people", "floor: AES-256-GCM alone", "keys read and unwrapped", "keys at hand"], rows);
    }

    private async Task VerificationsAsync()
    {
        var rows = new List<string[]>();
        foreach (var (name, events, make) in new (string, int, Func<int, object>)[]
        {
            ("in plain", Verified, n => new BenchOpenPerson(SubjectOf(n), Name, Email, Address, n)),
            ($"sealed, {Subjects:#,##0} people", Verified, n => Person(SubjectOf(n), n)),
            ("sealed, somebody new each time", VerifiedPeople, n => Person(Guid.CreateVersion7(), n)),
        })
        {
            BenchReport.Progress($"personal: verification of events {name}");
            var stream = Guid.CreateVersion7();
            for (var n = 0; n < events; n += AtOnce)
            {
                var session = database.Store.LightweightSession(new SessionOptions(AppendBench.Tenant, "bench", "bench", "bench"));
                session.Events.Append(stream, Enumerable.Range(n, AtOnce).Select(make));
                await session.SaveChangesAsync(cancel);
            }
            var (without, with) = (new List<double>(), new List<double>());
            // The first warms up, and doesn't count.
            await VerifyAsync(stream, events, database.Personal);
            for (var round = 0; round < rounds; round++)
            {
                without.Add(await TimeAsync(() => VerifyAsync(stream, events, null)));
                with.Add(await TimeAsync(() => VerifyAsync(stream, events, database.Personal)));
            }
            rows.Add([name, $"{events:#,##0}", BenchReport.Number(events / Round.Middle(without)), BenchReport.Number(events / Round.Middle(with)), BenchReport.Number(Round.Middle(without) / Round.Middle(with))]);
        }
        BenchReport.Table($"Verification of one stream, events with three texts each, events/s (median of {rounds} rounds)", ["texts", "events", "floor: hashes alone", "and texts against their keys", "with keys / floor"], rows);
    }

    private async Task VerifyAsync(Guid stream, int events, PersonalData? personal)
    {
        var summary = await new LedgerVerification(database.Database.Auditor, personal).RunAsync(stream, null, finding => throw new InvalidOperationException($"{finding}"), null, cancel);
        if (summary.Checked != events || summary.Unchecked is { Count: > 0 })
            throw new InvalidOperationException($"{summary.Checked} of {events} events were checked.");
    }

    private Task<Round> AppendAsync(Func<int, object> make)
    {
        var n = 0;
        return Round.RunAsync(Work, life, new ProcessorTime(null), async _ =>
        {
            var session = database.Store.LightweightSession(new SessionOptions(AppendBench.Tenant, "bench", "bench", "bench"));
            session.Events.Append(Guid.CreateVersion7(), Enumerable.Range(n, AtOnce).Select(make));
            n += AtOnce;
            await session.SaveChangesAsync(cancel);
        });
    }

    private static BenchPerson Person(Guid subject, int number) => new(subject, PersonalText.Plain(Name), PersonalText.Plain(Email), PersonalText.Plain(Address), number);

    private Guid SubjectOf(int n) => _subjects[n % Subjects];

    private static void Decipher(SubjectKey key)
    {
        Span<byte> nonce = stackalloc byte[12], tag = stackalloc byte[16], text = stackalloc byte[Email.Length], cipher = stackalloc byte[Email.Length];
        for (var n = 0; n < Texts; n++)
        {
            using var gcm = new AesGcm(key.Bytes.Span, tag.Length);
            if (n == 0)
                gcm.Encrypt(nonce, text, cipher, tag);
            gcm.Decrypt(nonce, cipher, tag, text);
        }
    }

    private static string Rate(IReadOnlyList<Round> measured) => BenchReport.Number(Round.Median(measured).EventsPerSecond);
    private static string Speed(IEnumerable<double> seconds) => BenchReport.Number(Texts / Round.Middle(seconds));

    private static double Time(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}

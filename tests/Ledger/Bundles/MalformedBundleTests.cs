using System.Formats.Tar;
using System.Text;

namespace Platform.Ledger.Tests;

public class MalformedBundleTests
{
    private readonly BundleHistory _history = History();

    [Fact]
    public async Task A_changed_byte_is_never_accepted()
    {
        var bundle = await _history.Parts().WriteAsync();
        var (random, free) = (new Random(5), Uncovered(bundle));
        var tried = 0;
        for (var n = 0; n < 1500; n++)
        {
            var at = random.Next(bundle.Length);
            if (free[at])
                continue;
            var changed = bundle.ToArray();
            changed[at] ^= (byte)(1 << random.Next(8));
            (await IsAcceptedAsync(changed)).ShouldBeFalse($"byte {at}: {Around(bundle, at)} became {Around(changed, at)}");
            tried++;
        }

        tried.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task A_bundle_cut_off_anywhere_is_refused()
    {
        var bundle = await _history.Parts().WriteAsync();
        for (var length = 0; length < bundle.Length; length += 97)
            (await RefusedAsync(bundle[..length])).ShouldContain("cut off");
    }

    [Fact]
    public async Task A_pax_archive_of_the_same_entries_is_read()
    {
        (await BundleParts.VerifyAsync(await RepackedAsync(TarEntryFormat.Pax, entries => entries))).Findings.ShouldBeEmpty();
        (await BundleParts.VerifyAsync(await RepackedAsync(TarEntryFormat.Ustar, entries => entries))).Findings.ShouldBeEmpty();
        (await RefusedAsync(await RepackedAsync(TarEntryFormat.Gnu, entries => entries))).ShouldContain("POSIX");
    }

    [Fact]
    public async Task Entries_missing_doubled_out_of_order_or_unknown_are_refused()
    {
        var names = (await EntriesAsync()).ConvertAll(entry => entry.Name);
        names.Count.ShouldBeGreaterThan(8);
        foreach (var name in names)
        {
            (await RefusedOrFoundAsync(await RepackedAsync(TarEntryFormat.Ustar, entries => entries.Where(entry => entry.Name != name)), name)).ShouldBeTrue($"without {name}");
            (await IsAcceptedAsync(await RepackedAsync(TarEntryFormat.Ustar, entries => entries.SelectMany(entry => entry.Name == name ? [entry, entry] : new[] { entry })))).ShouldBeFalse($"{name} twice");
            (await IsAcceptedAsync(await RepackedAsync(TarEntryFormat.Ustar, entries => entries.OrderBy(entry => entry.Name == name ? 1 : 0)))).ShouldBe(name == names[^1], $"{name} last");
            (await IsAcceptedAsync(await RepackedAsync(TarEntryFormat.Ustar, entries => entries.Select(entry => entry.Name == name ? ("./" + name, entry.Content) : entry)))).ShouldBeFalse($"./{name}");
        }

        (await RefusedAsync(await RepackedAsync(TarEntryFormat.Ustar, entries => entries.Append(("../../evil", [1]))))).ShouldContain("evil");
        (await RefusedAsync(await RepackedAsync(TarEntryFormat.Ustar, entries => entries.Append(("events/99.jsonl", [10]))))).ShouldContain("events/99.jsonl");
    }

    [Fact]
    public async Task Tiles_of_another_length_are_refused()
    {
        foreach (var change in new Func<byte[], byte[]>[] { bytes => bytes[..^32], bytes => [.. bytes, .. new byte[32]], bytes => bytes[..^1], _ => [] })
            (await RefusedAsync(await EditedAsync("tile/0/000", change))).ShouldContain("tile/0/000");
    }

    [Theory]
    [InlineData("{\"index\":0,", "{\"index\":1,", "isn't in order")]
    [InlineData("{\"index\":0,", "{\"index\":999,", "999 doesn't belong there")]
    [InlineData("{\"index\":0,", "{\"index\":-1,", "-1 doesn't belong there")]
    [InlineData("{\"index\":0,", "{\"index\":0.5,", "index is no whole number")]
    [InlineData("{\"index\":0,", "{\"index\":\"0\",", "index is no whole number")]
    [InlineData("{\"index\":0,", "{\"index\":0,\"index\":0,", "index stands twice")]
    [InlineData("{\"index\":0,", "{", "it has no index")]
    [InlineData("{\"index\":0,", "[{\"index\":0,", "it is no JSON object")]
    [InlineData("{\"index\":0,", "{\"index\":0,,", "it can't be read as JSON")]
    [InlineData("\"tenant\":\"*DEFAULT*\"", "\"tenant\":null", "tenant is no string")]
    [InlineData("\"tenant\":\"*DEFAULT*\"", "\"tenant\":\"\\ud800\"", "Cannot")]
    [InlineData("\"stream\":\"", "\"stream\":\"{", "stream is no UUID")]
    [InlineData("\"prev\":\"", "\"prev\":\"A", "prev isn't 64 lower-case hexadecimal digits")]
    [InlineData("\"checks\":\"", "\"checks\":\"0", "checks isn't 16 lower-case hexadecimal digits")]
    [InlineData("\"bdata\":", "\"bdata\":\"_\",\"b\":", "bdata is no base64")]
    public async Task A_line_that_is_not_as_it_should_be_is_refused_with_its_place(string from, string to, string message)
    {
        var refusal = await RefusedAsync(await EditedAsync("events/0.jsonl", bytes => Encoding.UTF8.GetBytes(Replace(Encoding.UTF8.GetString(bytes), from, to))));
        refusal.ShouldContain(message);
    }

    [Fact]
    public async Task A_line_in_another_spelling_of_json_is_the_same_event()
    {
        static string Respelt(string lines) => lines.Replace("{\"index\":", "{ \"unknown\" : [{\"index\":7}], \"index\" : ", StringComparison.Ordinal).Replace("ü", "\\u00fc", StringComparison.Ordinal);
        (await BundleParts.VerifyAsync(await EditedAsync("events/0.jsonl", bytes => Encoding.UTF8.GetBytes(Respelt(Encoding.UTF8.GetString(bytes)))))).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_line_without_end_and_an_empty_entry_are_refused()
    {
        (await RefusedAsync(await EditedAsync("events/1.jsonl", bytes => bytes[..^1]))).ShouldContain("has no end");
        (await RefusedAsync(await EditedAsync("events/1.jsonl", _ => []))).ShouldContain("is empty");
        (await RefusedAsync(await EditedAsync("events/1.jsonl", _ => Enumerable.Repeat((byte)' ', 33 << 20).ToArray()))).ShouldContain("has a line of more than");
    }

    [Fact]
    public async Task A_bundle_from_past_what_was_verified_is_refused()
    {
        var trust = (await _history.Parts().VerifyAsync()).Report.Trust!;
        var parts = _history.Parts(from: 100);
        (await RefusedAsync(await parts.WriteAsync(), trust with { Checkpoint = SignedNote.Parse(_history.Kept.First().Value) })).ShouldContain("begins at index 100");
    }

    private static BundleHistory History()
    {
        var (history, random) = (new BundleHistory(), new Random(1));
        history.RegisterWriter();
        for (var n = 0; n < 270; n++)
        {
            history.Append(BundleDraw.Tenants[n % 3], new Guid(n % 7, 0, 0, new byte[8]), n % 9 == 0 ? "security.role-granted" : "item_edited", random);
            if (n is 50 or 200)
                history.Keep();
        }

        history.Rotate(KeyRole.Log);
        return history;
    }

    private static async Task<bool> IsAcceptedAsync(byte[] bundle)
    {
        try
        {
            return (await BundleParts.VerifyAsync(bundle)).Findings.Count == 0;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            e.Message.ShouldNotBeEmpty();
            return false;
        }
    }

    // An earlier checkpoint that isn't there is one that nobody has to agree with.
    private static async Task<bool> RefusedOrFoundAsync(byte[] bundle, string name) => await IsAcceptedAsync(bundle) == name.StartsWith("checkpoints/", StringComparison.Ordinal);

    private static async Task<string> RefusedAsync(byte[] bundle, LogTrust? trust = null)
    {
        var refusal = await Should.ThrowAsync<Exception>(() => BundleParts.VerifyAsync(bundle, trust));
        (refusal is InvalidDataException or FormatException).ShouldBeTrue(refusal.ToString());
        return refusal.Message;
    }

    private Task<byte[]> EditedAsync(string name, Func<byte[], byte[]> edit) =>
        RepackedAsync(TarEntryFormat.Ustar, entries => entries.Select(entry => entry.Name == name ? (name, edit(entry.Content)) : entry));

    private async Task<List<(string Name, byte[] Content)>> EntriesAsync()
    {
        var entries = new List<(string, byte[])>();
        using var tar = new TarReader(new MemoryStream(await _history.Parts().WriteAsync()));
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var content = new MemoryStream();
            await entry.DataStream!.CopyToAsync(content);
            entries.Add((entry.Name, content.ToArray()));
        }

        return entries;
    }

    private async Task<byte[]> RepackedAsync(TarEntryFormat format, Func<IEnumerable<(string Name, byte[] Content)>, IEnumerable<(string Name, byte[] Content)>> change)
    {
        using var output = new MemoryStream();
        await using (var tar = new TarWriter(output, format, leaveOpen: true))
            foreach (var (name, content) in change(await EntriesAsync()))
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    _ => new UstarTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(content);
                await tar.WriteEntryAsync(entry);
            }

        return output.ToArray();
    }

    /// <summary>Bytes that nothing covers: padding and ends of fields in the tar, when the bundle was made, witnesses and hybridFrom of its own trust, and the case of digits in escapes of JSON.</summary>
    private static bool[] Uncovered(byte[] bundle)
    {
        var free = new bool[bundle.Length];
        for (var at = 0; at < bundle.Length && bundle[at] != 0;)
        {
            var size = Convert.ToInt32(Encoding.ASCII.GetString(bundle, at + 124, 11), 8);
            // The checksum's own two last bytes say where its digits end.
            free.AsSpan(at + 148 + 6, 2).Fill(true);
            var padded = (size + 511) / 512 * 512;
            free.AsSpan(at + 512 + size, padded - size).Fill(true);
            var text = Encoding.Latin1.GetString(bundle, at + 512, size);
            foreach (var (from, to) in new[] { ("\"created\":\"", "\"}"), ("\"witnesses\"", "\"checkpoint\"") })
                if (text.StartsWith('{') && text.IndexOf(from, StringComparison.Ordinal) is >= 0 and var first)
                    free.AsSpan(at + 512 + first, text.IndexOf(to, first, StringComparison.Ordinal) - first).Fill(true);
            for (var escape = text.IndexOf("\\u", StringComparison.Ordinal); escape >= 0; escape = text.IndexOf("\\u", escape + 2, StringComparison.Ordinal))
                free.AsSpan(at + 512 + escape, 6).Fill(true);
            at += 512 + padded;
        }

        return free;
    }

    private static string Around(byte[] bundle, int at) => Encoding.Latin1.GetString(bundle, Math.Max(0, at - 30), Math.Min(60, bundle.Length - Math.Max(0, at - 30)));

    private static string Replace(string text, string from, string to)
    {
        var at = text.IndexOf(from, StringComparison.Ordinal);
        return text[..at] + to + text[(at + from.Length)..];
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using Platform.Ledger;

namespace Platform.Processors.Audit;

/// <summary>Asks one witness to cosign (C2SP tlog-witness): it gets the checkpoint and the proof that it contains the last one that this witness saw.</summary>
/// <param name="http">Without redirects.</param>
/// <param name="prefix">The witness's submission prefix.</param>
internal sealed class WitnessClient(HttpClient http, Uri prefix)
{
    private const int LongestAnswer = 64 * 1024;

    private readonly Uri _url = new($"{prefix.AbsoluteUri.TrimEnd('/')}/add-checkpoint");
    private long _seen;

    /// <summary>The witness's cosignature lines as it sent them; who trusts which is the caller's business.</summary>
    /// <param name="note">The signed note.</param>
    /// <param name="consistency">Gives the proof from an earlier size.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="HttpRequestException">The witness refused, or can't be reached.</exception>
    /// <exception cref="WitnessAheadException">The witness has seen a larger log than this.</exception>
    public async Task<IReadOnlyList<NoteSignature>> CosignAsync(SignedNote note, Func<long, Task<IReadOnlyList<Hash>>> consistency, CancellationToken cancel)
    {
        var checkpoint = Checkpoint.Parse(note.Text);
        var size = checkpoint.Size;
        for (var attempt = 1; ; attempt++)
        {
            var proof = _seen == 0 || _seen == size ? [] : await consistency(_seen);
            using var content = new StringContent(new AddCheckpoint(_seen, proof, note, checkpoint).ToString(), Encoding.UTF8, "text/plain");
            using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = content };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var answer = await ReadAsync(response, cancel);
            if (response.StatusCode == HttpStatusCode.Conflict && attempt == 1 && response.Content.Headers.ContentType?.MediaType == "text/x.tlog.size"
                && long.TryParse(answer.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var seen))
            {
                _seen = seen <= size ? seen : throw new WitnessAheadException(seen);
                continue;
            }
            if (response.StatusCode != HttpStatusCode.OK)
                throw new HttpRequestException($"{_url} answered {(int)response.StatusCode}.", null, response.StatusCode);
            _seen = size;
            return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => NoteSignature.TryParse(line, out var signature) ? signature : null).OfType<NoteSignature>()];
        }
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[LongestAnswer];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}

/// <summary>A witness has cosigned a larger tree of this log: the log lost entries, or there are two of it.</summary>
public sealed class WitnessAheadException(long size) : Exception($"it has cosigned this log at size {size}, which is more than the log has");

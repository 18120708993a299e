using System.Collections.Immutable;
using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Platform.Domain.Sites;

namespace Platform.Processors.Sites;

/// <summary>Asks name servers for the proof of a domain. Nothing is cached: a record that was just published is to be seen.</summary>
public sealed class DomainRecords(SiteOptions options)
{
    private const int MostRecords = 50, LongestRecord = 1_000;

    // The system's name servers are read at the first lookup: a machine without any still starts.
    private readonly Lazy<LookupClient> _client = new(() => Open(options.NameServers), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>What the domain's text records say, each with its strings joined; null: no name server answered.</summary>
    public async Task<ImmutableArray<string>?> FindAsync(string domain, CancellationToken cancel)
    {
        try
        {
            var answer = await _client.Value.QueryAsync(DomainProof.RecordOf(domain), QueryType.TXT, cancellationToken: cancel);
            // The name not being there is an answer.
            return answer.HasError && answer.Header.ResponseCode != DnsHeaderResponseCode.NotExistentDomain ? null
                : [.. answer.Answers.OfType<TxtRecord>().Take(MostRecords).Select(record => string.Concat(record.Text)).Where(text => text.Length <= LongestRecord)];
        }
        catch (Exception e) when (e is DnsResponseException or InvalidOperationException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static LookupClient Open(IReadOnlyList<IPEndPoint> nameServers)
    {
        var options = nameServers.Count == 0 ? new LookupClientOptions() : new LookupClientOptions([.. nameServers]);
        (options.UseCache, options.Timeout, options.Retries, options.ThrowDnsErrors) = (false, TimeSpan.FromSeconds(3), 1, false);
        return new LookupClient(options);
    }
}

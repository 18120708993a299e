using System.Collections.Immutable;
using DnsClient;
using DnsClient.Protocol;
using Platform.Domain.Sites;

namespace Platform.Processors.Sites;

/// <summary>Asks name servers for the proof of a domain. Nothing is cached: a record that was just published is to be seen.</summary>
public sealed class DomainRecords(SiteOptions options)
{
    private const int MostRecords = 50, LongestRecord = 1_000;

    // Without a cluster's own name servers the system's are read at the first lookup: a machine without any still starts.
    private readonly Lazy<LookupClient> _client = new(() => new LookupClient(
        (options.NameServers.Count == 0 ? new LookupClientOptions() : new LookupClientOptions([.. options.NameServers])).Uncached()), LazyThreadSafetyMode.PublicationOnly);

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
}

file static class Lookups
{
    public static LookupClientOptions Uncached(this LookupClientOptions options)
    {
        options.UseCache = false;
        options.Timeout = TimeSpan.FromSeconds(3);
        options.Retries = 1;
        options.ThrowDnsErrors = false;
        return options;
    }
}

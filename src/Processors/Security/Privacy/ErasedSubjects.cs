using Platform.Domain.Security;
using Platform.EventStore;

namespace Platform.Processors.Security;

/// <summary>
/// Which people the ledger says were erased. Their streams end with that: nothing is recorded of them any more. So it's asked of the last event of each stream and not of a read model, which would be
/// behind: what any node recorded before the question counts, and nobody who was erased gets another key or is read, even from a key store that was put back from a backup meanwhile. Until it's recorded,
/// the mark in the key store that all nodes share does the same; they look there at least every <see cref="PersonalData.CacheLife"/>, and it's recorded twice that after the mark was made.
/// </summary>
public sealed class ErasedSubjects(Func<IDocumentStore> store)
{
    public Task<IReadOnlyCollection<Guid>> AmongAsync(string tenantId, IReadOnlyCollection<Guid> subjectIds, CancellationToken cancel)
    {
        var it = store();
        return it.QuerySession(tenantId).Events.EndingInAsync(subjectIds, it.Options.Events.AliasOf(typeof(ErasureCompleted)), cancel);
    }
}

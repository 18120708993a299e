using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Processors.Security;

/// <summary>Which keys the ledger says were erased. It answers once the read model has all that was in the log when the process began: erasures come before any key is used.</summary>
public sealed class ErasedKeyLookup(Func<IDocumentStore> store)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile bool _hasAll;

    /// <exception cref="PersonalDataUnavailableException">The read model isn't there yet, or is behind.</exception>
    public async Task<IReadOnlyCollection<Guid>> AmongAsync(string tenantId, IReadOnlyCollection<Guid> keyIds, CancellationToken cancel)
    {
        var session = store().QuerySession(tenantId);
        try
        {
            if (!_hasAll)
                _hasAll = await session.WaitForAllAsync(ErasedKeys.ReadModel, Patience, cancel);
            return _hasAll ? await ErasedKeys.AmongAsync(session, keyIds, cancel)
                : throw new PersonalDataUnavailableException($"The read model {ErasedKeys.ReadModel} is behind the log: until it has all of it, no key of a data subject is used.");
        }
        catch (ReadModelMissingException e)
        {
            throw new PersonalDataUnavailableException($"{e.Message} Until then no key of a data subject is used.", e);
        }
    }
}

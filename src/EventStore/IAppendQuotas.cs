namespace Platform.EventStore;

/// <summary>What tenants may append; asked before each append of this process.</summary>
public interface IAppendQuotas
{
    /// <summary>Takes what the append needs.</summary>
    /// <param name="session">Who appends.</param>
    /// <param name="events">All that would be appended.</param>
    /// <param name="bytes">Size of their bodies.</param>
    /// <param name="at">The time that they would bear.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What was taken; null: the append is held to no limit.</returns>
    /// <exception cref="QuotaExceededException">It would be too much.</exception>
    ValueTask<Admission?> AdmitAsync(SessionOptions session, IEnumerable<object> events, long bytes, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Nothing was appended, for certain: what was taken can be used by others.</summary>
    void GiveBack(Admission admission);

    /// <summary>The most that there may be of something; null: there is no limit, or the session isn't held to it.</summary>
    ValueTask<long?> LimitOfAmountAsync(SessionOptions session, string quota, CancellationToken cancel);
}

/// <summary>What an append took.</summary>
/// <param name="TenantId">Of whose.</param>
/// <param name="Day">The allowance's day, UTC.</param>
/// <param name="Events">Of the day's events.</param>
/// <param name="Bytes">Of storage.</param>
public sealed record Admission(string TenantId, DateOnly Day, int Events, long Bytes);

/// <summary>How an append changes how many there are of something.</summary>
/// <param name="Quota">Of what.</param>
/// <param name="Delta">More than 0: there are more.</param>
/// <param name="Limit">The most that there may be.</param>
internal sealed record AmountChange(string Quota, long Delta, long? Limit);

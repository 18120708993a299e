using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Domain.Security;

/// <summary>Where a data subject's erasure stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErasureState>))]
public enum ErasureState
{
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("awaits-approval")]
    AwaitsApproval,

    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("completed")]
    Completed,
}

/// <summary>A person of whom a tenant keeps data.</summary>
[StateType("security.subject", 1)]
public sealed record DataSubject : IState<DataSubject>
{
    public static DataSubject Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such data subject.");
    internal static Rejection IsErased { get; } = Reject.Conflict("The data subject's erasure is under way or done: nothing is recorded of them any more.");

    internal static Rejection NeverObjected { get; } = Reject.Invalid("purpose", "The person never objected to it.");

    public bool Exists { get; init; }

    /// <summary>What is kept of them: <c>name</c>, <c>email</c>...</summary>
    public ImmutableSortedSet<string> Members { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>By purpose; one that was withdrawn stays, as such.</summary>
    public ImmutableSortedDictionary<string, Consent> Consents { get; init; } = ImmutableSortedDictionary.Create<string, Consent>(StringComparer.Ordinal);

    /// <summary>By purpose.</summary>
    public ImmutableSortedDictionary<string, ObjectionState> Objections { get; init; } = ImmutableSortedDictionary.Create<string, ObjectionState>(StringComparer.Ordinal);

    /// <summary>Their data is kept, and used for nothing else.</summary>
    public bool IsRestricted { get; init; }

    public ErasureState Erasure { get; init; }

    /// <summary>Who asked for the erasure that is under way; null: none is.</summary>
    public string? ErasureRequestedBy { get; init; }

    public long Version { get; init; }

    /// <summary>Nothing is recorded of them any more.</summary>
    internal bool IsClosed => Erasure is ErasureState.Pending or ErasureState.Completed;

    public DataSubject Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private DataSubject Apply(object @event) => @event switch
    {
        SubjectRegistered e => this with { Exists = true, Members = SubjectMembers.Of(e).Names },
        SubjectRectified e => this with { Members = Members.Union(SubjectMembers.Of(e).Names).Except(e.Removed ?? []) },
        ConsentGiven e => this with { Consents = Consents.SetItem(e.Purpose, new Consent(e.PurposeVersion, IsGiven: true)) },
        ConsentWithdrawn e => this with { Consents = Consents.GetValueOrDefault(e.Purpose) is { } given ? Consents.SetItem(e.Purpose, given with { IsGiven = false }) : Consents },
        SubjectRestricted => this with { IsRestricted = true },
        RestrictionLifted => this with { IsRestricted = false },
        SubjectObjected e => this with { Objections = Objections.SetItem(e.Purpose, ObjectionState.Standing) },
        ObjectionWithdrawn e => this with { Objections = Objections.SetItem(e.Purpose, ObjectionState.Withdrawn) },
        ObjectionOverridden e => this with { Objections = Objections.SetItem(e.Purpose, ObjectionState.Overridden) },
        ErasureRequested e => this with { Erasure = e.NeedsApproval ? ErasureState.AwaitsApproval : ErasureState.Pending, ErasureRequestedBy = e.RequestedBy },
        ErasureApproved => this with { Erasure = ErasureState.Pending },
        ErasureRefused => this with { Erasure = ErasureState.None, ErasureRequestedBy = null },
        ErasureCompleted => this with { Erasure = ErasureState.Completed, Members = Members.Clear() },
        _ => this,
    };
}

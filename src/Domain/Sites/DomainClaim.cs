namespace Platform.Domain.Sites;

/// <summary>Stands in the platform's own tenant, as do all events of <see cref="DomainClaim"/>.</summary>
[EventType("sites.domain-claimed")]
public sealed record DomainClaimed(string Domain, string TenantId, Guid SiteId, DateTimeOffset At);

[EventType("sites.domain-claim-released")]
public sealed record DomainClaimReleased(string Domain, string TenantId, Guid SiteId);

/// <summary>The proof wasn't found on a day.</summary>
[EventType("sites.domain-proof-missed")]
public sealed record DomainProofMissed(string Domain, string TenantId, Guid SiteId, DateOnly Day);

/// <summary>It's there again.</summary>
[EventType("sites.domain-proof-found")]
public sealed record DomainProofFound(string Domain, string TenantId, Guid SiteId);

/// <summary>Which site of which tenant has a domain: one in all the platform. A stream of its own for each domain, in the platform's own tenant.</summary>
[StateType("sites.domain-claim", 1)]
public sealed record DomainClaim : IState<DomainClaim>
{
    /// <summary>Days in a row that the proof may be missed before the domain is lost.</summary>
    public const int Patience = 3;

    public static DomainClaim Initial { get; } = new();

    /// <summary>Null while nobody has it.</summary>
    public string? TenantId { get; init; }

    public Guid SiteId { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Days in a row that the proof was missed.</summary>
    public int Missed { get; init; }

    public DateOnly LastMissed { get; init; }

    public long Version { get; init; }

    public static Guid IdOf(string domain) => DerivedId.From("sites.domain-claim", DomainName.Normalise(domain));

    public DomainClaim Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private DomainClaim Apply(object @event) => @event switch
    {
        DomainClaimed claimed => new DomainClaim { TenantId = claimed.TenantId, SiteId = claimed.SiteId, At = claimed.At },
        DomainClaimReleased => Initial,
        DomainProofMissed missed => this with { Missed = Missed + 1, LastMissed = missed.Day },
        DomainProofFound => this with { Missed = 0 },
        _ => this,
    };
}

/// <summary>Takes a domain for a site, once the tenant proved that it's its own.</summary>
public sealed record ClaimDomain(string Domain, string TenantId, Guid SiteId, DateTimeOffset Now)
{
    /// <summary>So long a site may be about to record what its claim was made for.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(10);

    /// <param name="command">The command.</param>
    /// <param name="claim">Of the domain.</param>
    /// <param name="isHeld">Whether the site that has it still counts it as verified.</param>
    public static Decision Decide(ClaimDomain command, DomainClaim claim, bool isHeld)
    {
        var claimed = new DomainClaimed(command.Domain, command.TenantId, command.SiteId, command.Now);
        if (claim.TenantId is not { } holder) return Decision.Of(claimed);
        // What nobody counts for so long is about to be released: it's claimed anew, so that who releases it notices.
        if (holder == command.TenantId && claim.SiteId == command.SiteId) return isHeld || command.Now - claim.At < Settling ? Decision.Nothing : Decision.Of(claimed);
        // Within a tenant its reservation says whose the domain is.
        if (holder != command.TenantId && (isHeld || command.Now - claim.At < Settling))
            return Reject.Conflict("domain", $"The domain '{command.Domain}' is verified for another tenant. It's free once that one gives it up, or once its record has been gone for {DomainClaim.Patience} days.");
        return Decision.Of(new DomainClaimReleased(command.Domain, holder, claim.SiteId), claimed);
    }
}

/// <summary>Gives a domain up that its site no longer counts as verified.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="TenantId">Who has it.</param>
/// <param name="SiteId">Of that tenant.</param>
/// <param name="At">When it was claimed: one that was claimed anew stays.</param>
public sealed record ReleaseDomainClaim(string Domain, string TenantId, Guid SiteId, DateTimeOffset At)
{
    public static Decision Decide(ReleaseDomainClaim command, DomainClaim claim) => claim.TenantId == command.TenantId && claim.SiteId == command.SiteId && claim.At == command.At
        ? Decision.Of(new DomainClaimReleased(command.Domain, command.TenantId, command.SiteId)) : Decision.Nothing;
}

/// <summary>Records what a daily look at a domain's proof found.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="TenantId">Who has it.</param>
/// <param name="SiteId">Of that tenant.</param>
/// <param name="Day">In UTC.</param>
/// <param name="Found">The proof is there.</param>
public sealed record RecordDomainProof(string Domain, string TenantId, Guid SiteId, DateOnly Day, bool Found)
{
    public static Decision Decide(RecordDomainProof command, DomainClaim claim)
    {
        if (claim.TenantId != command.TenantId || claim.SiteId != command.SiteId) return Decision.Nothing;
        if (command.Found) return claim.Missed == 0 ? Decision.Nothing : Decision.Of(new DomainProofFound(command.Domain, command.TenantId, command.SiteId));
        return claim.Missed > 0 && claim.LastMissed >= command.Day ? Decision.Nothing : Decision.Of(new DomainProofMissed(command.Domain, command.TenantId, command.SiteId, command.Day));
    }
}

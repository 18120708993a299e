using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>A permission that a user or client doesn't have on a scope, whoever grants it.</summary>
[StateType("identity.denial", 1)]
public sealed record Denial : IState<Denial>
{
    public static Denial Initial { get; } = new();

    public bool Exists { get; init; }

    public Guid DenialId { get; init; }

    public string Permission { get; init; } = "";

    public Guid? SiteId { get; init; }

    public bool IsLifted { get; init; }

    public long Version { get; init; }

    public Denial Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Denial Apply(object @event) => @event switch
    {
        DenialSet e => this with { Exists = true, DenialId = e.DenialId, Permission = e.Permission, SiteId = e.SiteId },
        DenialLifted => this with { IsLifted = true },
        _ => this,
    };
}

/// <summary>Denies a permission to a user or client.</summary>
/// <param name="DenialId">New.</param>
/// <param name="Grantee">Who.</param>
/// <param name="Permission">What.</param>
/// <param name="SiteId">On this site and all below it; null: in the whole tenant.</param>
/// <param name="By">Who denies it, as in the token.</param>
/// <param name="Others">Denials that stand against them already.</param>
public sealed record SetDenial(Guid DenialId, GranteeNamed Grantee, string? Permission, Guid? SiteId, string By, int Others)
{
    private const int MostDenials = 1_000;

    /// <param name="command">The command.</param>
    /// <param name="denial">The denial, which mustn't exist.</param>
    /// <param name="grantee">Who.</param>
    /// <param name="hasSite">Whether there is the site.</param>
    public static Decision Decide(SetDenial command, Denial denial, Grantee grantee, bool hasSite)
    {
        var errors = command.Grantee.Check(grantee, new FieldErrors())
            .Add("permission", command.Permission is { } permission && Identity.Permission.All.Contains(permission) ? null : "There is no such permission.")
            .Add("siteId", command.SiteId is null || hasSite ? null : "There is no such site.");
        if (errors.Rejection is { } invalid) return invalid;
        if (denial.Exists) return Reject.Conflict($"There is a denial {command.DenialId} already.");
        if (command.Others >= MostDenials) return Reject.Conflict($"A user or client has at most {MostDenials} denials.");
        return Decision.Of(new DenialSet(command.DenialId, command.Grantee.Id, command.Permission!, command.By, command.SiteId));
    }
}

/// <summary>Lifts a denial.</summary>
/// <param name="DenialId">The denial.</param>
/// <param name="By">Who lifts it, as in the token.</param>
/// <param name="Held">What they have where it holds: nobody gives back what they don't have.</param>
public sealed record LiftDenial(Guid DenialId, string By, ImmutableSortedSet<string> Held) : ICommand<LiftDenial, Denial>
{
    public static Decision Decide(LiftDenial command, Denial state) => state switch
    {
        { Exists: false } => Reject.NotFound("There is no such denial."),
        { IsLifted: true } => Decision.Nothing,
        _ when !command.Held.Contains(state.Permission) => Access.Escalation([state.Permission]),
        _ => Decision.Of(new DenialLifted(command.DenialId, command.By)),
    };
}

using System.Text;

namespace Platform.Domain.Identity;

/// <summary>Whose a subject of the tenant's issuer is. A stream of its own for each makes it one user's.</summary>
[StateType("identity.subject", 2)]
public sealed record SubjectReservation : IState<SubjectReservation>
{
    private const int Longest = 255;

    public static SubjectReservation Initial { get; } = new();

    /// <summary>Null: it's free.</summary>
    public Guid? UserId { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of a subject, which may be any text.</summary>
    /// <param name="subject">What has no UTF-8 form has the stream of the empty one, which is nobody's.</param>
    public static Guid IdOf(string subject) => DerivedId.From("identity.subject", Problem(subject) is null ? subject : "");

    /// <summary>What is wrong with a subject, as a sentence; null: nothing.</summary>
    public static string? Problem(string? subject) => subject switch
    {
        null or "" => "Is required.",
        { Length: > Longest } => $"Must be at most {Longest} characters long.",
        _ when subject.Any(char.IsControl) || subject.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar) => "Must hold no control characters, and nothing that isn't Unicode.",
        _ when subject.StartsWith("client:", StringComparison.Ordinal) => "Names a client, not a user.",
        _ => null,
    };

    public SubjectReservation Evolve(object @event, long version) => this with
    {
        UserId = @event switch { SubjectTaken taken => taken.UserId, SubjectReleased => null, _ => UserId },
        Version = version,
    };

    internal Rejection? Refuse(Guid userId) => UserId is { } holder && holder != userId ? Reject.Conflict("subject", $"The subject is user {holder}.") : null;

    internal static StreamEvents Take(string subject, Guid userId) => new(IdOf(subject), new SubjectTaken(subject, userId));

    internal static StreamEvents Release(string subject, Guid userId) => new(IdOf(subject), new SubjectReleased(subject, userId));
}

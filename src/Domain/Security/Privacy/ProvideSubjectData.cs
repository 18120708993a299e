using System.Collections.Immutable;
using Platform.Ledger;

namespace Platform.Domain.Security;

/// <summary>A copy of their data was given to the person, or to whom they named (GDPR, Articles 15 and 20).</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Format">One of <see cref="ProvideSubjectData.Formats"/>.</param>
/// <param name="To">How and to whom, in words; null: nothing is kept of that.</param>
[EventType("security.subject-data-provided")]
public sealed record SubjectDataProvided(
    Guid SubjectId, string Format, [property: Personal(nameof(SubjectDataProvided.SubjectId), PersonalCategory.Statement)] PersonalText? To = null) : IAboutSubject;

/// <summary>Records that a copy was given. Each time is one of its own: there are no repeats.</summary>
public sealed record ProvideSubjectData(Guid SubjectId, string Format, string? To) : ICommand<ProvideSubjectData, DataSubject>
{
    /// <summary>What copies there are.</summary>
    public static ImmutableArray<string> Formats { get; } = ["json", "html"];

    public static Decision Decide(ProvideSubjectData command, DataSubject state)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (Check(command).Rejection is { } invalid) return invalid;
        if (state.IsClosed) return DataSubject.IsErased;
        return Decision.Of(new SubjectDataProvided(command.SubjectId, command.Format, Statement.Plain(command.To)));
    }

    private static FieldErrors Check(ProvideSubjectData command) => new FieldErrors()
        .Add("format", Formats.Contains(command.Format) ? null : $"One of {string.Join(", ", Formats)}.")
        .Add("to", Statement.Problem(command.To, isRequired: false));
}

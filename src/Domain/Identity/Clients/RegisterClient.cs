using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Registers a program that calls. What it may is granted to it as to a user.</summary>
/// <param name="ClientId">New.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
/// <param name="Key">New, without the secret.</param>
/// <param name="Scopes">Permissions, all that it may at most; null: whatever it's granted.</param>
/// <param name="ExpiresAt">Null: it doesn't end by itself.</param>
/// <param name="Now">When.</param>
public sealed record RegisterClient(Guid ClientId, string? Name, ClientKey Key, ImmutableArray<string>? Scopes, DateTimeOffset? ExpiresAt, DateTimeOffset Now) : ICommand<RegisterClient, ApiClient>
{
    private const int MostScopes = 200;

    public static Decision Decide(RegisterClient command, ApiClient state)
    {
        if (command.Scopes is { Length: > MostScopes }) return Reject.Invalid("scopes", $"At most {MostScopes}.");
        var errors = new FieldErrors()
            .Add("name", DisplayName.Problem(command.Name))
            .Add("scopes", command.Scopes is { Length: 0 } ? "Name at least one permission, or leave scopes out." : null)
            .Add("expiresAt", command.ExpiresAt <= command.Now ? "Must be to come." : null);
        foreach (var (n, scope) in (command.Scopes ?? []).Index())
            errors.Add($"scopes[{n}]", scope is not null && Permission.All.Contains(scope) ? null : "There is no such permission.");
        if (errors.Rejection is { } invalid) return invalid;
        if (state.Exists) return Reject.Conflict($"There is a client {command.ClientId} already.");

        return Decision.Of(new ClientRegistered(
            command.ClientId, command.Name!.Trim(), command.Key, command.Scopes?.ToImmutableSortedSet(StringComparer.Ordinal), command.ExpiresAt));
    }
}

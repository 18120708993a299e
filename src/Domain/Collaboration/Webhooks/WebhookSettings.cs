using System.Collections.Immutable;

namespace Platform.Domain.Collaboration;

/// <summary>What can be edited of a webhook.</summary>
/// <param name="Url">See <see cref="WebhookUrl"/>.</param>
/// <param name="Events">See <see cref="EventFilter"/>; 1-20, each once.</param>
/// <param name="SiteId">Only events of this site; null: of all.</param>
/// <param name="Description">For people, 1-200 characters.</param>
public sealed record WebhookSettings(string Url, ImmutableArray<string> Events, Guid? SiteId = null, string? Description = null)
{
    private const int MostFilters = 20;

    internal bool SameAs(WebhookSettings other) => this with { Events = other.Events } == other && Events.SequenceEqual(other.Events, StringComparer.Ordinal);

    internal WebhookSettings Tidy() => this with { Description = Description?.Trim() is { Length: > 0 } text ? text : null };

    /// <param name="facts">What only the outside can tell.</param>
    internal FieldErrors Check(WebhookFacts facts)
    {
        var errors = new FieldErrors()
            .Add("url", WebhookUrl.Problem(Url, facts.Policy) ?? facts.AddressProblem)
            .Add("events", Events.Length switch { 0 => "Is required.", > MostFilters => $"A webhook has at most {MostFilters} filters.", _ => null })
            .Add("siteId", facts.SiteExists ? null : "There is no such site.")
            .Add("description", string.IsNullOrWhiteSpace(Description) ? null : DisplayName.Problem(Description));
        if (Events.Length > MostFilters) return errors;

        for (var i = 0; i < Events.Length; i++)
            errors.Add($"events[{i}]", Events.IndexOf(Events[i]) < i ? "Stands twice." : EventFilter.Problem(Events[i]));
        return errors;
    }
}

/// <summary>What a webhook's settings are held against.</summary>
/// <param name="Policy">Of the installation.</param>
/// <param name="AddressProblem">What is wrong with the addresses that the host's name stands for at this moment; null: nothing, or it stands for none yet.</param>
/// <param name="SiteExists">The site is there, or none is asked for.</param>
public sealed record WebhookFacts(WebhookPolicy Policy, string? AddressProblem, bool SiteExists);

/// <summary>What an installation lets webhooks do.</summary>
/// <param name="AllowHttp">Plain http, for development and tests.</param>
/// <param name="AllowPrivateAddresses">Receivers in private networks and on this machine, for an installation on premises.</param>
public sealed record WebhookPolicy(bool AllowHttp = false, bool AllowPrivateAddresses = false);

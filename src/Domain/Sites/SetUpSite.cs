using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Domain.Sites;

/// <summary>A site as it's set up.</summary>
/// <param name="SiteId">New.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
/// <param name="Domain">Its main domain.</param>
/// <param name="Aliases">Further domains.</param>
/// <param name="Settings">See <see cref="SiteSettings"/>.</param>
/// <param name="Values">Configuration that it says itself.</param>
/// <param name="Locks">Keys that hold from it on.</param>
public sealed record NewSite(Guid SiteId, string Name, string Domain, ImmutableArray<string> Aliases, Fields Settings, Fields Values, ImmutableArray<string> Locks);

/// <summary>What a new site is decided on.</summary>
/// <param name="Site">Its stream, where nothing may stand yet.</param>
/// <param name="Domains">Reservations of its domains: the main one, then the aliases.</param>
/// <param name="Scope">Its configuration, where nothing may stand yet.</param>
public sealed record NewSiteFacts(Site Site, ImmutableArray<DomainReservation> Domains, ConfigurationScope Scope);

/// <summary>Another site, whose settings and configuration are taken where the command says nothing.</summary>
/// <param name="Site">The site.</param>
/// <param name="Scope">What it says itself.</param>
public sealed record CopiedSite(Site Site, ConfigurationScope Scope);

/// <summary>Starts a site with everything that belongs to it, and sites below it: all of it or nothing.</summary>
/// <param name="Sites">The site, then those directly below it; 1-20.</param>
/// <param name="ParentId">The site that it's below; null: at the top.</param>
/// <param name="CopyFrom">A site whose settings and configuration the first one takes where it says nothing itself.</param>
/// <param name="Token">Of a preview, after which nothing may have changed that matters; null: as it is now.</param>
public sealed record SetUpSite(ImmutableArray<NewSite> Sites, Guid? ParentId, Guid? CopyFrom, string? Token)
{
    public const int MostSites = 20;
    private const int MostAliases = 20;

    /// <summary>What is wrong with how much is asked for: before anything is looked up.</summary>
    public Rejection? RefuseSize()
    {
        var errors = new FieldErrors().Add("below", Sites.Length > MostSites ? $"At most {MostSites - 1}." : null);
        for (var n = 0; n < Sites.Length && n < MostSites; n++)
            errors.Add(Under(n, "aliases"), Sites[n].Aliases.Length > MostAliases ? $"At most {MostAliases}; more can be added later." : null);
        return errors.Rejection;
    }

    /// <param name="command">The command.</param>
    /// <param name="facts">One for each of its sites.</param>
    /// <param name="place">Where the first would hang.</param>
    /// <param name="configuration">Where the first's configuration would stand.</param>
    /// <param name="copied">The site that it names to be copied; null: none.</param>
    public static SetUpDecision Decide(SetUpSite command, ImmutableArray<NewSiteFacts> facts, SitePlace place, ConfigurationPlace configuration, CopiedSite? copied)
    {
        if (command.RefuseSize() is { } size) return new(size);
        if (command.CopyFrom is not null && copied is not { Site.Exists: true }) return new(Reject.Invalid("copyFrom", "There is no such site."));

        var (errors, conflicts) = (new FieldErrors(), new List<Rejection>());
        var first = command.Sites[0].SiteId;
        var sites = ImmutableArray.CreateBuilder<SiteSetUp>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var n = 0; n < command.Sites.Length; n++)
        {
            var (site, at) = (n == 0 && copied is not null ? Copy(command.Sites[0], copied, configuration) : command.Sites[n], n);
            var parent = n == 0 ? command.ParentId : first;
            var hangs = n == 0 ? place : new SitePlace([first, .. place.Ancestors], 0, place.ArchivedAbove);
            var stands = n == 0 ? configuration : configuration with
            {
                SiteId = site.SiteId,
                Name = ConfigurationLevel.Site,
                Above = [.. configuration.Above, sites[0].Level],
            };
            var streams = ImmutableArray.CreateBuilder<StreamEvents>();

            void Take(Rejection? rejection, ImmutableArray<StreamEvents> accepted)
            {
                if (rejection is { Kind: RejectionKind.Invalid }) errors.Add(PathOf(at), rejection);
                else if (rejection is not null) conflicts.Add(rejection);
                streams.AddRange(accepted);
            }

            var created = CreateSite.Decide(new CreateSite(site.SiteId, site.Name, site.Domain, site.Settings, parent), facts[n].Site, facts[n].Domains[0], hangs);
            Take(created.Rejection, created.Streams);
            var state = State.Of<Site>(created.Accepted ? created.Streams[0].Events : []);
            for (var alias = 0; alias < site.Aliases.Length; alias++)
            {
                var name = site.Aliases[alias];
                if (DomainName.Problem(name) is { } problem) errors.Add(Under(n, $"aliases[{alias}]"), problem);
                else if (state.Exists && AddDomain.Decide(new AddDomain(site.SiteId, name), state, facts[n].Domains[alias + 1]) is var added)
                    Take(added.Rejection, added.Streams);
            }
            foreach (var domain in site.Aliases.Prepend(site.Domain).Where(domain => DomainName.Problem(domain) is null).Select(DomainName.Normalise))
                if (!taken.Add(domain)) errors.Add(Under(n, domain == DomainName.Normalise(site.Domain) ? "domain" : "aliases"), $"The domain '{domain}' stands twice.");
            if (!site.Values.IsEmpty && SetConfiguration.Decide(new SetConfiguration(site.Values), facts[n].Scope, stands) is var set)
                Take(set.Rejection, [new StreamEvents(stands.StreamId, set.Events)]);
            if (!site.Locks.IsEmpty && LockConfiguration.Decide(new LockConfiguration(site.Locks), facts[n].Scope, stands) is var locked)
                Take(Renamed(locked.Rejection), [new StreamEvents(stands.StreamId, locked.Events)]);
            sites.Add(new SiteSetUp(site, parent, stands.Above, new ConfigurationLevel(stands.Name, site.SiteId, site.Values, ConfigurationScope.Sorted(site.Locks.Distinct())), streams.ToImmutable()));
        }

        if (errors.Rejection is { } invalid) return new(invalid);
        if (conflicts is [{ } conflict, ..]) return new(conflict);
        var token = TokenOf(sites.ToImmutable());
        if (command.Token is { } asked && asked != token) return new(Reject.Conflict("token", "What the site would be has changed since the preview, or isn't what was previewed; look again."));
        return new(null, token, sites.ToImmutable());
    }

    /// <summary>JSON path of one of the sites.</summary>
    public static string PathOf(int n) => n == 0 ? "" : $"below[{n - 1}]";

    private static string Under(int n, string field) => n == 0 ? field : $"{PathOf(n)}.{field}";

    // A lock decision speaks of keys, the command of locks.
    private static Rejection? Renamed(Rejection? rejection) => rejection is null ? null : rejection with
    {
        Errors = rejection.Errors.ToImmutableSortedDictionary(error => $"locks{error.Key["keys".Length..]}", error => error.Value, StringComparer.Ordinal),
    };

    // What is locked where the new site hangs isn't taken along: there it has no effect, and would be refused.
    private static NewSite Copy(NewSite site, CopiedSite copied, ConfigurationPlace place) => site with
    {
        Settings = copied.Site.Settings.With(site.Settings, []),
        Values = copied.Scope.Values.With(Fields.Empty, copied.Scope.Values.Values.Keys.Where(key => EffectiveConfiguration.LockOf(place.Above, key) is not null || !place.Keys.ContainsKey(key))).With(site.Values, []),
        Locks = ConfigurationScope.Sorted(site.Locks.Union(copied.Scope.Locks.Where(place.Keys.ContainsKey))),
    };

    // Ids are new with each command, so they are no part of what was previewed.
    private static string TokenOf(ImmutableArray<SiteSetUp> sites)
    {
        var text = new StringBuilder();
        foreach (var site in sites)
        {
            Say([site.Site.Name.Trim(), DomainName.Normalise(site.Site.Domain), .. site.Site.Aliases.Select(DomainName.Normalise), Json(site.Site.Settings)]);
            foreach (var level in site.Above.Where(level => sites.All(other => other.Site.SiteId != level.SiteId)).Append(site.Level with { SiteId = null }))
                Say([level.Place, Json(level.Values), .. level.Locks]);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));

        void Say(IEnumerable<string> parts) => text.AppendJoin('\n', parts.Select(part => $"{part.Length}:{part}")).Append('\n');
        static string Json(Fields fields) => JsonSerializer.Serialize(fields, FieldsJson.Default.Fields);
    }
}

/// <summary>A site as it would be set up.</summary>
/// <param name="Site">With what was copied.</param>
/// <param name="ParentId">The site above.</param>
/// <param name="Above">Levels of configuration above it, from the platform down.</param>
/// <param name="Level">Its own.</param>
/// <param name="Streams">What would be appended.</param>
public sealed record SiteSetUp(NewSite Site, Guid? ParentId, ImmutableArray<ConfigurationLevel> Above, ConfigurationLevel Level, ImmutableArray<StreamEvents> Streams);

/// <summary>What setting a site up comes to.</summary>
/// <param name="Rejection">Why it's refused; null: it isn't.</param>
/// <param name="Token">What was looked at, in short.</param>
/// <param name="Sites">In the order of the command.</param>
public sealed record SetUpDecision(Rejection? Rejection, string Token = "", ImmutableArray<SiteSetUp> Sites = default)
{
    /// <summary>All of it, to be appended.</summary>
    public JointDecision ToJoint() => Rejection is { } rejection ? rejection : JointDecision.Of([.. Sites.SelectMany(site => site.Streams).GroupBy(stream => stream.StreamId).Select(stream => new StreamEvents(stream.Key, [.. stream.SelectMany(part => part.Events)]))]);
}

using System.Diagnostics;
using Platform.Domain.Identity;

namespace Platform.Api.Bench;

/// <summary>Decisions about access, beside a look-up in a set: what they'd cost if a site and a permission said it all.</summary>
internal sealed class AccessBench(int rounds, CancellationToken cancel)
{
    private const int Sites = 10_000, Grants = 100, Decisions = 200_000, Lists = 200;

    // Six below each, and what is left over below those of the last level but one.
    private const int Levels = 6, BelowEach = 6;

    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Guid[] _sites = [.. Enumerable.Range(0, Sites).Select(n => Guid.CreateVersion7())];
    private readonly Guid _user = Guid.CreateVersion7();

    public Task RunAsync()
    {
        var tenant = Tenant();
        var who = tenant.OfToken("somebody", ["analyst"]);
        var set = _sites.Select(site => (site, Permission.ContentEdit)).ToHashSet();
        var depth = _sites.Max(site => tenant.PathOf(site).Length);
        var (floor, tenantWide, onSite, list) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            BenchReport.Progress($"access: round {round + 1} of {rounds}");
            floor.Add(Measure(Decisions, n => set.Contains((_sites[n % Sites], Permission.ContentEdit))));
            tenantWide.Add(Measure(Decisions, _ => tenant.Decide(who, Permission.ContentRead, null, Now).Allowed));
            onSite.Add(Measure(Decisions, n => tenant.Decide(who, Permission.ContentEdit, _sites[n * 7919 % Sites], Now).Allowed));
            list.Add(Measure(Lists, _ => tenant.SitesWith(who, Permission.ContentEdit, Now) is not null));
        }
        BenchReport.Table($"Decisions about access: {Sites:#,##0} sites, {depth} levels, {Grants} grants and 10 denials for one user (median of {rounds} rounds)",
            ["floor: look-up in a set, ns", "in the tenant, ns", "on a site, with all its reasons, ns", "all sites on which one may, µs"],
            [[BenchReport.Number(Round.Middle(floor)), BenchReport.Number(Round.Middle(tenantWide)), BenchReport.Number(Round.Middle(onSite)), BenchReport.Number(Round.Middle(list) / 1_000)]]);
        return Task.CompletedTask;
    }

    private TenantAccess Tenant()
    {
        var facts = new List<AccessFact> { new(User: new(_user, "somebody")) };
        // Breadth first; who has enough waits behind the others.
        var parents = new Queue<(Guid Site, int Level)>();
        foreach (var (n, site) in _sites.Index())
        {
            if (n == 0)
            {
                facts.Add(new(Site: new(site, null)));
                parents.Enqueue((site, 1));
                continue;
            }
            var (parent, level) = parents.Peek();
            facts.Add(new(Site: new(site, parent)));
            if (level + 1 < Levels)
                parents.Enqueue((site, level + 1));
            if (n % BelowEach == 0)
                parents.Enqueue(parents.Dequeue());
        }
        for (var n = 0; n < Grants; n++)
            facts.Add(new(Grant: new(Guid.CreateVersion7(), _user, "editor", _sites[n * 97 % Sites], null, null, GrantStatus.Given, [])));
        for (var n = 0; n < 10; n++)
            facts.Add(new(Denial: new(Guid.CreateVersion7(), _user, Permission.ContentEdit, _sites[n * 991 % Sites])));
        var builtIn = RoleTable.Of(BuiltInRoles.All.Values.Select(role => new RoleNode(role.Name, role.Permissions, [])), isPlatform: true);
        return TenantAccess.Of(builtIn).With(facts);
    }

    /// <summary>Nanoseconds each.</summary>
    private static double Measure(int times, Func<int, bool> decide)
    {
        var allowed = 0;
        var started = Stopwatch.GetTimestamp();
        for (var n = 0; n < times; n++)
            allowed += decide(n) ? 1 : 0;
        var elapsed = Stopwatch.GetElapsedTime(started);
        GC.KeepAlive(allowed);
        return elapsed.TotalNanoseconds / times;
    }
}

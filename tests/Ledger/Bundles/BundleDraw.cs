namespace Platform.Ledger.Tests;

/// <summary>Random honest logs: a seed gives the same one again.</summary>
internal static class BundleDraw
{
    public static readonly string[] Tenants = ["tenant-a", "tenant-b", "tenant-c"];

    /// <summary>Several tenants and streams, a stream of tombstones, events that their writer signs, rotations of both keys, a second epoch, kept checkpoints.</summary>
    /// <param name="random">Where the choices come from.</param>
    /// <param name="most">The most events besides the announcements.</param>
    public static BundleHistory History(Random random, int most = 120)
    {
        var history = new BundleHistory(registersLog: random.Next(8) > 0) { HasQuorum = random.Next(2) == 0 };
        var streams = Enumerable.Range(0, random.Next(3, 9)).Select(n => (Tenant: Tenants[n % Tenants.Length], Id: Draw.Id(random))).ToList();
        // The same stream id in two tenants is two streams.
        streams.Add((Tenants[1], streams[0].Id));
        var tombstones = Draw.Id(random);
        var events = random.Next(20) == 0 ? random.Next(600) : random.Next(20, most);
        for (var n = 0; n < events; n++)
        {
            var (tenant, stream) = streams[random.Next(streams.Count)];
            var choice = random.Next(100);
            if (n == 5 && random.Next(10) > 0)
                history.RegisterWriter();
            else if (choice < 3 && n > 5 && history.Trust.Keys.Any(key => key.Role == KeyRole.Writer))
                history.Rotate(KeyRole.Writer);
            else if (choice < 5 && history.Size > 0)
                history.Rotate(KeyRole.Log);
            else if (choice < 6)
                history.OpenEpoch();
            else if (choice < 10)
                history.Keep();
            else if (choice < 16)
                history.Append(Tenants[0], tombstones, "tombstone", random, skip: random.Next(3));
            else
                history.Append(tenant, stream, choice < 25 ? "security.role-granted" : random.GetItems(["item_created", "item_edited"], 1)[0], random);
        }

        return history;
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Projections.Tests;

/// <summary>Events of every capability, as deciders would give them: a stream starts once, and an item that is archived is restored first.</summary>
public sealed class RandomHistory(DocumentStore store, Random random)
{
    private sealed record Open(string Tenant, Guid Id, bool IsItem)
    {
        public bool Archived { get; set; }
    }

    private readonly List<Open> _streams = [];

    /// <summary>One transaction over one to three streams.</summary>
    public async Task AppendAsync()
    {
        var tenant = random.Next(3) == 0 ? ProjectionFixture.OtherTenantId : ProjectionFixture.TenantId;
        var session = store.LightweightSession(new SessionOptions(tenant, random.Next(4) == 0 ? null : $"user-{random.Next(3)}"));
        for (var n = random.Next(1, 4); n > 0; n--)
            Change(session, tenant);
        await session.SaveChangesAsync();
    }

    private void Change(IDocumentSession session, string tenant)
    {
        var known = _streams.Where(s => s.Tenant == tenant).ToList();
        if (known.Count == 0 || random.Next(4) == 0)
            Start(session, tenant);
        else
        {
            var stream = known[random.Next(known.Count)];
            session.Events.Append(stream.Id, stream.IsItem ? ItemChange(stream) : SiteChange(stream.Id));
        }
    }

    private void Start(IDocumentSession session, string tenant)
    {
        var id = Guid.CreateVersion7();
        switch (random.Next(5))
        {
            case 0:
                session.Events.Append(id, new ContentTypeDefined($"type-{id:n}", [new FieldDefinition("title", "text", Required: true), new FieldDefinition("rank", "number")]));
                break;
            case 1:
                session.Events.Append(id, new RoleDefined($"role-{random.Next(5)}", ["content.read", .. random.Next(2) == 0 ? ["content.edit"] : ImmutableArray<string>.Empty], false));
                session.Events.Append(id, new RolePermissionsChanged($"role-{random.Next(7)}", ["content.read"]));
                break;
            case 2:
                session.Events.Append(id, new TenantProvisioned($"tenant{random.Next(9)}", "Größe 🌍"));
                break;
            case 3:
                session.Events.Append(id, new SiteCreated(id, "Site", $"{id:n}.example.org", Draw(), random.Next(2) == 0 ? null : Guid.CreateVersion7()));
                _streams.Add(new Open(tenant, id, IsItem: false));
                break;
            default:
                session.Events.Append(id, new ItemCreated(id, Guid.CreateVersion7(), "article", "de-AT", $"slug-{id:n}", Draw(), random.Next(2) == 0 ? null : Source()));
                _streams.Add(new Open(tenant, id, IsItem: true));
                break;
        }
    }

    private object ItemChange(Open item)
    {
        if (item.Archived)
        {
            item.Archived = false;
            return new ItemRestored(item.Id);
        }
        switch (random.Next(6))
        {
            case 0:
                return new ItemPublished(item.Id, random.Next(1, 9), Draw());
            case 1:
                return new ItemUnpublished(item.Id);
            case 2:
                return new ItemSlugChanged(item.Id, "from", $"to-{random.Next()}");
            case 3:
                item.Archived = true;
                return new ItemArchived(item.Id);
            default:
                return new ItemEdited(item.Id, random.Next(3) == 0 ? Fields.Empty : Draw(), random.Next(3) == 0 ? ["rank"] : [], random.Next(4) == 0 ? Source() : null);
        }
    }

    private object SiteChange(Guid site) => random.Next(4) switch
    {
        0 => new SiteRenamed(site, $"name {random.Next()}"),
        1 => new SiteDomainChanged(site, "from.example.org", $"to{random.Next()}.example.org"),
        2 => new SiteMoved(site, random.Next(2) == 0 ? null : Guid.CreateVersion7()),
        _ => new SiteSettingsChanged(site, Draw()),
    };

    private ContentSource Source() => new($"news/{random.Next(50)}.md", new string('a', 64));

    private Fields Draw() => Fields.Parse(JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["title"] = $"\"é\u2028 {random.Next()}",
        ["rank"] = random.NextDouble() * Math.Pow(10, random.Next(-9, 20)),
        [$"more {random.Next(3)}"] = new object?[] { null, true, 1.50m, new Dictionary<string, int> { ["ü"] = 1 } },
    }));
}

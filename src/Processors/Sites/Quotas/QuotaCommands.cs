using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Processors.Sites;

/// <summary>Limits for a tenant, named by its stream.</summary>
public sealed record LimitsOfTenant(Guid TenantStream, ImmutableArray<QuotaLimit> Limits);

/// <summary>Loads what each command of quotas is decided on.</summary>
public static class QuotaCommands
{
    public static async Task<Handled> Change(LimitsOfTenant command, IDocumentSession session, CancellationToken cancel)
    {
        var tenant = (await session.Events.AggregateStreamAsync<Tenant>(command.TenantStream, cancel: cancel)).State;
        return tenant.Exists
            ? await session.DecideAsync<TenantQuotas>(TenantQuotas.IdOf(tenant.TenantId), quotas => ChangeQuotas.Decide(new ChangeQuotas(tenant.TenantId, command.Limits), quotas), cancel)
            : new Handled(command.TenantStream, 0, Reject.NotFound("There is no such tenant."));
    }

    public static Task<Handled> Note(NoteUse command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<QuotaNotices>(QuotaNotices.Id, notices => NoteUse.Decide(command, notices), cancel);
}

using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections;

namespace Platform.Api.Hosting;

/// <summary>Hands the store what the domain has: it needs no reference to it.</summary>
public static class StoreComposition
{
    public static DocumentStore Compose(Database database, TimeProvider time, LogSigning? signing = null, string region = "local", PersonalData? personal = null, IAppendQuotas? quotas = null)
    {
        var options = new StoreOptions { Database = database, Time = time, Region = region, Signing = signing, Personal = personal, Quotas = quotas };
        foreach (var entry in EventCatalog.All.Values)
        {
            if (Quotas.AmountOf(entry.ClrType) is { } amount)
                options.Amounts.Add(entry.ClrType, amount);
            options.Events.Add(entry.Alias, entry.Json, [.. entry.Personal.Select(p => new PersonalProperty(p.Name, p.Subject, p.Text, p.IsSearchable))]);
        }
        foreach (var entry in StateCatalog.All.Values)
            AddState.MakeGenericMethod(entry.ClrType).Invoke(null, [options.Aggregates, entry]);
        foreach (var projection in ReadModels.All)
            options.Projections.Add(projection);
        return new DocumentStore(options);
    }

    private static readonly MethodInfo AddState = typeof(StoreComposition).GetMethod(nameof(Add), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static void Add<TState>(AggregateMap aggregates, StateEntry entry) where TState : IState<TState> =>
        aggregates.Add(new Aggregate<TState>(
            entry.Alias, entry.Shape, TState.Initial, (state, e) => state.Evolve(e.Data, e.Version), (JsonTypeInfo<TState>)entry.Json));
}

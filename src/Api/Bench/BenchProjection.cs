using System.Text.Json.Serialization.Metadata;
using Platform.EventStore;

namespace Platform.Api.Bench;

/// <summary>The simplest single-stream read model: how many events a stream has.</summary>
internal sealed class BenchProjection : SingleStreamProjection<BenchState>
{
    public override string Name => "bench_state";
    public override IReadOnlyList<string> EventTypes => ["bench.event"];
    protected override JsonTypeInfo<BenchState> Json => BenchJson.Default.BenchState;
    public override BenchState Evolve(BenchState? document, Event e) => new((document?.Events ?? 0) + 1);
}

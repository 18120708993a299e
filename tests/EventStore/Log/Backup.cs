namespace Platform.EventStore.Tests.Log;

/// <summary>The ledger's tables as they were, put back later: a restored backup, as far as the log can see one.</summary>
internal sealed class Backup(StoreFixture fixture, params string[] tables) : IAsyncDisposable
{
    private static readonly string[] Everything = ["event", "pending", "log", "tile", "edge", "head", "checkpoint", "key", "writer", "writer_signature"];

    private string[] Tables => tables.Length > 0 ? tables : Everything;

    public Task TakeAsync() => fixture.Owner.RunAsync($"""
        create schema backup; {string.Join("; ", Tables.Select(t => $"create table backup.{t} as table ledger.{t}"))};
        create table backup.mt_events as table public.mt_events; create table backup.mt_streams as table public.mt_streams; create table backup.sequencer as table platform.sequencer
        """);

    public Task RestoreAsync() => fixture.Owner.RunAsync($"""
        begin; set local session_replication_role = replica;
        {string.Join(";\n", Tables.Select(t => $"delete from ledger.{t}; insert into ledger.{t} select * from backup.{t}"))};
        {(tables.Length > 0 ? "" : "delete from public.mt_events; insert into public.mt_events select * from backup.mt_events; delete from public.mt_streams; insert into public.mt_streams select * from backup.mt_streams;")}
        {(tables.Length > 0 ? "" : "delete from platform.sequencer; insert into platform.sequencer select * from backup.sequencer;")}
        commit
        """);

    public async ValueTask DisposeAsync() => await fixture.Owner.RunAsync("drop schema backup cascade");
}

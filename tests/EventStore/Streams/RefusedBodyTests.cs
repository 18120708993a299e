using Npgsql;

namespace Platform.EventStore.Tests.Streams;

/// <summary>A body that jsonb can't hold is refused when the statement is executed, not when its parameters are bound.</summary>
public sealed class RefusedBodyTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task A_body_refused_while_its_statement_is_being_prepared_leaves_the_connection_right()
    {
        // One connection, so that every append is the next use of the same statement; Npgsql prepares it at the second.
        var one = new NpgsqlConnectionStringBuilder(fixture.ConnectionString) { MaxPoolSize = 1 }.ConnectionString;
        await using var database = new Database(DatabaseConnections.Through(one));
        var store = new DocumentStore(new StoreOptions { Database = database });
        store.Options.Events.Add("notes.page-written", NotebookJson.Default.PageWritten);

        for (var n = 0; n < 8; n++)
        {
            await AppendAsync("good");
            await Should.ThrowAsync<Exception>(() => AppendAsync("\0"));
            await AppendAsync("good");
        }

        async Task AppendAsync(string text)
        {
            var session = store.LightweightSession(new SessionOptions(StoreFixture.Tenant));
            session.Events.Append(Guid.CreateVersion7(), new PageWritten(text));
            await session.SaveChangesAsync();
        }
    }
}

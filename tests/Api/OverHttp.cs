using Npgsql;
using Platform.Api.Sites;
using Platform.Tests;

namespace Platform.Api.Tests;

/// <summary>A test over HTTP: a tenant of its own, and its people.</summary>
public abstract class OverHttp : IDisposable
{
    private readonly SharedApp _shared;
    private readonly List<HttpClient> _clients = [];

    /// <summary>Provisions the test's tenant: tokens reach the host by shells and bare sockets too.</summary>
    protected OverHttp(SharedApp shared)
    {
        _shared = shared;
        // Beyond the runner's few threads: those who wait here would keep from them what they wait for.
        Task.Run(() => shared.App.ProvisionAsync(Tenant)).GetAwaiter().GetResult();
    }

    protected PlatformApp App => _shared.App;

    /// <summary>The database as the tables' owner.</summary>
    protected NpgsqlDataSource Owner => _shared.Owner;

    protected string Tenant { get; } = TenantEndpoints.NewId();

    protected HttpClient Admin => field ??= As("admin");

    /// <summary>Somebody of this test's tenant, unless another is named; an operator is of the platform's.</summary>
    protected HttpClient As(string role, string? tenant = null) => Keep(App.Client(role, tenant ?? Tenant));

    /// <summary>An admin of another tenant.</summary>
    protected HttpClient Stranger() => As("admin", TenantEndpoints.NewId());

    protected HttpClient Nobody() => Keep(new HttpClient { BaseAddress = App.Url });

    /// <summary>Whoever has this token, of this test's tenant as a rule.</summary>
    protected HttpClient WithToken(string token)
    {
        var client = Keep(App.ClientOf(Tenant));
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return client;
    }

    /// <summary>Events of a tenant, this test's unless another is named; without those that tell of denied attempts and of clients' calls, which come when they come.</summary>
    protected async Task<long> CountEventsAsync(string? tenant = null)
    {
        await using var command = Owner.CreateCommand("select count(*) from public.mt_events where tenant_id = $1 and type not in ('audit.attempt-denied', 'identity.client-used')");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant ?? Tenant });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>
    /// Waits until a checkpoint covers a stream: what is tampered with before the log's second look stops the log for everybody on this host.
    /// </summary>
    protected async Task CoveredAsync(Guid stream)
    {
        await using var command = Owner.CreateCommand("select max(seq_id) from public.mt_events where stream_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        var last = (long)(await command.ExecuteScalarAsync())!;
        (await App.Store.QuerySession(Tenant).WaitForCheckpointAsync(last, TimeSpan.FromSeconds(60), cosigned: false)).ShouldNotBeNull();
    }

    /// <summary>Sends what must be refused: a problem of this kind, and nothing appended in this test's tenant.</summary>
    /// <param name="send">The request.</param>
    /// <param name="status">Expected.</param>
    /// <param name="kind">The last part of the problem's type.</param>
    /// <param name="field">A member that <c>errors</c> must name; null: any or none.</param>
    protected async Task<Answer> RefusedAsync(Func<Task<Answer>> send, int status, string kind, string? field = null)
    {
        var before = await CountEventsAsync();
        var answer = await send();
        answer.ShouldBeProblem(status, kind, field);
        (await CountEventsAsync()).ShouldBe(before, "a refused request appended events");
        return answer;
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        GC.SuppressFinalize(this);
    }

    private HttpClient Keep(HttpClient client)
    {
        _clients.Add(client);
        return client;
    }
}

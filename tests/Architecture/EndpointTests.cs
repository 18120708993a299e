using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Http;
using Platform.Api.Identity;
using Platform.Domain.Identity;

namespace Platform.Architecture.Tests;

/// <summary>What every endpoint of the host declares; one that declares nothing is closed, and shouldn't be there.</summary>
public sealed class EndpointTests(RunningPlatform platform)
{
    private IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. platform.App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()];

    private static bool IsPublic(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<PublicEndpoint>() is not null;

    // A resource that each tenant has one of needs no id in its path, and takes verbs all the same; so do metrics, which name themselves.
    private static bool IsOneOfATenant(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!.Trim('/').Split('/')[1] is "tenant" or "platform" or "me" || endpoint.RoutePattern.RawText!.Trim('/') == "api/analytics/metrics";

    // OpenID Connect has providers post a form: none has a key of ours to send it as a command.
    private static bool IsOfProviders(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!.Trim('/') == "api/sign-in/{tenant}/{provider}/logout";

    private IEnumerable<RouteEndpoint> OfApi => Endpoints.Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("api", StringComparison.Ordinal));

    [Fact]
    public void Every_endpoint_says_who_may_call_it()
    {
        Endpoints.Count.ShouldBeGreaterThan(20);
        foreach (var endpoint in Endpoints)
            new object?[] { endpoint.Metadata.GetMetadata<RequiredPermission>(), endpoint.Metadata.GetMetadata<AnyCaller>(), endpoint.Metadata.GetMetadata<PublicEndpoint>() }
                .Count(declared => declared is not null).ShouldBe(1, endpoint.DisplayName);
    }

    [Fact]
    public void Nothing_of_the_api_is_public_but_where_people_sign_in_tokens_are_got_and_visitors_come_by_and_the_log_of_tenants_who_allow_it() =>
        OfApi.Where(IsPublic).Select(e => e.RoutePattern.RawText!.Trim('/')).ShouldAllBe(route => route == "api/oauth/token" || route == "api/track" || route == "api/track/visitor" || route == "api/track/erase" || route == "api/track/profile" || route == "api/track/preferences" || route.StartsWith("api/sign-in/") || route.StartsWith("api/ledger/public/{tenant}/"));

    [Fact]
    public void Provisioning_is_for_tokens_alone_and_its_writes_count_as_writes()
    {
        var scim = Endpoints.Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("scim/v2/", StringComparison.Ordinal)).ToList();
        scim.Count.ShouldBeGreaterThan(10);
        foreach (var endpoint in scim)
        {
            IsPublic(endpoint).ShouldBeFalse(endpoint.DisplayName);
            endpoint.Metadata.GetMetadata<TokensOnly>().ShouldNotBeNull(endpoint.DisplayName);
            var isWrite = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single() != "GET";
            RateClassEndpoints.ClassOf(endpoint.Metadata).ShouldBe(isWrite ? RateClass.Write : RateClass.Read, endpoint.DisplayName);
            (endpoint.Metadata.GetMetadata<RequiredPermission>()?.Permission == Permission.UsersManage).ShouldBe(isWrite, endpoint.DisplayName);
        }
    }

    [Fact]
    public void Every_permission_asked_for_is_one_that_there_is_and_that_a_role_grants()
    {
        foreach (var permission in OfApi.Select(e => e.Metadata.GetMetadata<RequiredPermission>()?.Permission).OfType<string>())
        {
            Permission.All.ShouldContain(permission);
            BuiltInRoles.All.Values.ShouldContain(role => role.Permissions.Contains(permission), permission);
        }
    }

    [Fact]
    public void Every_endpoint_of_the_api_declares_its_problems()
    {
        foreach (var endpoint in OfApi)
        {
            var problems = endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Where(p => p.Type == typeof(ProblemBody)).Select(p => p.StatusCode).ToList();
            (IsPublic(endpoint) ? [503] : new[] { 401, 503 }).ShouldBeSubsetOf(problems, endpoint.DisplayName);
            if (endpoint.RoutePattern.Parameters.Count > 0)
                problems.ShouldContain(404, endpoint.DisplayName);
        }
    }

    [Fact]
    public void Whatever_writes_is_a_command_and_whatever_reads_is_none()
    {
        foreach (var endpoint in OfApi)
        {
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.ShouldHaveSingleItem(endpoint.DisplayName);
            new[] { "GET", "POST", "PUT" }.ShouldContain(method, endpoint.DisplayName);
            var command = endpoint.Metadata.GetMetadata<CommandMetadata>();
            (command is not null).ShouldBe(method != "GET" && endpoint.Metadata.GetMetadata<PostedQuestion>() is null && endpoint.Metadata.GetMetadata<NamedByIds>() is null && !IsOfProviders(endpoint), endpoint.DisplayName);
            command?.Starts.ShouldBe(method == "POST" && endpoint.RoutePattern.Parameters.Count == 0 && !IsOneOfATenant(endpoint), endpoint.DisplayName);
        }
    }
}

using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Timeouts;
using Platform.Api.Analytics;
using Platform.Api.Audit;
using Platform.Api.Collaboration;
using Platform.Api.Content;
using Platform.Api.Experiments;
using Platform.Api.Http;
using Platform.Api.Identity;
using Platform.Api.Monitoring;
using Platform.Api.Personalization;
using Platform.Api.Security;
using Platform.Api.Sites;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Analytics;
using Platform.Processors.Audit;
using Platform.Processors.Content;
using Platform.Processors.Experiments;
using Platform.Processors.Identity;
using Platform.Processors.Monitoring;
using Platform.Processors.Personalization;
using Platform.Processors.Security;
using Platform.Processors.Sites;

namespace Platform.Api.Hosting;

/// <summary>What one process of the platform does.</summary>
[Flags]
public enum NodeRoles
{
    None = 0,
    Api = 1,
    Projections = 2,
    Processors = 4,
    All = Api | Projections | Processors,
}

/// <param name="Connections">One connection string a database role.</param>
/// <param name="Urls">Where to listen, e.g. <c>http://127.0.0.1:8080</c>; port 0: any free one.</param>
/// <param name="Roles">Parts that this process runs.</param>
/// <param name="DevelopmentIssuer">Directory of the development issuer's key; null: tokens come from configured issuers only.</param>
/// <param name="Data">Directory of what the node keeps outside of the database: the ledger's keys and guard, unless configuration names others (<c>Ledger:Keys</c>, <c>Ledger:Guard</c>).</param>
public sealed record HostOptions(DatabaseConnections Connections, string Urls, NodeRoles Roles, string? DevelopmentIssuer, string Data);

/// <summary>Builds the process: the same for <c>./platform run</c>, the container and the tests.</summary>
public static class PlatformHost
{
    public static WebApplication Build(HostOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = options.DevelopmentIssuer is null ? Environments.Production : Environments.Development,
        });
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The body's reader answers 413 with a problem; the server reads on up to here, so that a client which is still sending hears it.
            kestrel.Limits.MaxRequestBodySize = 16 * JsonBody.MaxBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        AddLogging(builder);
        AddServices(builder.Services, options, builder.Configuration);
        configure?.Invoke(builder);

        var app = builder.Build();
        // Measures from now on.
        _ = app.Services.GetRequiredService<Instruments>();
        if (app.Services.GetService<RouteProbe>() is { } probe)
            app.Use(probe.Through);
        app.UseMiddleware<ProblemMiddleware>();
        app.UseOpenApi();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseMiddleware<PerformanceMiddleware>();
        app.UseMiddleware<RateLimitMiddleware>();
        app.UseMiddleware<PermissionMiddleware>();
        if (options.Roles.HasFlag(NodeRoles.Api))
        {
            MapApi(app.MapGroup("/api"));
            app.MapScim();
            app.MapStylesheets();
            app.MapTrackerScript();
            app.MapSchemas();
            DevelopmentProvider.Map(app);
        }
        MapHealth(app);
        app.MapGet("/", () => Results.Redirect("/swagger")).WithMetadata(new PublicEndpoint(), new Unrated()).ExcludeFromDescription();
        return app;
    }

    /// <summary>Starts what was built: tables first, then the host, then what every installation has from its first start.</summary>
    /// <param name="app">From <see cref="Build"/>.</param>
    /// <param name="demoTenant">Id of a tenant to provision if it isn't there; null: none.</param>
    /// <param name="cancel">Stops the start.</param>
    public static async Task StartAsync(WebApplication app, string? demoTenant, CancellationToken cancel = default)
    {
        var roles = app.Services.GetRequiredService<HostOptions>().Roles;
        if (roles.HasFlag(NodeRoles.Projections))
        {
            await app.Services.GetRequiredService<ProjectionDaemon>().PrepareAsync(cancel);
            await AnalystViews.PrepareAsync(app.Services.GetRequiredService<DocumentStore>(), cancel);
        }
        if (roles.HasFlag(NodeRoles.Processors))
            await app.Services.GetRequiredService<SubscriptionDaemon>().PrepareAsync(cancel);
        var seed = app.Services.GetRequiredService<Seed>();
        // Before anybody can have an event of weight appended: what is signed is signed by a key that was announced.
        await seed.KeysAsync(cancel);
        await app.StartAsync(cancel);
        var lastRole = await seed.RolesAsync(cancel);
        if (demoTenant is not null)
            await seed.TenantAsync(demoTenant, "Demo", cancel);
        if (roles.HasFlag(NodeRoles.Projections))
            await seed.AwaitRolesAsync(lastRole, cancel);
    }

    private static void MapApi(RouteGroupBuilder api)
    {
        api.MapContentTypes();
        api.MapItems();
        api.MapItemPlaces();
        api.MapItemViews();
        api.MapPool();
        api.MapSiteGates();
        api.MapRecommendations();
        api.MapRecommendationService();
        api.MapEditLeases();
        api.MapContentSearch();
        api.MapReleases();
        api.MapSites();
        api.MapSiteSetUp();
        api.MapSiteDomains();
        api.MapTenants();
        api.MapIsolationProbes();
        api.MapQuotas();
        api.MapConfiguration();
        api.MapBrands();
        api.MapConfigurationKeys();
        api.MapConfigurationChanges();
        api.MapRoles();
        api.MapUsers();
        api.MapGroups();
        api.MapGrants();
        api.MapClients();
        api.MapTokens();
        api.MapSignInProviders();
        api.MapSignIn();
        api.MapSessions();
        api.MapAccess();
        api.MapProjections();
        api.MapSubscriptions();
        api.MapPerformance();
        api.MapWebhooks();
        api.MapAudit();
        api.MapSigningKeys();
        api.MapSignatures();
        api.MapLedger();
        api.MapPublicLedger();
        api.MapAnalystTables();
        api.MapAnalystAccess();
        api.MapTenantFigures();
        api.MapTrack();
        api.MapTracker();
        api.MapVisitorRights();
        api.MapVisitorRetention();
        api.MapMetrics();
        api.MapBehaviour();
        api.MapCharts();
        api.MapSegments();
        api.MapSegmentMembers();
        api.MapFlags();
        api.MapFlagEvaluation();
        api.MapProfiles();
        api.MapOwnProfile();
        api.MapRules();
        api.MapDelivery();
        api.MapExperiments();
        api.MapExperimentEvaluation();
        api.MapExperimentResults();
        api.MapReports();
        api.MapVisitors();
        api.MapDataSubjects();
        api.MapSubjectRights();
        api.MapPurposes();
        api.MapPrivacyPolicy();
        api.MapProcessingRecord();
        api.MapSubjectKeys();
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        if (builder.Environment.IsDevelopment())
            builder.Logging.AddSimpleConsole(format => { format.SingleLine = true; format.TimestampFormat = "HH:mm:ss "; });
        else
            builder.Logging.AddJsonConsole(format => { format.IncludeScopes = true; format.UseUtcTimestamp = true; format.TimestampFormat = "O"; });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("Quartz", LogLevel.Warning);
        // A start that fails is said once, by whoever started the host.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }

    private static void AddServices(IServiceCollection services, HostOptions options, IConfiguration configuration)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new Database(options.Connections));
        services.AddSingleton(_ => LedgerFiles.Of(options.Data, configuration).Prepare());
        services.AddSingleton(_ => PersonalFiles.Of(options.Data, configuration).Prepare());
        services.AddSingleton(s => s.GetRequiredService<PersonalFiles>().Open(s.GetRequiredService<IDocumentStore>, s.GetRequiredService<ILogger<PersonalData>>()));
        services.AddSingleton(_ => PersonalKeyOptions.Of(configuration));
        services.AddSingleton(_ => IsolationProbeOptions.Of(configuration));
        services.AddSingleton(s => new IsolationProber(s.GetRequiredService<DocumentStore>(), s.GetRequiredService<CommandRunner>(), s.GetService<RouteProbe>()));
        services.AddSingleton(s => WitnessOptions.Of(configuration));
        services.AddSingleton(s => new PublishedLog(s.GetRequiredService<Database>().App));
        services.AddSingleton(s => StoreComposition.Compose(
            s.GetRequiredService<Database>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<LedgerFiles>().Signing(), configuration["Platform:Region"] ?? "local", s.GetRequiredService<PersonalData>(), s.GetRequiredService<AppendQuotas>()));
        services.AddQuotas(configuration);
        services.AddSingleton<IDocumentStore>(s => s.GetRequiredService<DocumentStore>());
        services.AddSingleton(s => new RequestKey(s.GetRequiredService<LedgerFiles>().Keys.Secret("requests.key")));
        services.AddSingleton(s => new TokenSecret(s.GetRequiredService<LedgerFiles>().Keys.Secret("tokens.key")));
        services.AddSingleton<CommandRunner>();
        services.AddSingleton<AccessModels>();
        services.AddSingleton<SignInModels>();
        services.AddSingleton<SignInCommands>();
        services.AddSingleton<TenantRegister>();
        services.AddSingleton<UserCommands>();
        services.AddSingleton<ProvisioningCommands>();
        services.AddSingleton<GroupCommands>();
        services.AddSingleton<GrantCommands>();
        services.AddSingleton<ClientCommands>();
        services.AddSingleton<ClientUseWriter>();
        services.AddSingleton<ConfigurationCache>();
        services.AddSingleton<FlagModels>();
        services.AddSingleton<ExperimentModels>();
        services.AddSingleton(_ => SiteOptions.Of(configuration, options.DevelopmentIssuer is not null));
        services.AddSingleton<DomainRecords>();
        services.AddSingleton<DomainCommands>();
        services.AddSingleton<BrandSheets>();
        services.AddSingleton<Seed>();
        services.AddSingleton<Sequencer>();
        services.AddSingleton(s => new ProjectionRebuild(s.GetRequiredService<DocumentStore>()));
        services.AddSingleton<NodeSignals>();
        services.AddHostedService<SignalService>();
        services.AddSingleton<SubscriptionDaemon>();
        services.AddSingleton<RebuildRunner>();
        services.AddSingleton<ProjectionCommands>();
        services.AddSingleton(s => new ProjectionDaemon(s.GetRequiredService<DocumentStore>(), s.GetRequiredService<ProjectionRebuild>(), s.GetRequiredService<ILogger<ProjectionDaemon>>())
        {
            OnBuilt = s.GetRequiredService<RebuildRunner>().RecordAsync,
        });
        services.AddSingleton<PersonalAnswers>();
        services.AddSingleton<ScimUsers>();
        services.AddSingleton<ScimGroups>();
        services.AddSingleton<DenialWriter>();
        services.AddSingleton<AnalystLogins>();
        services.AddSingleton<SiteHosts>();
        services.AddSingleton<BehaviourAnswers>();
        services.AddSingleton<OpenVisits>();
        services.AddSingleton<RuleModels>();
        services.AddSingleton<PageContents>();
        services.AddSingleton<DeliveredPages>();
        services.AddSingleton(s => new VisitorModels(s.GetRequiredService<IDocumentStore>()));
        services.AddSingleton(s => new PreferenceCookie(s.GetRequiredService<LedgerFiles>().Keys, s.GetRequiredService<TimeProvider>(), takesPlain: options.DevelopmentIssuer is not null));
        services.AddSingleton<BehaviourCollector>();
        services.AddSingleton(s => new VisitorNumbers(s.GetRequiredService<LedgerFiles>().Keys));
        services.AddVisitorData(collects: options.Roles.HasFlag(NodeRoles.Api));
        if (options.Roles.HasFlag(NodeRoles.Api))
        {
            services.AddSingleton<RouteProbe>();
            services.AddHostedService(s => s.GetRequiredService<DenialWriter>());
            services.AddHostedService(s => s.GetRequiredService<ClientUseWriter>());
            services.AddHostedService<AllowanceReturn>();
            services.AddHostedService<RecommenderUpkeep>();
            services.AddHostedService<RecommenderRenewal>();
        }
        if (options.Roles.HasFlag(NodeRoles.Projections))
        {
            services.AddHostedService<SequencerService>();
            services.AddHostedService<CheckpointCosigning>();
            services.AddHostedService<ProjectionService>();
            services.AddHostedService<ProjectionPauses>();
            services.AddHostedService<ProjectionRebuilds>();
        }
        if (options.Roles.HasFlag(NodeRoles.Processors))
        {
            services.AddHostedService<ChainGuardWatch>();
            services.AddHostedService<OutcomeExpiry>();
            services.AddHostedService<VisitorNumberExpiry>();
            services.AddHostedService<PreferenceKeyExpiry>();
            services.AddHostedService<SoftLimitWatch>();
            services.AddHostedService<ItemScheduler>();
            services.AddHostedService<ItemMigrator>();
            services.AddHostedService<AnalystWatch>();
            services.AddHostedService<TenantFigurePublishing>();
            services.AddHostedService<SubjectErasure>();
            services.AddHostedService<RetentionErasure>();
            services.AddHostedService<VisitorRetentionWatch>();
            services.AddHostedService<SegmentPlacing>();
            services.AddHostedService<ExperimentWatch>();
            services.AddHostedService<ErasedKeyWatch>();
            services.AddHostedService<IsolationProbing>();
            services.AddHostedService<AbandonedKeys>();
            services.AddHostedService<SubjectKeyRewrapping>();
            services.AddHostedService<DomainWatch>();
            services.AddHostedService<SubscriptionService>();
        }
        // A witness is one host, named in a file of the operator's; wherever else it would send us isn't it.
        services.AddHttpClient(CheckpointCosigning.Client).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddWebhooks(configuration);
        services.AddReports(configuration, makes: options.Roles.HasFlag(NodeRoles.Processors));
        services.AddSignIn(configuration, options.DevelopmentIssuer is not null);
        services.AddRecommendations(configuration, options.DevelopmentIssuer is not null);
        services.AddPlatformBearer(options.DevelopmentIssuer, configuration);
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromSeconds(60), TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable });
        services.AddSingleton<Instruments>();
        services.AddSingleton(_ => PerformanceOptions.Of(configuration));
        services.AddSingleton<TenantPerformance>();
        services.AddSingleton<PerformanceWriter>();
        services.AddHostedService(s => s.GetRequiredService<PerformanceWriter>());
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: ["ready"]).AddCheck<LedgerHealth>("ledger", tags: ["ready"])
            .AddCheck<SubscriptionHealth>("subscriptions", tags: ["ready"]).AddCheck<IsolationHealth>("isolation", tags: ["ready"]);
        services.AddOpenApiDocument();
    }

    private static void MapHealth(WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithMetadata(new PublicEndpoint(), new Unrated());
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready"), ResponseWriter = HealthReportWriter.WriteAsync }).WithMetadata(new PublicEndpoint(), new Unrated());
        app.MapGet("/metrics", Metrics.WriteAsync).WithMetadata(new PublicEndpoint(), new Unrated()).ExcludeFromDescription();
    }
}

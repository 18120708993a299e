using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Personalization;
using Platform.Processors.Sites;
using Platform.Projections.Personalization;

namespace Platform.Api.Personalization;

/// <summary>Rules: what some visitors are shown otherwise, on a site and those below.</summary>
public static class RuleEndpoints
{
    private const int LongestPath = 500;

    private static readonly PersonalizationRules Details = new();
    private static readonly RulePolicies Policies = new();

    /// <summary>Who may on its site may on a rule.</summary>
    private static SitesOfRequest OfRule { get; } = new("the rule's site", async (http, store) =>
        Guid.TryParse(http.GetRouteValue("id") as string, out var id) && (await store.QuerySession(Caller.Of(http).TenantId).Events.AggregateStreamAsync<Rule>(id, cancel: http.RequestAborted)).State is { Exists: true } rule
            ? [rule.SiteId] : []);

    private static RuleJson Json => RuleJson.Default;

    public static void MapRules(this RouteGroupBuilder api)
    {
        var rules = api.MapGroup("/personalization/rules").WithTags("Personalization");
        rules.MapStart("/", Json.RuleBody, Define, RuleCommands.Define).Requires(Permission.RulesEdit).OfSiteIn<DefineRule>("the site that the body names", command => command.SiteId)
            .Describe("DefineRule", "Write a rule", $"Nobody is shown anything by it until it's published. Conditions are those of /schemas/conditions.v1.json, which look at profile (what is known of the visitor), and at page, host, country, device, browser and system of the request. A tenant has at most {RuleList.Most}.");
        rules.MapReplace("/{id:guid}", Json.RuleChangeBody, Change, RuleCommands.Change).Requires(Permission.RulesEdit).OfSite(OfRule)
            .Describe("ChangeRule", "Write a rule anew", "What is live stays so until that is published. A version from before is had by ?asOf= and sent again.");
        rules.MapVerb("/{id:guid}/publish", Json.EmptyBody, (_, to) => new PublishRule(to.Id, to.Caller.Subject), RuleCommands.Publish, optional: true).Requires(Permission.RulesPublish).OfSite(OfRule)
            .Describe("PublishRule", "Let a rule live as it's written", "Everywhere within a second; where the tenant's policy takes four eyes it's proposed, and lives once somebody else approves. Refused where a locked rule above has its key, and where its redirect would send visitors in a circle.");
        rules.MapVerb("/{id:guid}/approve", Json.EmptyBody, (_, to) => new ApproveRule(to.Id, to.Caller.Subject), RuleCommands.Approve, optional: true).Requires(Permission.RulesPublish).OfSite(OfRule)
            .Describe("ApproveRule", "Agree to a proposed rule", "By somebody else than who wrote or proposed it.");
        rules.MapVerb("/{id:guid}/refuse", Json.RefuseRuleBody, (body, to) => new RefuseRule(to.Id, body.Reason), RuleCommands.Refuse).Requires(Permission.RulesPublish).OfSite(OfRule)
            .Describe("RefuseRule", "Don't agree to a proposed rule", "It stays as it's written, and what was live stays so.");
        rules.MapVerb("/{id:guid}/withdraw", Json.EmptyBody, (_, to) => new WithdrawRule(to.Id), RuleCommands.Withdraw, optional: true).Requires(Permission.RulesPublish).OfSite(OfRule)
            .Describe("WithdrawRule", "Take a rule out of use", "Everywhere within a second; what is written stays.");
        rules.MapVerb("/{id:guid}/archive", Json.EmptyBody, (_, to) => new ArchiveRule(to.Id), RuleCommands.Archive, optional: true).Requires(Permission.RulesPublish).OfSite(OfRule)
            .Describe("ArchiveRule", "Put a rule away", "It isn't live any more, and its key is free: one that it overrode counts again.");
        rules.MapGet("/", ListAsync).Requires(Permission.RulesRead).OnAnySite("Shows rules of sites on which the caller has it.").Collection<RuleDetails>()
            .Filter("siteId", "Only of this site").Filter("proposed", "true: only those that wait for somebody's agreement")
            .Describe("ListRules", "Rules of the tenant", "In id order, live or not, without archived ones.");
        rules.MapGet("/{id:guid}", GetAsync).Requires(Permission.RulesRead).OfSite(OfRule).Resource<RuleDetails>().Describe("GetRule", "A rule, as it is or as it was", "Read from its stream: never stale.");
        MapPolicy(api.MapGroup("/personalization/rule-policy").WithTags("Personalization"));
        var site = api.MapGroup("/sites/{id:guid}/rules").WithTags("Personalization");
        site.MapGet("/", OfSiteAsync).Requires(Permission.RulesRead).OfSite().Answers<SiteRulesBody>().Problems(ProblemKind.NotFound)
            .Describe("GetSiteRules", "The rules that count on a site", "Its own and inherited ones, in the order in which they are looked at; after them those that are overridden, with by which.");
        site.MapPost("/preview", PreviewAsync).Requires(Permission.RulesRead).OfSite().WithMetadata(new PostedQuestion()).Accepts<RulePreviewBody>("application/json").Answers<RulePreviewAnswer>()
            .Problems(ProblemKind.Malformed, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType)
            .Describe("PreviewRules", "What a visitor would be shown on a page, and why", "Of each rule whether it holds and by what, which of its actions count, and what keeps it from counting. A rule that isn't live can be tried with ruleId.");
    }

    private static void MapPolicy(RouteGroupBuilder policy)
    {
        policy.MapReplace("/", Json.RulePolicyBody, (body, _) => new SetRulePolicy(body.FourEyes), (command, session, cancel) =>
                session.DecideAsync<RulePolicy>(RulePolicy.Id, state => SetRulePolicy.Decide(command, state), cancel))
            .Requires(Permission.RulesManage).Describe("SetRulePolicy", "Say how rules come live", "With four eyes: somebody else than who wrote or proposed a rule has to agree.");
        policy.MapGet("/", PolicyAsync).Requires(Permission.RulesRead).Resource<RulePolicyDetails>().Describe("GetRulePolicy", "How rules come live", "Version 0: nothing was said, and they live when they are published.");
    }

    private static DefineRule Define(RuleBody body, CommandTarget to)
    {
        var (content, errors) = body.Read();
        return new(to.Id, body.SiteId ?? throw Problem.Missing("siteId"), body.Key, body.Name, content, errors, to.Caller.Subject);
    }

    private static ChangeRule Change(RuleChangeBody body, CommandTarget to)
    {
        var (content, errors) = body.Read();
        return new(to.Id, body.Name, content, errors, to.Caller.Subject);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, site, proposed) = (Reading.Limit(http), Reading.IdCursor(http), Reading.Uuid(http, "siteId"), Reading.Text(http, "proposed", "true") is not null);
        await Reading.AwaitAsync(http, session, RuleDetails.ReadModel);
        var answer = await RuleDetails.ListAsync(session, site, CallerAccess.Of(http).SitesWith(Permission.RulesRead), proposed, after, limit, http.RequestAborted);
        Reading.Index(http, answer);
        return Results.Json(new Page<RuleDetails>([.. answer.Items], Reading.NextCursor(answer.Items, limit, rule => rule.Id.ToString())), Json.PageRuleDetails);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var rule = await Reading.FoldAsync(http, store, Details, id) is { IsArchived: false, Rule: var kept } ? kept : null;
        return Reading.Single(http, rule, rule?.Version ?? 0, Json.RuleDetails);
    }

    private static Task<IResult> PolicyAsync(HttpContext http, IDocumentStore store) =>
        Reading.SettingAsync(http, store, Policies, RulePolicy.Id, RulePolicyDetails.Usual, policy => policy.Version, PersonalizationReadJson.Default.RulePolicyDetails);

    private static async Task<IResult> OfSiteAsync(HttpContext http, Guid id, RuleModels models)
    {
        var (rules, changed) = await models.OfAsync(Caller.Of(http).TenantId, id, http.RequestAborted) ?? throw NoSite();
        Reading.Index(http, changed);
        return Results.Json(new SiteRulesBody([.. rules.InOrder.Select(rule => Of(rule, null)), .. rules.Overridden.Select(one => Of(one.Rule, one.By))]), Json.SiteRulesBody);

        static SiteRuleBody Of(LiveRule rule, Guid? by) => new(rule.Id, rule.SiteId, rule.Key, rule.Name, rule.Content, by);
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, Guid id, RuleModels models, VisitorModels visitors, ConfigurationCache configurations, IDocumentStore store, TimeProvider time)
    {
        var (body, tenant) = ((await JsonBody.ReadAsync(http, Json.RulePreviewBody)).Value, Caller.Of(http).TenantId);
        var session = store.QuerySession(tenant);
        var draft = body.RuleId is { } ruleId ? await FindAsync(session, ruleId, http.RequestAborted) : null;
        var (rules, changed) = await models.OfAsync(tenant, id, http.RequestAborted, draft) ?? throw NoSite();
        if (body.Page is not { Length: > 0 and <= LongestPath } page || page[0] != '/')
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "page", $"Must be a path of at most {LongestPath} characters, with a slash first."));
        var visitor = body.Visitor is { } number ? await visitors.ReadAsync(session, number, http.RequestAborted) : null;
        var context = RequestContext.Of(visitor, await configurations.UpAsync(tenant, id, http.RequestAborted), body.Attributes is { } attributes ? RequestContext.MembersOf(attributes) : [], page);
        Reading.Index(http, changed);
        var (outcome, trace) = rules.Explain(page, context, body.At ?? CommandTarget.NowOf(time));
        return Results.Json(new RulePreviewAnswer(outcome.Redirect, outcome.Variants, outcome.Slots, outcome.Recommended, outcome.Attributes, context.Attributes, [.. context.Segments.Order()], trace), Json.RulePreviewAnswer);
    }

    private static ProblemException NoSite() => new(new Problem(ProblemKind.NotFound, "There is no such site."));

    private static async Task<LiveRule> FindAsync(IQuerySession session, Guid ruleId, CancellationToken cancel) =>
        (await session.Events.AggregateStreamAsync<Rule>(ruleId, cancel: cancel)).State is { Exists: true } rule
            ? new LiveRule(ruleId, rule.SiteId, rule.Key, rule.Name, rule.Draft)
            : throw new ProblemException(Problem.Field(ProblemKind.Invalid, "ruleId", "There is no such rule."));
}

using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Processors.Security;
using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>How a tenant goes about personal data.</summary>
public static class PrivacyPolicyEndpoints
{
    private static readonly PrivacyPolicyProjection Details = new();

    public static void MapPrivacyPolicy(this RouteGroupBuilder api)
    {
        var policy = api.MapGroup("/privacy/policy").WithTags("Privacy");
        policy.MapReplace("/", PrivacyBodies.Default.PrivacyPolicyBody, Bind, PrivacyCommands.SetPolicy)
            .Requires(Permission.PrivacyManage).Describe("SetPrivacyPolicy", "Set how the tenant goes about personal data", "All of it: four eyes on erasures, their deadline, and rules by which data is erased by itself.");
        policy.MapGet("/", GetAsync).Requires(Permission.PrivacyRead).Resource<PrivacyPolicyDetails>()
            .Describe("GetPrivacyPolicy", "How the tenant goes about personal data, or went", "Version 0: nothing was set, and the usual holds.");
    }

    private static SetPrivacyPolicy Bind(PrivacyPolicyBody body, CommandTarget to) => new(
        body.FourEyes ?? false, body.DeadlineDays ?? PrivacyPolicy.UsualDeadlineDays, [.. (body.Retention ?? []).Select(rule => new RetentionRule(rule.Name?.Trim() ?? "", rule.Days ?? 0, rule.Since ?? ""))]);

    private static Task<IResult> GetAsync(HttpContext http, IDocumentStore store) =>
        Reading.SettingAsync(http, store, Details, PrivacyPolicy.Id, PrivacyPolicyDetails.Usual, policy => policy.Version, SecurityReadJson.Default.PrivacyPolicyDetails);
}

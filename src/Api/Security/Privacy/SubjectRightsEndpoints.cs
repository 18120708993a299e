using Microsoft.AspNetCore.Http.Timeouts;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.Processors.Security;

namespace Platform.Api.Security;

/// <summary>The rights of data subjects beside erasure: consent, restriction, objection, access and portability.</summary>
public static class SubjectRightsEndpoints
{
    private static PrivacyBodies Json => PrivacyBodies.Default;

    public static void MapSubjectRights(this RouteGroupBuilder api)
    {
        var subject = api.MapGroup("/privacy/subjects/{id:guid}").WithTags("Privacy");

        subject.MapVerb("/give-consent", Json.ConsentBody,
                (body, to) => new GiveConsent(to.Id, body.Purpose ?? "", body.PurposeVersion ?? 0, body.Evidence, body.GuardianId, body.GuardianStatement), SubjectRightsCommands.GiveConsent)
            .Requires(Permission.PrivacyManage).Describe("GiveConsent", "Record that a person consents to a purpose",
                "To its current version, and only where its basis is consent. For a child a guardian consents, a data subject as well: what each said is sealed under their own key, and goes with its own erasure.");
        subject.MapVerb("/withdraw-consent", Json.OfPurposeBody, (body, to) => new WithdrawConsent(to.Id, body.Purpose ?? ""), SubjectRightsCommands.WithdrawConsent)
            .Requires(Permission.PrivacyManage).Describe("WithdrawConsent", "Record that a person consents no more", "Without a reason: it's as easy as giving it.");

        subject.MapVerb("/restrict", Json.ReasonBody, (body, to) => new RestrictSubject(to.Id, body.Reason), SubjectRightsCommands.Restrict)
            .Requires(Permission.PrivacyManage).Describe("RestrictDataSubject", "Keep a person's data, and use it for nothing else",
                "Texts about them are [restricted] for callers without privacy.manage, and retention rules don't erase them. The reason is sealed.");
        subject.MapVerb("/lift-restriction", Json.ReasonBody, (body, to) => new LiftRestriction(to.Id, body.Reason), SubjectRightsCommands.LiftRestriction)
            .Requires(Permission.PrivacyManage).Describe("LiftRestriction", "Use a person's data again", "They are told before. The reason is sealed.");

        subject.MapVerb("/object", Json.ObjectionBody, (body, to) => new RaiseObjection(to.Id, body.Purpose ?? "", body.Grounds), SubjectRightsCommands.Object)
            .Requires(Permission.PrivacyManage).Describe("ObjectToPurpose", "Record that a person objects to a purpose", "Only to purposes of public or legitimate interests.");
        subject.MapVerb("/withdraw-objection", Json.OfPurposeBody, (body, to) => new WithdrawObjection(to.Id, body.Purpose ?? ""), SubjectRightsCommands.WithdrawObjection)
            .Requires(Permission.PrivacyManage).Describe("WithdrawObjection", "Record that a person objects no more", "To the purpose named.");
        subject.MapVerb("/override-objection", Json.ObjectionBody, (body, to) => new OverrideObjection(to.Id, body.Purpose ?? "", body.Grounds), SubjectRightsCommands.OverrideObjection)
            .Requires(Permission.PrivacyManage).Describe("OverrideObjection", "Go on with a purpose in spite of an objection", "On compelling grounds, which the person is told; they are sealed.");

        subject.MapVerb("/provide", Json.ProvideBody, (body, to) => new ProvideSubjectData(to.Id, body.Format ?? "json", body.To), SubjectRightsCommands.Provide, optional: true)
            .Requires(Permission.PrivacyManage).Describe("ProvideSubjectData", "Record that a person was given a copy of their data", "The copy itself: GET /api/privacy/subjects/{id}/export.");
        subject.MapGet("/export", SubjectExport.GetAsync).Requires(Permission.PersonalRead).Expensive(isLong: true).Produces<SubjectCopy>(StatusCodes.Status200OK, "application/json", "text/html")
            .Problems(ProblemKind.Invalid, ProblemKind.NotFound)
            .WithMetadata(new Indexed(), new QueryParameter("format", "json (default), for programs, or html, for people: one page, to be read or printed"), new DisableRequestTimeoutAttribute())
            .Describe("ExportSubjectData", "All that is known of a person, as a copy for them",
                "What is kept now, their consents, restriction and objections, the tenant's purposes, and every event about them with its texts, its hash and the path of its proof. Kept by no cache. JSON ends with complete: true, HTML with its last tag; what ends earlier was cut short: ask again.");
    }
}

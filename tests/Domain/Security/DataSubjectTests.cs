using Platform.Domain.Security;
using Platform.Ledger;

namespace Platform.Domain.Tests.Security;

public sealed class DataSubjectTests
{
    private static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000050");
    private static readonly Guid KeyId = new("0198c0de-0000-7000-8000-000000000051");
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SubjectRegistered Registered = new(Id, Stored, Stored);
    private static readonly ErasureRequested Asked = new(Id, ErasureCause.Subject, "jane", Noon.AddDays(30), false);
    private static readonly ErasureRequested AskedOfTwo = Asked with { NeedsApproval = true };

    private static PersonalText Stored => PersonalText.Sealed("eyJhbGciOiJkaXIi...");

    private static SubjectMembers Members(string? name = null, string? email = null, string? phone = null, string? address = null, string? reference = null) =>
        SubjectMembers.Plain(name, email, phone, address, reference);

    private static RequestErasure Request(string cause = ErasureCause.Subject, string? reason = null, PrivacyPolicy? policy = null) =>
        new(Id, cause, "jane", reason, policy ?? PrivacyPolicy.Initial, Noon);

    [Fact]
    public void A_person_is_registered_with_trimmed_texts_and_without_empty_ones() =>
        Spec.Given<DataSubject>().When(new RegisterSubject(Id, Members(" Ada ", "ada@example.org", " "))).Then(new SubjectRegistered(Id, PersonalText.Plain("Ada"), PersonalText.Plain("ada@example.org")));

    [Fact]
    public void Some_text_is_needed_and_all_that_is_wrong_is_told_without_repeating_it()
    {
        Spec.Given<DataSubject>().When(new RegisterSubject(Id, Members(" "))).ThenInvalid(("name", "Name, e-mail address, phone, address or reference: at least one is required."));
        Spec.Given<DataSubject>().When(new RegisterSubject(Id, Members(new string('a', 501), "ada", "1\n2", "a\tb", "x\0"))).ThenInvalid(
            ("name", "Must be at most 500 characters long."), ("email", "Must be an address such as name@example.org."), ("phone", "Must hold no control characters."),
            ("address", "Must hold no control characters."), ("reference", "Must hold no control characters."));
        Spec.Given<DataSubject>().When(new RegisterSubject(Id, Members(address: "Street 1\nTown"))).Then(new SubjectRegistered(Id, Address: PersonalText.Plain("Street 1\nTown")));
        Spec.Given<DataSubject>(Registered).When(new RegisterSubject(Id, Members("Ada"))).ThenRejected("There is such a data subject already.");
    }

    [Fact]
    public void What_a_rectification_does_not_name_is_kept_no_more() =>
        Spec.Given<DataSubject>(Registered).When(new RectifySubject(Id, Members("Ada King", phone: "1"))).Then(new SubjectRectified(Id, PersonalText.Plain("Ada King"), Phone: PersonalText.Plain("1"), Removed: ["email"]));

    [Fact]
    public void Nobody_is_rectified_who_is_not_there_or_is_being_erased()
    {
        Spec.Given<DataSubject>().When(new RectifySubject(Id, Members("Ada"))).ThenNotFound("There is no such data subject.");
        Spec.Given<DataSubject>(Registered, Asked).When(new RectifySubject(Id, Members("Ada"))).ThenRejected("The data subject's erasure is under way or done: nothing is recorded of them any more.");
        Spec.Given<DataSubject>(Registered).When(new RectifySubject(Id, Members())).ThenInvalid(
            ("name", "Name, e-mail address, phone, address or reference: at least one is required. To keep nothing, ask for the erasure."));
        Spec.Given<DataSubject>(Registered, AskedOfTwo).When(new RectifySubject(Id, Members("Ada"))).Then(new SubjectRectified(Id, PersonalText.Plain("Ada"), Removed: ["email"]));
    }

    [Fact]
    public void An_erasure_has_the_policys_deadline_and_is_asked_for_once()
    {
        Spec.Given<DataSubject>(Registered).When(Request(reason: " I left ")).Then(Asked with { Reason = PersonalText.Plain("I left") });
        Spec.Given<DataSubject>(Registered).When(Request(policy: PrivacyPolicy.Initial with { FourEyes = true, DeadlineDays = 7 })).Then(AskedOfTwo with { Deadline = Noon.AddDays(7) });
        Spec.Given<DataSubject>(Registered, Asked).When(Request()).ThenNothing();
        Spec.Given<DataSubject>(Registered, Asked, new ErasureCompleted(Id, [KeyId])).When(Request()).ThenNothing();
        Spec.Given<DataSubject>().When(Request()).ThenNotFound("There is no such data subject.");
        Spec.Given<DataSubject>(Registered).When(Request("whim", new string('x', 2001))).ThenInvalid(("cause", "One of subject, no-purpose, obligation."), ("reason", "Must be at most 2000 characters long."));
    }

    [Fact]
    public void Whoever_was_kept_as_long_as_a_rule_says_is_erased_without_four_eyes()
    {
        var rule = new RetentionRule("Leads", 30, RetentionStart.LastEvent);
        var policy = PrivacyPolicy.Initial with { FourEyes = true, Retention = [rule] };
        var due = new EraseByRule(Id, rule, "platform:privacy", Noon.AddDays(-99), Noon.AddDays(-30), policy, Noon);
        Spec.Given<DataSubject>(Registered).When(due).Then(new ErasureRequested(Id, ErasureCause.Retention, "platform:privacy", Noon.AddDays(30), NeedsApproval: false, Rule: "Leads"));
        Spec.Given<DataSubject>(Registered).When(due with { LastEventAt = Noon.AddDays(-30).AddSeconds(1) }).ThenNothing();
        var registration = rule with { Since = RetentionStart.Registration };
        Spec.Given<DataSubject>(Registered).When(due with { Rule = registration, LastEventAt = Noon, Policy = policy with { Retention = [registration] } })
            .Then(new ErasureRequested(Id, ErasureCause.Retention, "platform:privacy", Noon.AddDays(30), NeedsApproval: false, Rule: "Leads"));
        Spec.Given<DataSubject>(Registered).When(due with { Rule = registration, RegisteredAt = Noon.AddDays(-30).AddSeconds(1), Policy = policy with { Retention = [registration] } }).ThenNothing();
        Spec.Given<DataSubject>(Registered).When(due with { Policy = policy with { Retention = [rule with { Days = 31 }] } }).ThenRejected("The policy has no such rule any more.");
        Spec.Given<DataSubject>(Registered, new SubjectRestricted(Id, Stored)).When(due).ThenRejected("The data is restricted: it's kept until that is lifted.");
        foreach (var asked in new[] { Asked, AskedOfTwo })
            Spec.Given<DataSubject>(Registered, asked).When(due).ThenNothing();
        Spec.Given<DataSubject>().When(due).ThenNotFound("There is no such data subject.");
        Spec.Given<DataSubject>(Registered).When(Request(ErasureCause.Retention)).ThenInvalid(("cause", "One of subject, no-purpose, obligation."));
    }

    [Fact]
    public void It_takes_somebody_else_to_approve()
    {
        Spec.Given<DataSubject>(Registered, AskedOfTwo).When(new ApproveErasure(Id, "jane")).ThenRejected("Whoever asked for an erasure can't approve it: it takes somebody else.");
        Spec.Given<DataSubject>(Registered, AskedOfTwo).When(new ApproveErasure(Id, "joe")).Then(new ErasureApproved(Id));
        Spec.Given<DataSubject>(Registered, AskedOfTwo, new ErasureApproved(Id)).When(new ApproveErasure(Id, "joe")).ThenNothing();
        Spec.Given<DataSubject>(Registered).When(new ApproveErasure(Id, "joe")).ThenRejected("No erasure was asked for.");
        Spec.Given<DataSubject>().When(new ApproveErasure(Id, "joe")).ThenNotFound("There is no such data subject.");
    }

    [Fact]
    public void A_refused_erasure_can_be_asked_for_again()
    {
        Spec.Given<DataSubject>(Registered, AskedOfTwo).When(new RefuseErasure(Id, "A law ")).Then(new ErasureRefused(Id, PersonalText.Plain("A law")));
        Spec.Given<DataSubject>(Registered, AskedOfTwo).When(new RefuseErasure(Id, " ")).ThenInvalid(("reason", "Is required."));
        Spec.Given<DataSubject>(Registered, Asked).When(new RefuseErasure(Id, "A law")).ThenRejected("The erasure is under way or done.");
        Spec.Given<DataSubject>(Registered, AskedOfTwo, new ErasureRefused(Id, Stored)).When(Request()).Then(Asked);
    }

    [Fact]
    public void Keys_are_named_once_they_are_destroyed()
    {
        Spec.Given<DataSubject>(Registered, Asked).When(new CompleteErasure(Id, [KeyId])).Then(new ErasureCompleted(Id, [KeyId]));
        Spec.Given<DataSubject>(Registered, AskedOfTwo).When(new CompleteErasure(Id, [KeyId])).ThenRejected("No erasure is under way.");
        Spec.Given<DataSubject>(Registered, AskedOfTwo, new ErasureApproved(Id), new ErasureCompleted(Id, [KeyId])).When(new CompleteErasure(Id, [KeyId])).ThenNothing();
    }

    /// <summary>The stream of somebody whose registration failed after their key was made is closed before the key is destroyed: what is still under way finds that.</summary>
    [Fact]
    public void Whoever_was_never_registered_is_given_up_for_good()
    {
        var abandon = new AbandonSubject(Id, KeyId);
        Spec.Given<DataSubject>().When(abandon).Then(new ErasureCompleted(Id, [KeyId]));
        Spec.Given<DataSubject>(Registered).When(abandon).ThenNothing();
        Spec.Given<DataSubject>(new ErasureCompleted(Id, [KeyId])).When(abandon).ThenNothing();
        Spec.Given<DataSubject>(new ErasureCompleted(Id, [KeyId])).When(new RegisterSubject(Id, SubjectMembers.Plain("Ada", null, null, null, null)))
            .ThenRejected("The data subject's erasure is under way or done: nothing is recorded of them any more.");
        Spec.Given<DataSubject>(new ErasureCompleted(Id, [KeyId])).When(Request()).ThenNotFound("There is no such data subject.");
    }

    [Fact]
    public void A_policy_replaces_the_one_before_and_all_that_is_wrong_is_told()
    {
        var leads = new RetentionRule("Leads", 365, RetentionStart.LastEvent);
        Spec.Given<PrivacyPolicy>().When(new SetPrivacyPolicy(true, 14, [leads])).Then(new PrivacyPolicySet(true, 14, [leads]));
        Spec.Given<PrivacyPolicy>(new PrivacyPolicySet(true, 14, [leads])).When(new SetPrivacyPolicy(true, 14, [leads])).ThenNothing();
        Spec.Given<PrivacyPolicy>().When(new SetPrivacyPolicy(true, 0, [leads, leads with { Days = 0, Since = "birth" }, leads with { Name = "" }])).ThenInvalid(
            ("deadlineDays", "Must be 1 to 90."), ("retention[1].name", "Stands twice."), ("retention[1].days", "Must be 1 to 36500."),
            ("retention[1].since", "One of registration, last-event."), ("retention[2].name", "Is required."));
        Spec.Given<PrivacyPolicy>().When(new SetPrivacyPolicy(true, 14, [.. Enumerable.Range(0, 21).Select(n => leads with { Name = $"{n}" })])).ThenInvalid(("retention", "At most 20 rules."));
    }
}

using Platform.Domain.Security;
using Platform.Ledger;

namespace Platform.Domain.Tests.Security;

/// <summary>Consent, restriction, objection, and copies.</summary>
public sealed class SubjectRightsTests
{
    private static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000060");
    private static readonly Guid GuardianId = new("0198c0de-0000-7000-8000-000000000061");
    private static readonly SubjectRegistered Registered = new(Id, Stored);
    private static readonly ErasureRequested Asked = new(Id, ErasureCause.Subject, "jane", new DateTimeOffset(2030, 6, 1, 12, 0, 0, TimeSpan.Zero), false);
    private static readonly Purpose News = new() { Name = "newsletter", LegalBasis = LegalBasis.Consent, Version = 2 };
    private static readonly Purpose Statistics = new() { Name = "statistics", LegalBasis = LegalBasis.LegitimateInterests, Version = 1 };
    private static readonly DataSubject Guardian = new() { Exists = true };
    private static readonly ConsentGiven Given = new(Id, "newsletter", 2);
    private static readonly SubjectObjected Objected = new(Id, "statistics", 1);
    private const string Closed = "The data subject's erasure is under way or done: nothing is recorded of them any more.";

    private static PersonalText Stored => PersonalText.Sealed("eyJhbGciOiJkaXIi...");

    private static Func<DataSubject, Decision> Consenting(string? evidence = null, Guid? guardianId = null, string? statement = null, Purpose? purpose = null, long version = 2, DataSubject? guardian = null) =>
        state => GiveConsent.Decide(new GiveConsent(Id, "newsletter", version, evidence, guardianId, statement), state, purpose ?? News, guardian ?? (guardianId is null ? DataSubject.Initial : Guardian));

    private static Func<DataSubject, Decision> Objecting(string? grounds = null, Purpose? purpose = null) => state => RaiseObjection.Decide(new RaiseObjection(Id, "statistics", grounds), state, purpose ?? Statistics);

    [Fact]
    public void Consent_is_to_the_current_version_of_a_purpose_that_rests_on_it()
    {
        Spec.Given<DataSubject>(Registered).When(Consenting(" Ticked a box ")).Then(Given with { Evidence = PersonalText.Plain("Ticked a box") });
        Spec.Given<DataSubject>(Registered).When(Consenting(version: 1)).ThenRejected("The purpose 'newsletter' is at version 2: nobody consents to another one now.");
        Spec.Given<DataSubject>(Registered).When(Consenting(purpose: News with { LegalBasis = LegalBasis.Contract })).ThenRejected("The purpose 'newsletter' doesn't rest on consent, but on contract.");
        Spec.Given<DataSubject>(Registered).When(Consenting(purpose: Purpose.Initial, version: 0)).ThenInvalid(("purpose", "There is no such purpose."), ("purposeVersion", "Is required."));
        Spec.Given<DataSubject>().When(Consenting()).ThenNotFound("There is no such data subject.");
        Spec.Given<DataSubject>(Registered, Asked).When(Consenting()).ThenRejected(Closed);
    }

    /// <summary>Whether somebody was erased is asked of the last event of their stream: no command may put another behind it.</summary>
    [Fact]
    public void Nothing_is_recorded_of_a_person_after_their_erasure()
    {
        var erased = new object[] { Registered, Given, Objected, new SubjectRestricted(Id, Stored), Asked, new ErasureCompleted(Id, [Guid.NewGuid()]) };
        var rule = new RetentionRule("Leads", 1, RetentionStart.Registration);
        var commands = new (Type Command, Func<DataSubject, Decision> Decide)[]
        {
            Of(new RegisterSubject(Id, SubjectMembers.Plain("Ada", null, null, null, null))), Of(new RectifySubject(Id, SubjectMembers.Plain("Ada", null, null, null, null))), Of(new AbandonSubject(Id, Guid.NewGuid())),
            Of(new RequestErasure(Id, ErasureCause.Subject, "jane", null, PrivacyPolicy.Initial, Asked.Deadline)), Of(new ApproveErasure(Id, "john")), Of(new RefuseErasure(Id, "A law")), Of(new CompleteErasure(Id, [])),
            Of(new EraseByRule(Id, rule, "rule", Asked.Deadline, Asked.Deadline, PrivacyPolicy.Initial with { Retention = [rule] }, Asked.Deadline.AddDays(2))), Of(new RestrictSubject(Id, "x")), Of(new LiftRestriction(Id, "x")),
            Of(new WithdrawConsent(Id, "newsletter")), Of(new WithdrawObjection(Id, "statistics")), Of(new OverrideObjection(Id, "statistics", "x")), Of(new ProvideSubjectData(Id, "json", null)),
        };
        foreach (var (command, decide) in commands.Append((typeof(GiveConsent), Consenting("x"))).Append((typeof(RaiseObjection), Objecting("x"))))
            decide(erased.Select((e, n) => (e, n)).Aggregate(DataSubject.Initial, (state, at) => state.Evolve(at.e, at.n + 1))).Events.ShouldBeEmpty(command.Name);
        commands.Select(c => c.Command).ShouldBe(typeof(DataSubject).Assembly.GetTypes().Where(type => type.GetInterfaces().Any(i =>
            i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ICommand<,>) && i.GenericTypeArguments[1] == typeof(DataSubject))), ignoreOrder: true);

        static (Type, Func<DataSubject, Decision>) Of<T>(T command) where T : ICommand<T, DataSubject> => (typeof(T), state => T.Decide(command, state));
    }

    [Fact]
    public void A_repeat_says_nothing_new_unless_it_brings_words()
    {
        Spec.Given<DataSubject>(Registered, Given).When(Consenting()).ThenNothing();
        Spec.Given<DataSubject>(Registered, Given).When(Consenting("Said so again")).Then(Given with { Evidence = PersonalText.Plain("Said so again") });
        Spec.Given<DataSubject>(Registered, Given with { PurposeVersion = 1 }).When(Consenting()).Then(Given);
        Spec.Given<DataSubject>(Registered, Given, new ConsentWithdrawn(Id, "newsletter")).When(Consenting()).Then(Given);
    }

    [Fact]
    public void A_guardian_says_so_themselves()
    {
        Spec.Given<DataSubject>(Registered).When(Consenting(guardianId: GuardianId, statement: "She may")).Then(Given with { GuardianId = GuardianId, GuardianStatement = PersonalText.Plain("She may") });
        Spec.Given<DataSubject>(Registered).When(Consenting(guardianId: GuardianId)).ThenInvalid(("guardianStatement", "Is required."));
        Spec.Given<DataSubject>(Registered).When(Consenting(statement: "She may")).ThenInvalid(("guardianId", "Is required where there is a guardian's statement."));
        Spec.Given<DataSubject>(Registered).When(Consenting(guardianId: Id, statement: "I may")).ThenInvalid(("guardianId", "Nobody is their own guardian."));
        Spec.Given<DataSubject>(Registered).When(Consenting(guardianId: GuardianId, statement: "She may", guardian: DataSubject.Initial)).ThenInvalid(("guardianId", "There is no such data subject."));
        Spec.Given<DataSubject>(Registered).When(Consenting(guardianId: GuardianId, statement: "She may", guardian: Guardian with { Erasure = ErasureState.Pending }))
            .ThenRejected("The guardian's erasure is under way or done: nothing is recorded of them any more.");
    }

    [Fact]
    public void Consent_is_withdrawn_once_and_only_where_it_was_given()
    {
        var withdraw = new WithdrawConsent(Id, "newsletter");
        Spec.Given<DataSubject>(Registered, Given).When(withdraw).Then(new ConsentWithdrawn(Id, "newsletter"));
        Spec.Given<DataSubject>(Registered, Given, new ConsentWithdrawn(Id, "newsletter")).When(withdraw).ThenNothing();
        Spec.Given<DataSubject>(Registered).When(withdraw).ThenInvalid(("purpose", "The person never consented to it."));
        Spec.Given<DataSubject>(Registered, Given, Asked).When(withdraw).ThenRejected(Closed);
    }

    [Fact]
    public void Data_is_restricted_and_used_again_for_a_reason()
    {
        Spec.Given<DataSubject>(Registered).When(new RestrictSubject(Id, "It's wrong")).Then(new SubjectRestricted(Id, PersonalText.Plain("It's wrong")));
        Spec.Given<DataSubject>(Registered).When(new RestrictSubject(Id, " ")).ThenInvalid(("reason", "Is required."));
        Spec.Given<DataSubject>(Registered, new SubjectRestricted(Id, Stored)).When(new RestrictSubject(Id, "It's wrong")).ThenNothing();
        Spec.Given<DataSubject>(Registered, new SubjectRestricted(Id, Stored)).When(new LiftRestriction(Id, "Put right")).Then(new RestrictionLifted(Id, PersonalText.Plain("Put right")));
        Spec.Given<DataSubject>(Registered).When(new LiftRestriction(Id, "Put right")).ThenNothing();
        Spec.Given<DataSubject>(Registered, Asked).When(new RestrictSubject(Id, "It's wrong")).ThenRejected(Closed);
    }

    [Fact]
    public void Only_public_and_legitimate_interests_are_objected_to()
    {
        Spec.Given<DataSubject>(Registered).When(Objecting("I'm shy")).Then(Objected with { Grounds = PersonalText.Plain("I'm shy") });
        Spec.Given<DataSubject>(Registered).When(Objecting(purpose: Statistics with { LegalBasis = LegalBasis.PublicInterest })).Then(Objected);
        foreach (var basis in new[] { LegalBasis.Consent, LegalBasis.Contract, LegalBasis.Obligation, LegalBasis.VitalInterests })
            Spec.Given<DataSubject>(Registered).When(Objecting(purpose: Statistics with { LegalBasis = basis })).ThenRejected($"The purpose 'statistics' rests on {basis}: there is no objecting to that.");
        Spec.Given<DataSubject>(Registered).When(Objecting(purpose: Purpose.Initial)).ThenInvalid(("purpose", "There is no such purpose."));
        Spec.Given<DataSubject>(Registered, Objected).When(Objecting()).ThenNothing();
        Spec.Given<DataSubject>(Registered, Objected, new ObjectionWithdrawn(Id, "statistics")).When(Objecting()).Then(Objected);
    }

    [Fact]
    public void An_objection_is_withdrawn_or_overridden_on_grounds()
    {
        Spec.Given<DataSubject>(Registered, Objected).When(new WithdrawObjection(Id, "statistics")).Then(new ObjectionWithdrawn(Id, "statistics"));
        Spec.Given<DataSubject>(Registered, Objected, new ObjectionWithdrawn(Id, "statistics")).When(new WithdrawObjection(Id, "statistics")).ThenNothing();
        Spec.Given<DataSubject>(Registered).When(new WithdrawObjection(Id, "statistics")).ThenInvalid(("purpose", "The person never objected to it."));
        Spec.Given<DataSubject>(Registered, Objected).When(new OverrideObjection(Id, "statistics", "A court asks")).Then(new ObjectionOverridden(Id, "statistics", PersonalText.Plain("A court asks")));
        Spec.Given<DataSubject>(Registered, Objected).When(new OverrideObjection(Id, "statistics", null)).ThenInvalid(("grounds", "Is required."));
        Spec.Given<DataSubject>(Registered, Objected, new ObjectionOverridden(Id, "statistics", Stored)).When(new OverrideObjection(Id, "statistics", "A court asks")).ThenNothing();
        Spec.Given<DataSubject>(Registered, Objected, new ObjectionWithdrawn(Id, "statistics")).When(new OverrideObjection(Id, "statistics", "A court asks")).ThenRejected("The objection was withdrawn.");
    }

    [Fact]
    public void Each_copy_that_is_given_is_recorded()
    {
        Spec.Given<DataSubject>(Registered).When(new ProvideSubjectData(Id, "html", "By post")).Then(new SubjectDataProvided(Id, "html", PersonalText.Plain("By post")));
        Spec.Given<DataSubject>(Registered, new SubjectDataProvided(Id, "json")).When(new ProvideSubjectData(Id, "json", null)).Then(new SubjectDataProvided(Id, "json"));
        Spec.Given<DataSubject>(Registered).When(new ProvideSubjectData(Id, "pdf", new string('x', 2001))).ThenInvalid(("format", "One of json, html."), ("to", "Must be at most 2000 characters long."));
        Spec.Given<DataSubject>(Registered, Asked).When(new ProvideSubjectData(Id, "json", null)).ThenRejected(Closed);
    }
}

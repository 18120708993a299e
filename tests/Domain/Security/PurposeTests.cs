using Platform.Domain.Security;

namespace Platform.Domain.Tests.Security;

public sealed class PurposeTests
{
    private static readonly PurposeTerms Terms = new(LegalBasis.Consent, "To send news.", [PersonalCategory.Identity, PersonalCategory.Contact]);
    private static readonly PurposeDefined Defined = new("newsletter", 1, LegalBasis.Consent, "To send news.", [PersonalCategory.Contact, PersonalCategory.Identity]);

    [Fact]
    public void A_purpose_is_defined_once_and_then_takes_versions()
    {
        Spec.Given<Purpose>().When(new DefinePurpose("newsletter", Terms with { Description = " To send news. " })).Then(Defined);
        Spec.Given<Purpose>(Defined).When(new DefinePurpose("newsletter", Terms)).ThenRejected("The purpose 'newsletter' is already defined: it takes a new version.");
        Spec.Given<Purpose>(Defined).When(new ChangePurpose(Purpose.IdOf("newsletter"), Terms with { LegalBasis = LegalBasis.Contract })).Then(Defined with { Version = 2, LegalBasis = LegalBasis.Contract });
        Spec.Given<Purpose>(Defined).When(new ChangePurpose(Purpose.IdOf("newsletter"), Terms)).ThenNothing();
        Spec.Given<Purpose>().When(new ChangePurpose(Purpose.IdOf("newsletter"), Terms)).ThenNotFound("There is no such purpose.");
    }

    [Fact]
    public void All_that_is_wrong_is_told()
    {
        Spec.Given<Purpose>().When(new DefinePurpose("News letter", new PurposeTerms("whim", "", [PersonalCategory.Contact, "shoe-size", PersonalCategory.Contact]))).ThenInvalid(
            ("name", "Must be 1-63 lower-case letters, digits and hyphens, a letter first."),
            ("legalBasis", "One of consent, contract, obligation, vital-interests, public-interest, legitimate-interests."), ("description", "Is required."),
            ("categories[1]", "One of identity, contact, statement."), ("categories[2]", "Stands twice."));
        Spec.Given<Purpose>(Defined).When(new ChangePurpose(Purpose.IdOf("newsletter"), Terms with { Categories = [] })).ThenInvalid(("categories", "At least one is required."));
    }
}

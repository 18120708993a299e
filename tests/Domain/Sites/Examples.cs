using Platform.Domain.Sites;

namespace Platform.Domain.Tests.Sites;

/// <summary>A site, as the tests of this folder begin.</summary>
internal static class Examples
{
    public static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000002");
    public static readonly Guid OtherId = new("0198c0de-0000-7000-8000-000000000009");
    public static readonly Guid ParentId = new("0198c0de-0000-7000-8000-000000000003");

    public static readonly Fields Settings = Fields.Parse("""{"theme":"dark"}""");
    public static readonly SiteCreated Created = new(Id, "Example", "www.example.org", Settings);

    public static readonly DomainReservation Free = DomainReservation.Initial;
    public static readonly DomainReservation Taken = State.Of<DomainReservation>(new DomainReserved("www.example.org", OtherId));
    public static readonly DomainReservation Own = State.Of<DomainReservation>(new DomainReserved("www.example.org", Id));

    public static readonly SitePlace BelowParent = new([ParentId]);
}

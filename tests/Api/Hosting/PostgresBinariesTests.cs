using Platform.Api.Hosting;

namespace Platform.Api.Tests.Hosting;

public sealed class PostgresBinariesTests
{
    [Fact]
    public void The_installed_server_is_found_with_its_programs_and_version()
    {
        var found = PostgresBinaries.Find();
        found.Version.Major.ShouldBeGreaterThanOrEqualTo(PostgresBinaries.OldestMajor);
        File.Exists(found.Program("initdb")).ShouldBeTrue();
        PostgresBinaries.Find(found.Version.Major).Version.Major.ShouldBe(found.Version.Major);
    }

    [Fact]
    public void A_missing_version_is_named_with_what_to_do() =>
        Should.Throw<EmbeddedPostgresException>(() => PostgresBinaries.Find(99)).Message
            .ShouldStartWith("No PostgreSQL 99 was found, and the cluster was made by PostgreSQL 99. Install it");
}

using System.CommandLine;
using Platform.Api.Hosting;
using Platform.Api.Identity;

namespace Platform.Api.Cli;

/// <summary><c>./platform token</c>: a token of the development issuer, for trying things out.</summary>
internal static class TokenVerb
{
    public static Command Create()
    {
        var role = new Option<string[]>("--role") { Description = "Role, several times for several", DefaultValueFactory = _ => ["admin"], HelpName = "ROLE" };
        var tenant = new Option<string?>("--tenant") { Description = "Tenant id; default: the demo tenant", HelpName = "ID" };
        var subject = new Option<string>("--subject") { Description = "Who the token is for", DefaultValueFactory = _ => "dev", HelpName = "NAME" };
        var hours = new Option<double>("--hours") { Description = "How long it's valid", DefaultValueFactory = _ => 24 };
        var command = new Command("token", "Print a development token (the instance must have been started once)") { role, tenant, subject, hours };
        command.SetAction(parsed =>
        {
            var data = Path.GetFullPath(parsed.GetRequiredValue(DataOption.Instance));
            if (!Directory.Exists(data))
            {
                Console.Error.WriteLine($"There is no instance in {data}; start one with ./platform run.");
                return 1;
            }
            using var issuer = DevelopmentIssuer.Open(data, BearerServices.DevelopmentIssuerName, BearerServices.DefaultAudience);
            Console.WriteLine(issuer.Issue(
                parsed.GetRequiredValue(subject), parsed.GetValue(tenant) ?? DevelopmentFile.TenantOf(data), parsed.GetRequiredValue(role),
                TimeSpan.FromHours(parsed.GetValue(hours)), DateTimeOffset.UtcNow));
            return 0;
        });
        return command;
    }
}

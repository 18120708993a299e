using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Platform.Api.Http;

/// <summary>The API's description, at <c>/swagger</c> for people and <c>/swagger/v1/swagger.json</c> for programs; what a standard of others describes is a document of its own, at <c>/swagger/scim/swagger.json</c>.</summary>
internal static class OpenApi
{
    private const string Scim = "scim";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Platform",
                Version = "v1",
                Description = "Commands append events to a hash-chained ledger and answer with receipts; queries read models that follow it. Errors are RFC 9457 problems.",
            });
            swagger.SwaggerDoc(Scim, new OpenApiInfo
            {
                Title = "Platform, SCIM 2.0",
                Version = Scim,
                Description = "Provisioning of users and groups by a directory, as RFC 7643 and RFC 7644 have it: bodies, paging, filters and errors are theirs.",
            });
            swagger.DocInclusionPredicate((document, api) => (document == Scim) == (api.RelativePath?.StartsWith("scim/", StringComparison.Ordinal) == true));
            swagger.AddSecurityDefinition("bearer", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The tenant comes from the token (claim tenant), permissions from its roles and from grants. Or a client's key, which begins with pk_.",
            });
            swagger.AddSecurityDefinition("key", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "X-Api-Key",
                Description = "A client's key, instead of Authorization.",
            });
            swagger.SupportNonNullableReferenceTypes();
            swagger.MapType<Domain.Personalization.AttributeValue>(() => new OpenApiSchema { Description = "Any JSON value." });
            swagger.MapType<Domain.Personalization.Condition>(() => new OpenApiSchema { Type = JsonSchemaType.Object, Description = "A condition, by /schemas/conditions.v1.json.", AdditionalProperties = new OpenApiSchema() });
            swagger.MapType<Domain.Fields>(() => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() });
            swagger.OperationFilter<PlatformOperations>();
            foreach (var xml in Directory.GetFiles(AppContext.BaseDirectory, "Platform.*.xml"))
                swagger.IncludeXmlComments(xml);
        });

    public static void UseOpenApi(this WebApplication app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(ui =>
        {
            ui.DocumentTitle = "Platform API";
            ui.SwaggerEndpoint("v1/swagger.json", "Platform");
            ui.SwaggerEndpoint($"{Scim}/swagger.json", "SCIM 2.0");
        });
    }
}

/// <summary>Writes into each operation what all of its kind have in common.</summary>
internal sealed partial class PlatformOperations : IOperationFilter
{
    // Either will do.
    private static readonly string[] Schemes = ["bearer", "key"];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        foreach (var inPath in operation.Parameters.OfType<OpenApiParameter>().Where(p => p.In == ParameterLocation.Path))
            inPath.Description ??= inPath.Name == "id" ? "The resource's id" : "The resource's name or id";
        foreach (var query in metadata.OfType<QueryParameter>())
            operation.Parameters.Add(Parameter(query.Name, ParameterLocation.Query, query.Description, query.Type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.String));
        foreach (var header in metadata.OfType<HeaderParameter>())
            operation.Parameters.Add(Parameter(header.Name, ParameterLocation.Header, header.Description, JsonSchemaType.String));
        // The explorer finds no part of the path that a handler doesn't bind itself, as a command's, which is one for all.
        foreach (var name in PathParameter().Matches(context.ApiDescription.RelativePath ?? "").Select(m => m.Groups[1].Value).Where(n => operation.Parameters.All(p => p.Name != n)).ToList())
            operation.Parameters.Add(Parameter(name, ParameterLocation.Path, name == "id" ? "The resource's id" : $"The resource's {name}", JsonSchemaType.String, name == "id" ? "uuid" : null));
        operation.Parameters = [.. operation.Parameters.OrderBy(p => p.In == ParameterLocation.Path ? context.ApiDescription.RelativePath!.IndexOf($"{p.Name}}}", StringComparison.Ordinal) : int.MaxValue)];
        if (metadata.OfType<CommandMetadata>().FirstOrDefault() is { } command)
        {
            operation.Parameters.Add(Parameter("Idempotency-Key", ParameterLocation.Header, "Same key and body within 24 hours: same answer, nothing appended twice", JsonSchemaType.String));
            if (!command.IsBulk)
            {
                operation.Parameters.Add(Parameter(AwaitedState.Parameter, ParameterLocation.Query, "appended (default), sequenced (a signed checkpoint covers the events) or witnessed: answer when they are so far, or with what was reached", JsonSchemaType.String));
                operation.Parameters.Add(Parameter("wait", ParameterLocation.Query, "Seconds to wait for that, 0 to 30; default 5", JsonSchemaType.Integer));
            }
            operation.Parameters.Add(Parameter("X-Correlation-Id", ParameterLocation.Header, "Recorded with each event", JsonSchemaType.String));
            if (command is { Starts: false, IsBulk: false })
                operation.Parameters.Add(Parameter("If-Match", ParameterLocation.Header, "The version that the command is for, in quotes", JsonSchemaType.String));
        }
        if (operation.RequestBody is OpenApiRequestBody body)
            body.Required = !metadata.OfType<IAcceptsMetadata>().Single().IsOptional;
        if (operation.Responses?.ContainsKey("304") == true)
            operation.Parameters.Add(Parameter("If-None-Match", ParameterLocation.Header, "An ETag that the caller has: 304 when it's still right", JsonSchemaType.String));
        if (metadata.OfType<RequiredPermission>().FirstOrDefault() is { } permission)
            operation.Description = $"{operation.Description} Needs the permission `{permission.Permission}`{Where(metadata)}.{string.Concat(metadata.OfType<AnySite>().Select(site => $" {site.What}"))}";
        foreach (var (status, response) in operation.Responses ?? [])
            Describe(status, response, metadata.OfType<CommandMetadata>().Any(c => !c.IsBulk));
        DescribeHeaders(operation, metadata);
        DescribeRates(operation, metadata);
        if (!metadata.OfType<PublicEndpoint>().Any())
            operation.Security = [.. Schemes.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] })];
    }

    private static string Where(IList<object> metadata) =>
        (metadata.OfType<SitesOfRequest>().FirstOrDefault()?.What, metadata.OfType<SitesOfCommand>().FirstOrDefault()?.What, metadata.OfType<AnySite>().Any()) switch
        {
            ({ } request, { } command, _) => $", on {request}, and on {command}",
            ({ } request, null, _) => $", on {request}",
            (null, { } command, _) => $", on {command}",
            (_, _, true) => ", on any site",
            _ => " in the whole tenant",
        };

    private static void Describe(string status, IOpenApiResponse response, bool isCommand)
    {
        response.Description = status switch
        {
            "200" when isCommand => "Accepted; the receipt names the new events, none when nothing changed.",
            "201" => "Started; Location names the resource.",
            "200" => "The answer.",
            "304" => "The caller has it already.",
            "403" => "The caller lacks a permission (forbidden), or its tenant isn't let in (tenant-unknown, tenant-suspended, tenant-closed).",
            _ => ProblemKind.All.FirstOrDefault(k => k.Status.ToString(null, null) == status)?.Title ?? response.Description,
        };
    }

    private static void DescribeHeaders(OpenApiOperation operation, IList<object> metadata)
    {
        var responses = operation.Responses ?? [];
        foreach (var response in responses.Where(r => r.Key[0] == '2').Select(r => r.Value).OfType<OpenApiResponse>())
        {
            response.Headers = new Dictionary<string, IOpenApiHeader>();
            if (metadata.OfType<CommandMetadata>().Any(c => !c.IsBulk) || responses.ContainsKey("304"))
                response.Headers["ETag"] = Header("For If-None-Match; of a command and of a resource: the stream's version, for If-Match");
            if (metadata.OfType<CommandMetadata>().Any(c => c.Starts) || metadata.OfType<Located>().Any())
                response.Headers["Location"] = Header("Path of the new resource");
            if (metadata.OfType<Indexed>().Any())
                response.Headers["X-Ledger-Index"] = Header("Index of the last event of the log that the answer surely has");
            if (metadata.OfType<Lagging>().Any())
                response.Headers["X-Ledger-Lag"] = Header("Events of the log, of any tenant, that the answer's read model didn't have yet when it was asked");
        }
    }

    private static void DescribeRates(OpenApiOperation operation, IList<object> metadata)
    {
        if (RateClassEndpoints.ClassOf(metadata) is not { } rateClass)
            return;
        operation.Description = $"{operation.Description} Counts toward the rate limit `{RateLimits.NameOf(rateClass)}`.".TrimStart();
        foreach (var (status, response) in operation.Responses ?? [])
            if (response is OpenApiResponse own)
            {
                own.Headers ??= new Dictionary<string, IOpenApiHeader>();
                own.Headers["RateLimit-Policy"] = Header("The limits that the request was held to, e.g. \"write\";q=2000;w=2: q requests in w seconds");
                own.Headers["RateLimit"] = Header("What is left of them, e.g. \"write\";r=1999;t=1: r requests, all of them again in t seconds");
                if (status is "429" or "503")
                    own.Headers["Retry-After"] = Header("Seconds after which to try again");
            }
    }

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex PathParameter();

    private static OpenApiParameter Parameter(string name, ParameterLocation location, string description, JsonSchemaType type, string? format = null) => new()
    {
        Name = name,
        In = location,
        Description = description,
        Required = location == ParameterLocation.Path,
        Schema = new OpenApiSchema { Type = type, Format = format },
    };
}

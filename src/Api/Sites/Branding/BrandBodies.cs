using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Domain;
using Platform.Domain.Sites;

namespace Platform.Api.Sites;

/// <summary>What a site looks like.</summary>
/// <param name="Level">platform, tenant, master or site.</param>
/// <param name="SiteId">Of master and site.</param>
/// <param name="Tokens">Design tokens by key, custom CSS among them.</param>
/// <param name="Contrast">How well colours are seen on each other. A pair may fail where a level above changed one of the two since.</param>
/// <param name="Stylesheet">Path of the style sheet of tokens and custom CSS, public: another look is another path. Absent from an answer about the past.</param>
/// <param name="TokenSheet">Path of the style sheet of tokens alone, likewise.</param>
/// <param name="CssProblem">Why custom CSS isn't served; absent: it is, or there is none.</param>
/// <param name="Explained">With explain: where each token comes from.</param>
public sealed record BrandDetails(
    string Level, Guid? SiteId, Fields Tokens, IReadOnlyList<PairContrast> Contrast, string? Stylesheet, string? TokenSheet, string? CssProblem = null, IReadOnlyList<ExplainedValue>? Explained = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BrandDetails))]
internal sealed partial class BrandBodies : JsonSerializerContext;

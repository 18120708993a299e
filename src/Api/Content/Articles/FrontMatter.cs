using System.Text.Json.Nodes;
using Platform.Domain;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Platform.Api.Content;

/// <summary>
/// The YAML (1.2) above an article, as JSON. Written by strangers, so bounded: nesting, and what aliases expand to. Merge keys and tags
/// outside the core schema have no meaning here; the former stay keys, the latter are refused.
/// </summary>
internal sealed class FrontMatter
{
    public const int MaxDepth = 16;

    /// <summary>Of all nodes with aliases expanded; a node counts as <see cref="NodeCost"/> characters beside its text.</summary>
    public const int MaxCost = 256 * 1024;

    private const int NodeCost = 16;
    private readonly Dictionary<AnchorName, (JsonNode? Node, int Cost)> _anchors = [];
    private readonly Parser _parser;
    private int _cost;

    private FrontMatter(string yaml) => _parser = new Parser(new StringReader(yaml));

    /// <param name="yaml">One YAML document, a mapping or nothing.</param>
    /// <exception cref="ArticleRefusedException">It isn't YAML, not a mapping, or beyond the bounds.</exception>
    public static Fields Parse(string yaml)
    {
        try
        {
            return new FrontMatter(yaml).Read();
        }
        catch (YamlException e)
        {
            // The document's first line is the file's second.
            throw new ArticleRefusedException($"The front matter isn't valid YAML: line {e.Start.Line + 1}, column {e.Start.Column}: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or NullReferenceException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The parser fails in ways of its own on some texts that aren't YAML.
            throw new ArticleRefusedException($"The front matter isn't valid YAML: {e.Message}", e);
        }
    }

    private Fields Read()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
            return Fields.Empty;
        _parser.Consume<DocumentStart>();
        var root = ReadNode(1);
        _parser.Consume<DocumentEnd>();
        if (!_parser.Accept<StreamEnd>(out _))
            throw new ArticleRefusedException("The front matter is more than one YAML document.");
        return root switch
        {
            null => Fields.Empty,
            JsonObject mapping => Fields.Parse(mapping.ToJsonString()),
            _ => throw new ArticleRefusedException("The front matter isn't a YAML mapping (key: value)."),
        };
    }

    private JsonNode? ReadNode(int depth)
    {
        if (depth > MaxDepth)
            throw new ArticleRefusedException($"The front matter is nested deeper than {MaxDepth} levels.");
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return Expand(alias);
        var before = _cost;
        Spend(NodeCost);
        var start = _parser.Consume<NodeEvent>();
        var node = start switch
        {
            SequenceStart sequence => ReadSequence(sequence, depth),
            MappingStart mapping => ReadMapping(mapping, depth),
            Scalar scalar => ReadScalar(scalar),
            _ => throw new YamlException(start.Start, start.End, $"Unexpected {start.GetType().Name}."),
        };
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor] = (node, _cost - before);
        return node;
    }

    private JsonArray ReadSequence(SequenceStart start, int depth)
    {
        Require(start, "tag:yaml.org,2002:seq");
        var items = new JsonArray();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(depth + 1));
        return items;
    }

    private JsonObject ReadMapping(MappingStart start, int depth)
    {
        Require(start, "tag:yaml.org,2002:map");
        var members = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
                throw new ArticleRefusedException($"A key of the front matter is itself a list, a mapping or an alias: line {_parser.Current!.Start.Line + 1}.");
            var name = Text(key);
            if (members.ContainsKey(name))
                throw new ArticleRefusedException($"The front matter has '{name}' twice: line {key.Start.Line + 1}.");
            members.Add(name, ReadNode(depth + 1));
        }
        return members;
    }

    private JsonNode? ReadScalar(Scalar scalar)
    {
        var text = Text(scalar);
        if (scalar.Tag.IsEmpty)
            return scalar.Style is ScalarStyle.Plain ? YamlScalars.Read(text) : JsonValue.Create(text);
        return scalar.Tag.IsNonSpecific || scalar.Tag.Value == "tag:yaml.org,2002:str"
            ? JsonValue.Create(text)
            : scalar.Tag.Value is "tag:yaml.org,2002:null" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float"
            ? YamlScalars.Read(text)
            : throw UnknownTag(scalar);
    }

    private JsonNode? Expand(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var anchored))
            throw new ArticleRefusedException($"The front matter's alias *{alias.Value} stands for itself or for nothing: line {alias.Start.Line + 1}.");
        Spend(anchored.Cost);
        return anchored.Node?.DeepClone();
    }

    // The escapes of double-quoted scalars can write what neither PostgreSQL's jsonb nor UTF-8 can hold.
    private string Text(Scalar scalar)
    {
        Spend(scalar.Value.Length);
        return ArticleFile.IsStorable(scalar.Value)
            ? scalar.Value
            : throw new ArticleRefusedException($"A text of the front matter has a NUL character or a lone surrogate: line {scalar.Start.Line + 1}.");
    }

    private void Spend(int cost)
    {
        _cost += cost;
        if (_cost > MaxCost)
            throw new ArticleRefusedException($"The front matter takes more than {MaxCost / 1024} KiB with its aliases expanded.");
    }

    private static void Require(NodeEvent node, string tag)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value != tag)
            throw UnknownTag(node);
    }

    private static ArticleRefusedException UnknownTag(NodeEvent node) =>
        new($"The front matter's tag {node.Tag} isn't of YAML's core schema: line {node.Start.Line + 1}.");
}

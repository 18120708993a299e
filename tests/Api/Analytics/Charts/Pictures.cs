using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Platform.Api.Analytics;

namespace Platform.Api.Tests.Analytics;

/// <summary>What holds for every chart, whatever it shows.</summary>
internal static partial class Pictures
{
    private const int MostBytes = 50_000;

    private static readonly string[] _elements = ["svg", "title", "desc", "rect", "line", "path", "text"];

    public static ChartFrame Frame(int width = 720, int height = 320, string title = "Visitors by day", string? own = null, ChartWords? words = null) =>
        new(title, "5 Nov – 4 Dec 2026", width, height, ChartColours.Of(own), words ?? ChartWords.English);

    /// <summary>Parsed as a stranger's file is.</summary>
    public static XElement Parse(string svg)
    {
        using var reader = XmlReader.Create(new StringReader(svg), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XElement.Load(reader);
    }

    /// <summary>Well-formed, small, without anything that runs, is loaded or needs a style sheet, and said in words; every shape within the picture.</summary>
    public static XElement ShouldBePicture(this string svg)
    {
        Encoding.UTF8.GetByteCount(svg).ShouldBeLessThanOrEqualTo(MostBytes);
        var root = Parse(svg);
        root.DescendantsAndSelf().Select(element => element.Name.LocalName).Distinct().ShouldBeSubsetOf(_elements);
        root.DescendantsAndSelf().ShouldAllBe(element => element.Name.NamespaceName == "http://www.w3.org/2000/svg");
        foreach (var attribute in root.DescendantsAndSelf().SelectMany(element => element.Attributes()).Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            attribute.Name.LocalName.ShouldNotMatch("^on|href|style|class");
            attribute.Value.ShouldNotMatch("url\\(|://|NaN|∞|Infinity");
        }
        root.Attribute("role")!.Value.ShouldBe("img");
        var named = root.Attribute("aria-labelledby")!.Value.Split(' ').Select(id => root.Elements().Single(element => element.Attribute("id")?.Value == id)).ToList();
        named.Select(element => element.Name.LocalName).ShouldBe(["title", "desc"]);
        named.ShouldAllBe(element => element.Value.Length > 0);
        IsWithin(root);
        return root;
    }

    public static string Said(this XElement picture) => picture.Elements().Single(element => element.Name.LocalName == "desc").Value;

    public static IEnumerable<string> Texts(this XElement picture) => picture.Elements().Where(element => element.Name.LocalName == "text").Select(element => string.Concat(element.Nodes().OfType<XText>().Select(text => text.Value)));

    public static IEnumerable<XElement> All(this XElement picture, string name) => picture.Elements().Where(element => element.Name.LocalName == name);

    private static void IsWithin(XElement root)
    {
        var (width, height) = (Number(root, "width"), Number(root, "height"));
        foreach (var element in root.Elements())
        {
            foreach (var (name, most) in new[] { ("x", width), ("x1", width), ("x2", width), ("y", height), ("y1", height), ("y2", height) })
                Number(element, name).ShouldBeInRange(0, most, element.ToString());
            if (element.Name.LocalName == "rect")
            {
                Number(element, "width").ShouldBeInRange(0, width - Number(element, "x") + 0.1, element.ToString());
                Number(element, "height").ShouldBeInRange(0, height - Number(element, "y") + 0.1, element.ToString());
            }
            foreach (Match point in Point().Matches(element.Attribute("d")?.Value ?? ""))
            {
                double.Parse(point.Groups[1].Value, CultureInfo.InvariantCulture).ShouldBeInRange(0, width, element.ToString());
                double.Parse(point.Groups[2].Value, CultureInfo.InvariantCulture).ShouldBeInRange(0, height, element.ToString());
            }
        }
    }

    private static double Number(XElement element, string name) => element.Attribute(name) is { } attribute ? double.Parse(attribute.Value, NumberStyles.Float, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("[ML]([-0-9.]+) ([-0-9.]+)")]
    private static partial Regex Point();
}

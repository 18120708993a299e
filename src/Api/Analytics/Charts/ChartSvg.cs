using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;

namespace Platform.Api.Analytics;

/// <summary>How a chart looks.</summary>
/// <param name="Title">What it's called.</param>
/// <param name="Subtitle">Of which days.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Colours">Its colours.</param>
/// <param name="Words">Its language.</param>
public sealed record ChartFrame(string Title, string Subtitle, int Width, int Height, ChartColours Colours, ChartWords Words);

/// <summary>Which end of a text stands where it's put.</summary>
internal enum ChartAnchor
{
    Start,
    Middle,
    End,
}

/// <summary>Writes SVG 1.1 as mail clients show it too: shapes and texts with attributes alone; nothing that runs or is loaded.</summary>
internal sealed class ChartSvg : IDisposable
{
    public const double Margin = 16;

    private readonly StringBuilder _text = new();
    private readonly XmlWriter _xml;
    private readonly ChartFrame _frame;

    /// <param name="frame">How it looks.</param>
    /// <param name="description">What somebody should know who doesn't see it.</param>
    public ChartSvg(ChartFrame frame, string description)
    {
        _frame = frame;
        _xml = XmlWriter.Create(_text, new XmlWriterSettings { OmitXmlDeclaration = true });
        var said = ChartText.Clean(description, 1_600);
        var title = string.IsNullOrWhiteSpace(frame.Title) ? said : ChartText.Clean(frame.Title);
        // Several charts may stand in one page.
        var id = $"c{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{title}\n{said}")).AsSpan(0, 4))}";
        _xml.WriteStartElement("svg", "http://www.w3.org/2000/svg");
        Attributes(
            ("viewBox", $"0 0 {N(frame.Width)} {N(frame.Height)}"), ("width", frame.Width), ("height", frame.Height), ("role", "img"), ("aria-labelledby", $"{id}t {id}d"),
            ("font-family", "Helvetica, Arial, sans-serif"), ("font-size", 12));
        _xml.WriteAttributeString("xml", "lang", null, frame.Words.Language);
        Element("title", title, ("id", $"{id}t"));
        Element("desc", said, ("id", $"{id}d"));
        Shape("rect", null, ("width", frame.Width), ("height", frame.Height), ("fill", ChartColours.Background));
    }

    /// <summary>The picture.</summary>
    public string End()
    {
        _xml.WriteEndElement();
        _xml.Flush();
        return _text.ToString();
    }

    /// <summary>Writes title and days over the chart; where they end.</summary>
    public double Head()
    {
        Text(_frame.Title, Margin, 28, size: 16, room: _frame.Width - 2 * Margin, isBold: true);
        Text(_frame.Subtitle, Margin, 47, room: _frame.Width - 2 * Margin, colour: ChartColours.Faint);
        return 58;
    }

    public void NoData(double y) => Text(_frame.Words.NoData, _frame.Width / 2.0, Math.Min(y, _frame.Height - 4), size: 14, anchor: ChartAnchor.Middle, colour: ChartColours.Faint);

    /// <summary>A text with its whole in a title where there is no room for it.</summary>
    public void Text(string text, double x, double y, double size = 12, double room = double.MaxValue, ChartAnchor anchor = ChartAnchor.Start, string colour = ChartColours.Text, bool isBold = false)
    {
        var whole = ChartText.Clean(text);
        var (shown, isBackwards) = (ChartText.Cut(whole, size, room, isBold), ChartText.IsRightToLeft(whole));
        _xml.WriteStartElement("text");
        Attributes(("x", x), ("y", y), ("fill", colour));
        if (size != 12)
            Attributes(("font-size", size));
        if (isBold)
            Attributes(("font-weight", "bold"));
        if (isBackwards)
            Attributes(("direction", "rtl"));
        // Start and end are those of the text, not of the picture.
        var at = isBackwards ? (ChartAnchor)(ChartAnchor.End - anchor) : anchor;
        if (at != ChartAnchor.Start)
            Attributes(("text-anchor", at == ChartAnchor.End ? "end" : "middle"));
        if (shown != whole)
            Element("title", whole);
        _xml.WriteString(shown);
        _xml.WriteEndElement();
    }

    public void Line(double x1, double y1, double x2, double y2, string colour) => Shape("line", null, ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", colour));

    /// <param name="x">Left.</param>
    /// <param name="y">Top.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="colour">Inside.</param>
    /// <param name="title">What it says when somebody points at it; null: nothing.</param>
    public void Box(double x, double y, double width, double height, string colour, string? title = null) =>
        Shape("rect", title, ("x", x), ("y", y), ("width", width), ("height", height), ("fill", colour));

    /// <summary>A box with nothing in it.</summary>
    public void Blank(double x, double y, double width, double height, string title) =>
        Shape("rect", title, ("x", x), ("y", y), ("width", width), ("height", height), ("fill", ChartColours.Background), ("stroke", ChartColours.Grid));

    /// <summary>A box of which the dashed outline is seen alone.</summary>
    public void Outline(double x, double y, double width, double height) =>
        Shape("rect", null, ("x", x), ("y", y), ("width", width), ("height", height), ("fill", "none"), ("stroke", ChartColours.Text), ("stroke-dasharray", "3 2"));

    /// <param name="path">Moves and lines.</param>
    /// <param name="colour">Of the line.</param>
    /// <param name="isDashed">Of the days before.</param>
    /// <param name="isThin">There is much of it.</param>
    public void Path(string path, string colour, bool isDashed, bool isThin = false)
    {
        if (path.Length == 0)
            return;
        (string, object)[] line = [("d", path), ("fill", "none"), ("stroke", colour), ("stroke-width", isThin ? 1.2 : isDashed ? 1.5 : 2), ("stroke-linejoin", "round"), ("stroke-linecap", "round")];
        Shape("path", null, isDashed ? [.. line, ("stroke-dasharray", "5 4")] : line);
    }

    /// <param name="path">Lines without length, each of which is a dot.</param>
    /// <param name="colour">Of the dots.</param>
    public void Dots(string path, string colour)
    {
        if (path.Length > 0)
            Shape("path", null, ("d", path), ("stroke", colour), ("stroke-width", 5), ("stroke-linecap", "round"));
    }

    /// <summary>A sign of a line's own, for who doesn't tell colours apart: disc, square, triangle, diamond, cross.</summary>
    public void Mark(int line, double x, double y, string colour) => Shape("path", null, ("fill", colour), ("stroke", ChartColours.Background), ("d", (line % ChartColours.Most) switch
    {
        0 => $"M{N(x - 4)} {N(y)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
        1 => $"M{N(x - 4)} {N(y - 4)}h8v8h-8z",
        2 => $"M{N(x)} {N(y - 5)}l5 9h-10z",
        3 => $"M{N(x)} {N(y - 5.5)}l5.5 5.5l-5.5 5.5l-5.5 -5.5z",
        _ => $"M{N(x - 1.5)} {N(y - 5)}h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z",
    }));

    /// <summary>A coordinate: tenths of pixels are seen, hundredths aren't.</summary>
    public static string N(double number) => (Math.Round(number, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    public void Dispose() => _xml.Dispose();

    private void Shape(string name, string? title, params (string Name, object Value)[] attributes)
    {
        _xml.WriteStartElement(name);
        Attributes(attributes);
        if (title is not null)
            Element("title", ChartText.Clean(title));
        _xml.WriteEndElement();
    }

    private void Element(string name, string text, params (string Name, object Value)[] attributes)
    {
        _xml.WriteStartElement(name);
        Attributes(attributes);
        _xml.WriteString(text);
        _xml.WriteEndElement();
    }

    private void Attributes(params (string Name, object Value)[] attributes)
    {
        foreach (var (name, value) in attributes)
            _xml.WriteAttributeString(name, value switch { double number => N(number), int number => N(number), _ => (string)value });
    }
}

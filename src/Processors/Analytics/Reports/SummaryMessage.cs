using System.Globalization;
using System.Text;
using MimeKit;
using Platform.Domain.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>What goes with a summary.</summary>
/// <param name="Chart">Draws the hours of its day as SVG.</param>
/// <param name="Table">Writes its figures as CSV.</param>
public sealed record SummaryFiles(Func<DailySummary, string> Chart, Func<DailySummary, byte[]> Table);

/// <summary>A summary as a mail: a text with figures, the same as HTML, a chart, which stands in the HTML and is there to be opened by itself, and a table for spreadsheets.</summary>
public static class SummaryMessage
{
    private const string Picture = "hours.svg";

    /// <param name="made">The summary.</param>
    /// <param name="from">Who it's from.</param>
    /// <param name="to">Whom it's for: one, so that nobody sees another's address.</param>
    /// <param name="eventId">What had it mailed: with the user it's the mail's id, the same in each attempt, so that who gets it twice can tell.</param>
    /// <param name="userId">Whom it's for.</param>
    /// <param name="at">When it's sent.</param>
    /// <param name="files">Makes what goes with it.</param>
    public static MimeMessage Of(DailySummaryMade made, MailboxAddress from, MailboxAddress to, Guid eventId, Guid userId, DateTimeOffset at, SummaryFiles files)
    {
        var (summary, id) = (made.Summary, $"{eventId:n}.{userId:n}@{from.Domain}");
        var picture = new MimePart("image", "svg+xml")
        {
            Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(files.Chart(summary)))),
            ContentId = $"hours.{id}",
            ContentTransferEncoding = ContentEncoding.Base64,
            ContentDisposition = new ContentDisposition(ContentDisposition.Inline) { FileName = Picture },
        };
        var table = new MimePart("text", "csv")
        {
            Content = new MimeContent(new MemoryStream(files.Table(summary))),
            ContentTransferEncoding = ContentEncoding.Base64,
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = string.Create(CultureInfo.InvariantCulture, $"{summary.Domain}_{summary.Date:yyyy-MM-dd}.csv") },
        };
        table.ContentType.Charset = "utf-8";
        var message = new MimeMessage
        {
            MessageId = id,
            Date = at,
            Subject = SummaryText.Subject(summary),
            Body = new Multipart("mixed")
            {
                new MultipartAlternative
                {
                    new TextPart("plain") { Text = SummaryText.Plain(summary, made.Name) },
                    new MultipartRelated { new TextPart("html") { Text = SummaryText.Html(summary, made.Name, $"cid:{picture.ContentId}") }, picture },
                },
                table,
            },
        };
        message.From.Add(from);
        message.To.Add(to);
        // RFC 3834: nobody's absence is answered.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }
}

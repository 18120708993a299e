using System.Text;
using MimeKit;
using MimeKit.Utils;
using Platform.Domain.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>Draws the hours of a summary's day as SVG.</summary>
public delegate string SummaryChart(DailySummary summary);

/// <summary>A summary as a mail: a text with figures, the same as HTML, and a chart, which stands in the HTML and is there to be opened by itself.</summary>
public static class SummaryMessage
{
    private const string Picture = "hours.svg";

    /// <param name="made">The summary.</param>
    /// <param name="from">Who it's from.</param>
    /// <param name="to">Whom it's for: one, so that nobody sees another's address.</param>
    /// <param name="eventId">What had it mailed: with the user it's the mail's id, the same in each attempt, so that who gets it twice can tell.</param>
    /// <param name="userId">Whom it's for.</param>
    /// <param name="at">When it's sent.</param>
    /// <param name="chart">Draws.</param>
    public static MimeMessage Of(DailySummaryMade made, MailboxAddress from, MailboxAddress to, Guid eventId, Guid userId, DateTimeOffset at, SummaryChart chart)
    {
        var (summary, id) = (made.Summary, $"{eventId:n}.{userId:n}@{from.Domain}");
        var picture = new MimePart("image", "svg+xml")
        {
            Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(chart(summary)))),
            ContentId = $"hours.{id}",
            ContentTransferEncoding = ContentEncoding.Base64,
            ContentDisposition = new ContentDisposition(ContentDisposition.Inline) { FileName = Picture },
        };
        var message = new MimeMessage
        {
            MessageId = id,
            Date = at,
            Subject = SummaryText.Subject(summary),
            Body = new MultipartAlternative
            {
                new TextPart("plain") { Text = SummaryText.Plain(summary, made.Name) },
                new MultipartRelated { new TextPart("html") { Text = SummaryText.Html(summary, made.Name, $"cid:{picture.ContentId}") }, picture },
            },
        };
        message.From.Add(from);
        message.To.Add(to);
        // RFC 3834: nobody's absence is answered.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }
}

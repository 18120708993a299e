using System.Diagnostics;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Platform.Domain.Monitoring;
using Platform.Processors.Monitoring;

namespace Platform.Processors.Analytics;

/// <summary>What a mail server did with a mail.</summary>
/// <param name="Error">Null: it took it. Else why not, without what the server said: that may hold an address.</param>
/// <param name="IsFinal">Trying again is of no use.</param>
public sealed record MailAnswer(string? Error, bool IsFinal = false);

/// <summary>Hands a mail to the installation's mail server, by a connection of its own.</summary>
public sealed class MailClient(MailOptions options, TenantPerformance performance)
{
    /// <summary>One attempt.</summary>
    /// <param name="tenantId">Whose mail it is.</param>
    /// <param name="message">The mail.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<MailAnswer> SendAsync(string tenantId, MimeMessage message, CancellationToken cancel)
    {
        if (options.Host is not { } host)
            return new MailAnswer("This installation sends no mail: Mail:Host isn't set.", IsFinal: true);
        var clock = Stopwatch.StartNew();
        var answer = await HandAsync(host, message, cancel);
        ProcessorMeter.Mailed(clock.ElapsedMilliseconds, answer.Error is null);
        performance.Note(tenantId, Operations.Mail, clock.Elapsed, answer.Error is null ? MeasuredOutcome.Done : MeasuredOutcome.Failed);
        return answer;
    }

    private async Task<MailAnswer> HandAsync(string host, MimeMessage message, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.Patience);
        using var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(host, options.Port, options.Security, limit.Token);
            if (options.User is { } user)
                await client.AuthenticateAsync(user, options.Password ?? "", limit.Token);
            await client.SendAsync(message, limit.Token);
        }
        catch (SmtpCommandException e)
        {
            var code = (int)e.StatusCode;
            return new MailAnswer(e.ErrorCode is SmtpErrorCode.RecipientNotAccepted ? $"The mail server refused the recipient's address ({code})." : $"The mail server refused the mail ({code}).", code >= 500);
        }
        catch (ServiceNotAuthenticatedException)
        {
            return new MailAnswer("The mail server wants a user and password, or TLS.");
        }
        catch (AuthenticationException)
        {
            return new MailAnswer("The mail server refused the platform's user or password.");
        }
        catch (SslHandshakeException)
        {
            return new MailAnswer("The mail server's certificate can't be trusted, or it speaks no TLS.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new MailAnswer($"The mail server took longer than {options.Patience.TotalSeconds:0.#} s.");
        }
        catch (Exception e) when (e is SocketException or IOException or ProtocolException or NotSupportedException or TimeoutException)
        {
            return new MailAnswer($"The mail server can't be reached or isn't one ({e.GetType().Name}).");
        }
        // It has the mail: what becomes of the farewell changes nothing.
        try
        {
            await client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ProtocolException or SmtpCommandException)
        {
        }
        return new MailAnswer(null);
    }
}

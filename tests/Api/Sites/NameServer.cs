using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Api.Tests.Sites;

/// <summary>A name server that tests publish text records on (RFC 1035), over UDP on loopback.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private const ushort Txt = 16, In = 1, NoSuchName = 3;
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public NameServer() => _serving = ServeAsync();

    /// <summary>What each name says, in lower case.</summary>
    public ConcurrentDictionary<string, string[]> Texts { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>It gives no answer at all.</summary>
    public bool IsSilent { get; set; }

    public string Address => _socket.Client.LocalEndPoint!.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync(_stop.Token);
                if (!IsSilent)
                    await _socket.SendAsync(Answer(question.Buffer), question.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private byte[] Answer(byte[] query)
    {
        var labels = new List<string>();
        var at = 12;
        for (; query[at] != 0; at += query[at] + 1)
            labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
        var end = at + 5;
        var texts = Texts.GetValueOrDefault(string.Join('.', labels));
        using var answer = new MemoryStream();
        answer.Write(query.AsSpan(0, end));
        foreach (var text in texts ?? [])
        {
            // A name that points at the question's; at most 255 bytes a string.
            var strings = Encoding.ASCII.GetBytes(text).Chunk(255).SelectMany(part => part.Prepend((byte)part.Length)).ToArray();
            answer.Write([0xC0, 12, 0, (byte)Txt, 0, (byte)In, 0, 0, 0, 0, (byte)(strings.Length >> 8), (byte)strings.Length]);
            answer.Write(strings);
        }
        var bytes = answer.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(0x8180 | (texts is null ? NoSuchName : 0)));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)(texts?.Length ?? 0));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), 0);
        return bytes;
    }
}

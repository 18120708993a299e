using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>Random passwords, one a file (mode 0600) in a private directory, made when first asked for.</summary>
internal sealed partial class ClusterSecrets(string directory)
{
    /// <summary>The file of a secret.</summary>
    /// <exception cref="ArgumentException">The name isn't made of lower-case letters, digits, '-' and '_'.</exception>
    public string FileOf(string name) => Name().IsMatch(name)
        ? Path.Combine(directory, name)
        : throw new ArgumentException($"'{name}' can't be the name of a secret.", nameof(name));

    /// <summary>The password of that name: 32 random bytes in lower-case hex. Processes that ask at once get the same one.</summary>
    public string Get(string name)
    {
        var file = FileOf(name);
        if (!File.Exists(file))
            Create(file);
        return File.ReadAllText(file).Trim();
    }

    private void Create(string file)
    {
        PrivateFiles.CreateDirectory(directory);
        var draft = $"{file}.{Guid.NewGuid():N}";
        using (var stream = PrivateFiles.Create(draft))
            stream.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true)));
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*$")]
    private static partial Regex Name();
}

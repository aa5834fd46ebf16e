using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Varai.Secrets.LocalStore;

/// <summary>A master key given by an environment variable, or in the file that a variable ending in <c>_FILE</c> names.</summary>
internal sealed class EnvironmentKeys(string variable, ProcessEnvironment environment, SecretFileReader files)
{
    public const string Current = "VARAI_SECRET_KEY";
    public const string Previous = "VARAI_SECRET_KEY_PREVIOUS";
    public const string FileSuffix = "_FILE";

    /// <summary>The keys; none when neither variable is set.</summary>
    /// <exception cref="LocalStoreException">Both are set, or what they give is no key.</exception>
    public IReadOnlyList<MasterKey> Read()
    {
        string? text = Find(variable);
        string? path = Find(variable + FileSuffix);
        if (text is not null && path is not null)
            throw new LocalStoreException($"both {variable} and {variable}{FileSuffix} are set. Remove one of them.");
        if (path is not null)
            return ReadFile(path);
        if (text is null)
            return [];

        byte[] base64 = Encoding.UTF8.GetBytes(text);
        try
        {
            return [MasterKey.Parse(base64, $"the environment variable {variable}")];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(base64);
        }
    }

    // Without the path: what should be a path may be the key, put there by mistake.
    private IReadOnlyList<MasterKey> ReadFile(string path)
    {
        string source = $"the file that {variable}{FileSuffix} names";
        string? problem;
        try
        {
            using SafeFileHandle handle = SecretFileReader.Open(path);
            problem = files.FindModeProblem(handle, variable);
            using SecretValue? text = problem is null ? SecretFileReader.ReadValue(handle, out problem) : null;
            if (text is not null)
                return KeyFile.Parse(text.RevealBytes().Span, source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = $"{e.GetType().Name} (0x{e.HResult:x}). Check that it exists and that this process may read it.";
        }

        throw new LocalStoreException($"{source} can't be read: {problem}");
    }

    private string? Find(string name) => environment.Get(name) is { Length: > 0 } value ? value : null;
}

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Varai.Secrets;

/// <summary>Reads secrets from environment variables, and from the files that variables ending in <c>_FILE</c> name.</summary>
/// <remarks><see cref="EnvironmentVariableNames"/> has the rule for names. An empty variable counts as not set. There are no
/// versions. Messages name the variable, never the path in it: that may be the secret itself, put there by mistake.</remarks>
internal sealed class EnvironmentVariableSecretProvider(
    ProcessEnvironment environment, string prefix = "", SecretFileReader? files = null) : ISecretProvider
{
    public const string ProviderName = "environment";

    private const string FileSuffix = "_FILE";

    private readonly SecretFileReader _files = files ?? new SecretFileReader(ProviderName, requirePrivateFiles: false, NullLogger.Instance);

    public string Name => ProviderName;

    public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<Secret?>(request.Version is null ? Find(request.Name) : null);
    }

    private Secret? Find(string name)
    {
        foreach (string variable in EnvironmentVariableNames.Of(name, prefix))
        {
            string? value = Read(variable);
            string? path = Read(variable + FileSuffix);
            if (value is not null && path is not null)
                throw Trouble(name, $"both {variable} and {variable}{FileSuffix} are set. Remove one of them.");
            if (value is not null)
                return new Secret(name, new SecretValue(value), Name);
            if (path is not null)
                return new Secret(name, ReadFile(name, variable + FileSuffix, path), Name);
        }

        return null;
    }

    private SecretValue ReadFile(string name, string variable, string path)
    {
        string? problem;
        bool transient = false;
        try
        {
            using SafeFileHandle handle = SecretFileReader.Open(path);
            problem = _files.FindModeProblem(handle, name);
            if (problem is null && SecretFileReader.ReadValue(handle, out problem) is { } value)
                return value;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = "there is no such file. Mount it, or remove the variable.";
        }
        catch (Exception e) when (e is UnauthorizedAccessException or ArgumentException or NotSupportedException or PathTooLongException)
        {
            problem = "it is no file that this process may read. Check the variable, and the file's owner and mode.";
        }
        catch (IOException e)
        {
            problem = $"reading it failed (error 0x{e.HResult:x}).";
            transient = true;
        }

        throw Trouble(name, $"the file that the variable {variable} names can't be used: {problem}", transient);
    }

    private string? Read(string variable) => environment.Get(variable) is { Length: > 0 } value ? value : null;

    private SecretProviderException Trouble(string name, string reason, bool transient = false) =>
        new(Name, "read", name, reason) { IsTransient = transient };
}

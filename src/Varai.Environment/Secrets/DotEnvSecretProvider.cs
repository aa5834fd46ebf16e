using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Varai.Secrets;

/// <summary>Reads secrets from the <c>.env</c> file of a developer's machine, and from the <c>.env.local</c> beside it.</summary>
/// <remarks><see cref="DotEnvParser"/> has the grammar and <see cref="EnvironmentVariableNames"/> the rule for names. What the second file says
/// counts more. An empty value counts as not set. The files are read anew each time, since the store caches. There are no versions.</remarks>
internal sealed class DotEnvSecretProvider : ISecretProvider, ISecretLister, ISecretChangeNotifier, IDisposable
{
    public const string ProviderName = "dotenv";

    private const int MaximumBytes = 4 * 1024 * 1024;

    private readonly string[] _files;
    private readonly string _prefix;
    private readonly SecretFileReader _reader;
    private readonly SecretSubscribers _subscribers;

    /// <summary>Creates the provider.</summary>
    /// <param name="file">The full path of the first file.</param>
    /// <param name="prefix">What the names of variables begin with.</param>
    /// <param name="requirePrivateFiles">Whether files that others can read are refused.</param>
    /// <param name="logger">Is told of files that others can read.</param>
    public DotEnvSecretProvider(string file, string prefix, bool requirePrivateFiles, ILogger<DotEnvSecretProvider> logger)
    {
        _files = [file, file + ".local"];
        _prefix = prefix;
        _reader = new SecretFileReader(ProviderName, requirePrivateFiles, logger);
        _subscribers = new SecretSubscribers(
            () => new FolderWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file) + "*", recursive: false, logger, OnChange));
    }

    /// <summary>Whether it takes part in the chain at all.</summary>
    public bool IsEnabled { get; init; } = true;

    public string Name => ProviderName;

    public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<Secret?>(IsEnabled && request.Version is null ? Find(request.Name) : null);
    }

    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!IsEnabled)
            yield break;
        var values = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        try
        {
            await Task.Run(() => ReadFiles("list", prefix ?? "*", _ => true, values), cancellationToken).ConfigureAwait(false);
            foreach (string key in values.Keys.Where(key => key.StartsWith(_prefix + prefix, StringComparison.Ordinal) && key.Length > _prefix.Length))
                yield return new SecretInfo(key[_prefix.Length..], Name);
        }
        finally
        {
            Dispose(values);
        }
    }

    public IDisposable Subscribe(Action<string?> changed) => _subscribers.Add(changed);

    public void Dispose() => _subscribers.Dispose();

    private static void Dispose(Dictionary<string, SecretValue> values)
    {
        foreach (SecretValue value in values.Values)
            value.Dispose();
    }

    private void OnChange(FileSystemEventArgs? change)
    {
        if (change is null || _files.Contains(change.FullPath) || change is RenamedEventArgs renamed && _files.Contains(renamed.OldFullPath))
            _subscribers.Notify(null);
    }

    private Secret? Find(string name)
    {
        string[] variables = [.. EnvironmentVariableNames.Of(name, _prefix)];
        var values = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        SecretValue? found = null;
        try
        {
            ReadFiles("read", name, variables.Contains, values);
            if (variables.FirstOrDefault(values.ContainsKey) is { } variable)
                values.Remove(variable, out found);
        }
        finally
        {
            Dispose(values);
        }

        return found is null ? null : new Secret(name, found, Name);
    }

    private void ReadFiles(string operation, string name, Predicate<string> wanted, Dictionary<string, SecretValue> values)
    {
        foreach (string file in _files)
        {
            try
            {
                if (ReadFile(file, wanted, values) is { } problem)
                    throw new SecretProviderException(Name, operation, name, $"in the file '{file}', {problem}.");
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Neither file has to be there.
                continue;
            }
            catch (UnauthorizedAccessException e)
            {
                throw new SecretProviderException(Name, operation, name, $"access to the file '{file}' was denied. Check owner and mode.", e);
            }
            catch (IOException e)
            {
                throw new SecretProviderException(Name, operation, name, e.Message, e) { IsTransient = true };
            }
        }
    }

    private string? ReadFile(string file, Predicate<string> wanted, Dictionary<string, SecretValue> values)
    {
        using SafeFileHandle handle = SecretFileReader.Open(file);
        if (_reader.FindModeProblem(handle, Path.GetFileName(file)) is { } refused)
            return refused.TrimEnd('.');
        long length = RandomAccess.GetLength(handle);
        if (length > MaximumBytes)
            return $"there are {length} bytes; at most {MaximumBytes} are allowed";

        using var buffer = new SecretBuffer(MaximumBytes);
        ReadOnlySpan<byte> text = SecretFileReader.ReadAll(handle, buffer, (int)length);
        using var value = new SecretText(text.Length);
        var parser = new DotEnvParser(text);
        string? expected;
        while (parser.Read(out string key, value, out expected))
        {
            if (!wanted(key))
                continue;
            values.Remove(key, out SecretValue? earlier);
            earlier?.Dispose();
            if (!value.Bytes.IsEmpty)
                values.Add(key, new SecretValue(value.Bytes));
        }

        return expected is null ? null : $"line {parser.Line} should have {expected}";
    }
}

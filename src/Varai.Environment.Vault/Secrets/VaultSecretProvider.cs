using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>The secrets of one Vault.</summary>
internal sealed class VaultSecretProvider : ISecretProvider, ISecretWriter, ISecretLister, ISecretChangeNotifier, IAsyncDisposable, IDisposable
{
    private readonly VaultClient _client;
    private readonly VaultOptions _options;
    private readonly VaultKeyValue _entries;
    private readonly VaultLeaseKeeper _leases;
    private readonly Lock _gate = new();
    private Action<string?>[] _subscribers = [];
    private int _disposed;

    public VaultSecretProvider(string name, VaultClient client, VaultOptions options, TimeProvider time, ILogger logger)
    {
        (Name, _client, _options) = (name, client, options);
        _entries = client.KeyValue();
        _leases = new VaultLeaseKeeper(client, name, options.ValueField, time, logger, Announce);
        client.Session.TokenReplaced = _leases.TokenReplaced;
    }

    public string Name { get; }

    public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        if (!CanHold(request.Name))
            return null;
        try
        {
            return IsDynamic(request.Name)
                ? await _leases.GetAsync(request.Name, request.Version, cancellationToken).ConfigureAwait(false)
                : await ReadAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (VaultException e)
        {
            throw Failure("read", request.Name, e);
        }
    }

    public async ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfCannotWrite(name);
        using SecretBuffer json = VaultValueFormat.Write(value, _options.ValueField);
        using var fields = new SecretValue(json.WrittenSpan);
        try
        {
            return (await WriteAsync(PathOf(name), fields, cancellationToken).ConfigureAwait(false))?.ToString(CultureInfo.InvariantCulture);
        }
        catch (VaultException e)
        {
            throw Failure("write", name, e);
        }
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!CanHold(name))
            return false;
        ThrowIfCannotWrite(name);
        try
        {
            return await DeletePathAsync(PathOf(name), cancellationToken).ConfigureAwait(false);
        }
        catch (VaultException e)
        {
            throw Failure("delete", name, e);
        }
    }

    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        prefix ??= "";
        string start = _options.PathPrefix + prefix;
        var folders = new Stack<string>([start[..(start.LastIndexOf('/') + 1)]]);
        bool withMetadata = _options.ListMetadata;
        while (folders.TryPop(out string? folder))
        {
            foreach (string key in await KeysAsync(prefix, folder, cancellationToken).ConfigureAwait(false))
            {
                string path = folder + key;
                bool isFolder = path.EndsWith('/');
                if (isFolder && (path.StartsWith(start, StringComparison.Ordinal) || start.StartsWith(path, StringComparison.Ordinal)))
                    folders.Push(path);
                if (isFolder || !path.StartsWith(start, StringComparison.Ordinal) || SecretName.FindProblem(NameOf(path)) is not null)
                    continue;

                (SecretInfo? info, withMetadata) = await DescribeAsync(path, withMetadata, cancellationToken).ConfigureAwait(false);
                if (info is not null)
                    yield return info;
            }
        }
    }

    public IDisposable Subscribe(Action<string?> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        lock (_gate)
            _subscribers = [.. _subscribers, changed];
        return new Subscription(this, changed);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _leases.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (Volatile.Read(ref _disposed) == 0)
            await _leases.RevokeAsync(_options.RevokeTimeout).ConfigureAwait(false);
        Dispose();
    }

    public override string ToString() => $"{nameof(VaultSecretProvider)} '{Name}'";

    private async Task<Secret?> ReadAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        int? version = null;
        if (request.Version is not null)
        {
            bool hasVersions = await _entries.GetEngineVersionAsync(cancellationToken).ConfigureAwait(false) == 2;
            if (!hasVersions || !int.TryParse(request.Version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1)
                return null;
            version = number;
        }

        using VaultKeyValueSecret? entry = await _entries.ReadAsync(PathOf(request.Name), version, cancellationToken).ConfigureAwait(false);
        if (entry?.Data is not { } data)
            return null;
        (SecretValue value, string? contentType) = VaultValueFormat.Read(data.Json.RevealBytes().Span, _options.ValueField);
        return new Secret(request.Name, value, Name)
        {
            Version = entry.Version?.ToString(CultureInfo.InvariantCulture),
            CreatedAt = entry.CreatedAt,
            ExpiresAt = entry.DeletedAt,
            ContentType = contentType,
        };
    }

    private async Task<int?> WriteAsync(string path, SecretValue fields, CancellationToken cancellationToken)
    {
        try
        {
            return await _entries.WriteJsonAsync(path, fields, checkAndSet: null, cancellationToken).ConfigureAwait(false);
        }
        catch (VaultException e) when (e.Error == VaultError.CheckAndSetRequired)
        {
            VaultKeyValueMetadata? metadata = await _entries.ReadMetadataAsync(path, cancellationToken).ConfigureAwait(false);
            return await _entries.WriteJsonAsync(path, fields, metadata?.CurrentVersion ?? 0, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> DeletePathAsync(string path, CancellationToken cancellationToken)
    {
        if (await _entries.GetEngineVersionAsync(cancellationToken).ConfigureAwait(false) == 1)
        {
            using VaultKeyValueSecret? entry = await _entries.ReadAsync(path, version: null, cancellationToken).ConfigureAwait(false);
            if (entry is null)
                return false;
            await _entries.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (await _entries.ReadMetadataAsync(path, cancellationToken).ConfigureAwait(false) is not { } metadata)
            return false;
        await _entries.DeleteMetadataAsync(path, cancellationToken).ConfigureAwait(false);
        return metadata.Versions.Any(version => version is { IsDestroyed: false, DeletedAt: null });
    }

    private async Task<List<string>> KeysAsync(string prefix, string folder, CancellationToken cancellationToken)
    {
        try
        {
            var keys = new List<string>();
            await foreach (string key in _entries.ListAsync(folder, pageSize: 0, cancellationToken).ConfigureAwait(false))
                keys.Add(key);
            return keys;
        }
        catch (VaultException e)
        {
            throw Failure("list", prefix.Length == 0 ? "*" : prefix + "*", e);
        }
    }

    // A token that may list but not read metadata is usual; the names are what matters.
    private async Task<(SecretInfo? Info, bool GoOn)> DescribeAsync(string path, bool withMetadata, CancellationToken cancellationToken)
    {
        var info = new SecretInfo(NameOf(path), Name);
        if (!withMetadata)
            return (info, false);
        try
        {
            if (await _entries.GetEngineVersionAsync(cancellationToken).ConfigureAwait(false) == 1)
                return (info, false);
            VaultKeyValueMetadata? metadata = await _entries.ReadMetadataAsync(path, cancellationToken).ConfigureAwait(false);
            if (metadata?.FindCurrent() is not { IsDestroyed: false } current)
                return (null, true);
            if (current.DeletedAt is { } deletedAt && deletedAt <= metadata.UpdatedAt)
                return (null, true);
            return (info with
            {
                Version = current.Version.ToString(CultureInfo.InvariantCulture),
                CreatedAt = metadata.CreatedAt,
                ChangedAt = current.CreatedAt,
                ExpiresAt = current.DeletedAt,
                Tags = metadata.CustomMetadata,
            }, true);
        }
        catch (VaultException e) when (e.Error == VaultError.PermissionDenied)
        {
            return (info, false);
        }
        catch (VaultException e)
        {
            throw Failure("list", info.Name, e);
        }
    }

    private void Announce(string name)
    {
        foreach (Action<string?> subscriber in _subscribers)
            subscriber(name);
    }

    private bool IsDynamic(string name) =>
        _options.DynamicMounts.Any(mount => name.Length > mount.Length && name[mount.Length] == '/' && name.StartsWith(mount, StringComparison.Ordinal));

    private string PathOf(string name) => _options.PathPrefix + name;

    private string NameOf(string path) => path[_options.PathPrefix.Length..];

    private static bool CanHold(string name) => VaultPath.FindProblem(name) is null;

    private void ThrowIfCannotWrite(string name)
    {
        SecretName.ThrowIfInvalid(name);
        if (VaultPath.FindProblem(name) is { } problem)
            throw new ArgumentException($"Vault can't hold a secret named '{name}': it {problem}.", nameof(name));
        if (IsDynamic(name))
            throw new ArgumentException($"The secret '{name}' is made by Vault on demand (DynamicMounts) and can't be written or deleted.", nameof(name));
    }

    private SecretProviderException Failure(string operation, string name, VaultException e) =>
        new(Name, operation, name, e.Message, e) { IsTransient = e.IsTransient, IsThrottled = e.IsThrottled, RetryAfter = e.RetryAfter };

    private sealed class Subscription(VaultSecretProvider provider, Action<string?> changed) : IDisposable
    {
        public void Dispose()
        {
            lock (provider._gate)
                provider._subscribers = [.. provider._subscribers.Where(subscriber => subscriber != changed)];
        }
    }
}

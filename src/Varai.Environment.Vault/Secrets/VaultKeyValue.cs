using System.Globalization;
using System.Text.Json;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>The key-value engine at one mount, version 1 or 2. Made by <see cref="VaultClient.KeyValue"/>; safe from any thread.</summary>
/// <remarks>Deleting, undeleting and destroying versions, metadata and check-and-set are of version 2 only; with version 1 they throw
/// <see cref="NotSupportedException"/>.</remarks>
public sealed class VaultKeyValue
{
    private readonly VaultClient _client;
    private int _version;

    internal VaultKeyValue(VaultClient client, string mount, int? version)
    {
        if (version is not (null or 1 or 2))
            throw new ArgumentOutOfRangeException(nameof(version), version, "The key-value engine has the versions 1 and 2.");
        (_client, Mount, _version) = (client, VaultPath.Valid(mount), version ?? 0);
    }

    /// <summary>Where the engine is mounted.</summary>
    public string Mount { get; }

    /// <summary>The version of the engine, as given or as Vault says.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="VaultException">Vault refused or failed, or there is no key-value engine at the mount.</exception>
    public async ValueTask<int> GetEngineVersionAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _version) is not 0 and int known)
            return known;

        VaultCall call = VaultCall.Get("sys/internal/ui/mounts/" + Mount);
        using VaultAnswer answer = await _client.ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        int version = answer.IsNotFound ? 0 : VaultEnvelope.Read(call, answer, static envelope => ReadVersion(envelope.Data));
        if (version == 0)
            throw new VaultException(VaultError.NotFound, $"There is no key-value engine mounted at '{Mount}'. Set Mount to where it is, or name other engines under DynamicMounts.");
        Volatile.Write(ref _version, version);
        return version;
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="path">Its path below the mount.</param>
    /// <param name="version">The version, from 1; <see langword="null"/> for the newest.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The entry, without data when that version was deleted, or <see langword="null"/> when there is none; the caller disposes it.</returns>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task<VaultKeyValueSecret?> ReadAsync(string path, int? version = null, CancellationToken cancellationToken = default)
    {
        VaultPath.Valid(path);
        if (version is < 1)
            throw new ArgumentOutOfRangeException(nameof(version), version, "Versions count from 1.");
        if (await GetEngineVersionAsync(cancellationToken).ConfigureAwait(false) == 1)
        {
            if (version is not null)
                throw new NotSupportedException("Version 1 of the key-value engine keeps no versions.");
            return await _client.ReadAsync($"{Mount}/{path}", cancellationToken).ConfigureAwait(false) is { } data ? new VaultKeyValueSecret(data) : null;
        }

        VaultCall call = VaultCall.Get($"{Mount}/data/{path}") with { Query = version is null ? null : string.Create(CultureInfo.InvariantCulture, $"version={version}") };
        using VaultAnswer answer = await _client.ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        return VaultEnvelope.Read(call, answer, static envelope => VaultKeyValueReader.Secret(envelope.Data));
    }

    /// <summary>Writes text fields; what was there before is replaced.</summary>
    /// <param name="path">The path below the mount.</param>
    /// <param name="fields">The fields, each sent as a text.</param>
    /// <param name="checkAndSet">The version that the write replaces, 0 for none; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The new version, or <see langword="null"/> with version 1 of the engine.</returns>
    /// <exception cref="VaultException">Another version is there (<see cref="VaultError.CheckAndSetMismatch"/>), or Vault refused or failed.</exception>
    /// <exception cref="ArgumentException">A field is no text.</exception>
    public async Task<int?> WriteAsync(
        string path, IReadOnlyDictionary<string, SecretValue> fields, int? checkAndSet = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        using SecretBuffer json = VaultJson.Write(fields);
        return await WriteAsync(path, json, checkAndSet, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a JSON object as the fields; what was there before is replaced.</summary>
    /// <param name="path">The path below the mount.</param>
    /// <param name="json">The fields.</param>
    /// <param name="checkAndSet">The version that the write replaces, 0 for none; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The new version, or <see langword="null"/> with version 1 of the engine.</returns>
    /// <exception cref="VaultException">Another version is there (<see cref="VaultError.CheckAndSetMismatch"/>), or Vault refused or failed.</exception>
    /// <exception cref="ArgumentException">The value is no JSON object.</exception>
    public async Task<int?> WriteJsonAsync(string path, SecretValue json, int? checkAndSet = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        VaultJson.CheckObject(json);
        using var buffer = new SecretBuffer(json.RevealBytes().Length);
        json.RevealBytes().Span.CopyTo(buffer.GetSpan(json.RevealBytes().Length));
        buffer.Advance(json.RevealBytes().Length);
        return await WriteAsync(path, buffer, checkAndSet, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes the newest version; with version 2 of the engine it can be undeleted.</summary>
    /// <param name="path">The path below the mount.</param>
    /// <param name="cancellationToken">Cancels the deletion.</param>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        VaultPath.Valid(path);
        bool isFirst = await GetEngineVersionAsync(cancellationToken).ConfigureAwait(false) == 1;
        await _client.DeleteAsync(isFirst ? $"{Mount}/{path}" : $"{Mount}/data/{path}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes versions; they can be undeleted.</summary>
    /// <param name="path">The path below the mount.</param>
    /// <param name="versions">The versions.</param>
    /// <param name="cancellationToken">Cancels the deletion.</param>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public Task DeleteVersionsAsync(string path, IReadOnlyCollection<int> versions, CancellationToken cancellationToken = default) =>
        ChangeVersionsAsync(HttpMethod.Post, "delete", path, versions, cancellationToken);

    /// <summary>Brings deleted versions back.</summary>
    /// <param name="path">The path below the mount.</param>
    /// <param name="versions">The versions.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public Task UndeleteAsync(string path, IReadOnlyCollection<int> versions, CancellationToken cancellationToken = default) =>
        ChangeVersionsAsync(HttpMethod.Post, "undelete", path, versions, cancellationToken);

    /// <summary>Removes the data of versions for good.</summary>
    /// <param name="path">The path below the mount.</param>
    /// <param name="versions">The versions.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public Task DestroyAsync(string path, IReadOnlyCollection<int> versions, CancellationToken cancellationToken = default) =>
        ChangeVersionsAsync(HttpMethod.Put, "destroy", path, versions, cancellationToken);

    /// <summary>Removes an entry with all its versions and metadata for good.</summary>
    /// <param name="path">The path below the mount.</param>
    /// <param name="cancellationToken">Cancels the deletion.</param>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task DeleteMetadataAsync(string path, CancellationToken cancellationToken = default) =>
        await _client.DeleteAsync(await SecondAsync("metadata", path, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>What is known of an entry besides its data.</summary>
    /// <param name="path">The path below the mount.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The metadata, or <see langword="null"/> when there is no such entry.</returns>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task<VaultKeyValueMetadata?> ReadMetadataAsync(string path, CancellationToken cancellationToken = default)
    {
        VaultCall call = VaultCall.Get(await SecondAsync("metadata", path, cancellationToken).ConfigureAwait(false));
        using VaultAnswer answer = await _client.ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.IsNotFound ? null : VaultEnvelope.Read(call, answer, static envelope => VaultKeyValueReader.Metadata(envelope.Data));
    }

    /// <summary>Changes what belongs to an entry besides its data; creates the entry when there is none.</summary>
    /// <param name="path">The path below the mount.</param>
    /// <param name="settings">What to change.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task WriteMetadataAsync(string path, VaultKeyValueSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string full = await SecondAsync("metadata", path, cancellationToken).ConfigureAwait(false);
        using SecretBuffer body = VaultJson.Write(writer => VaultKeyValueReader.Write(writer, settings));
        VaultCall call = VaultCall.Post(full, body);
        using VaultAnswer answer = await _client.ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.IsNotFound)
            throw VaultErrors.From(call, answer);
    }

    /// <summary>Lists what is directly in a folder; folders end in <c>/</c>. Entries whose newest version is deleted are listed too.</summary>
    /// <param name="folder">The folder below the mount; empty for the mount itself.</param>
    /// <param name="pageSize">See <see cref="VaultClient.ListAsync"/>.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async IAsyncEnumerable<string> ListAsync(
        string folder = "", int pageSize = 0, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string root = await GetEngineVersionAsync(cancellationToken).ConfigureAwait(false) == 1 ? Mount : Mount + "/metadata";
        string path = folder.Trim('/') is { Length: > 0 } below ? $"{root}/{below}" : root;
        await foreach (string key in _client.ListAsync(path, pageSize, cancellationToken).ConfigureAwait(false))
            yield return key;
    }

    private static int ReadVersion(ReadOnlySpan<byte> data)
    {
        int version = 1;
        string? type = null;
        var members = new JsonMembers(data);
        while (members.MoveNext())
        {
            if (members.Name == "type")
                type = members.Text();
            else if (members.Name == "options" && members.TextMap().GetValueOrDefault("version") == "2")
                version = 2;
        }

        return type is "kv" or "generic" ? version : 0;
    }

    private async Task<int?> WriteAsync(string path, SecretBuffer json, int? checkAndSet, CancellationToken cancellationToken)
    {
        VaultPath.Valid(path);
        if (checkAndSet is < 0)
            throw new ArgumentOutOfRangeException(nameof(checkAndSet), checkAndSet, "Versions count from 1; 0 is no version.");
        bool isFirst = await GetEngineVersionAsync(cancellationToken).ConfigureAwait(false) == 1;
        if (isFirst && checkAndSet is not null)
            throw new NotSupportedException("Version 1 of the key-value engine has no check-and-set.");

        using SecretBuffer? wrapped = isFirst ? null : VaultJson.Write(writer =>
        {
            writer.WritePropertyName("data");
            writer.WriteRawValue(json.WrittenSpan, skipInputValidation: true);
            if (checkAndSet is { } expected)
            {
                writer.WriteStartObject("options");
                writer.WriteNumber("cas", expected);
                writer.WriteEndObject();
            }
        });
        VaultCall call = VaultCall.Post(isFirst ? $"{Mount}/{path}" : $"{Mount}/data/{path}", wrapped ?? json);
        using VaultAnswer answer = await _client.ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.IsNotFound)
            throw VaultErrors.From(call, answer);
        return isFirst ? null : VaultEnvelope.Read(call, answer, static envelope => VaultKeyValueReader.Version(envelope.Data));
    }

    private async Task ChangeVersionsAsync(HttpMethod method, string action, string path, IReadOnlyCollection<int> versions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(versions);
        string full = await SecondAsync(action, path, cancellationToken).ConfigureAwait(false);
        using SecretBuffer body = VaultJson.Write(writer =>
        {
            writer.WriteStartArray("versions");
            foreach (int version in versions)
                writer.WriteNumberValue(version);
            writer.WriteEndArray();
        });
        var call = new VaultCall(method, full) { Body = body };
        using VaultAnswer answer = await _client.ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.IsNotFound)
            throw VaultErrors.From(call, answer);
    }

    private async ValueTask<string> SecondAsync(string area, string path, CancellationToken cancellationToken)
    {
        VaultPath.Valid(path);
        if (await GetEngineVersionAsync(cancellationToken).ConfigureAwait(false) == 1)
            throw new NotSupportedException($"Version 1 of the key-value engine has no '{area}'.");
        return $"{Mount}/{area}/{path}";
    }
}
